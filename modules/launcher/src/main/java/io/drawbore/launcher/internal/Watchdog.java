package io.drawbore.launcher.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process where its end takes too long, whatever hangs: a part of the member, a plug-in, a shutdown hook that
 * a plug-in has added, the log.
 */
public final class Watchdog {
    private static final int FAILED = 1;

    private Watchdog() {}

    /** Gives the process that long to end. The exit code is then the signal's, or 1 where there was none. */
    public static void set(final Duration patience) {
        Thread.ofPlatform().daemon().name("end").start(() -> watch(patience));
    }

    private static void watch(final Duration patience) {
        try {
            if (!new CountDownLatch(1).await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                // not logged: the log may be what hangs
                Runtime.getRuntime().halt(exitCode());
            }
        } catch (final InterruptedException interrupted) {
            Runtime.getRuntime().halt(exitCode());
        }
    }

    private static int exitCode() {
        return EndSignal.exitCode().orElse(FAILED);
    }
}
