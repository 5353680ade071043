package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What tests of running clusters wait for. */
public final class Waiting {
    static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private Waiting() {}

    /** Lets time pass. */
    static void pass(final Duration time) {
        final long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Looks again and again whether something has come about, and fails where it doesn't. */
    public static void until(final String what, final BooleanSupplier condition) {
        until(what, Ran.PATIENCE, condition);
    }

    /** The same, with another patience than a minute. */
    static void until(final String what, final Duration patience, final BooleanSupplier condition) {
        final long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "waited too long for " + what);
            pass(BETWEEN_LOOKS);
        }
    }
}
