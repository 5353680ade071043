package io.drawbore.launcher.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when its standard input does, where it is told so with {@code -Ddrawbore.end-with-stdin=true}. Who
 * starts a member for a while holds the other end of that pipe: when that process is gone, however it went, the system
 * closes it. No process id can be mistaken for another's, and nothing is asked again and again.
 */
public final class Lifeline {
    /** The system property. */
    public static final String PROPERTY = "drawbore.end-with-stdin";

    /** How long the member may take to stop in order. */
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private Lifeline() {}

    /** Holds on to it where that is told; a thread of its own reads. */
    public static void hold() {
        if (Boolean.getBoolean(PROPERTY)) {
            Thread.ofPlatform().daemon().name("lifeline").start(() -> read(System.in));
        }
    }

    private static void read(final InputStream in) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (final IOException broken) {
            LoggerFactory.getLogger(Lifeline.class).debug("standard input broke", broken);
        }
        LoggerFactory.getLogger(Lifeline.class).info("standard input has ended, and the member with it");
        Watchdog.set(FAREWELL);
        System.exit(0);
    }
}
