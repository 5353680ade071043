package io.drawbore.launcher.internal;

import com.google.inject.CreationException;
import com.google.inject.ProvisionException;
import io.drawbore.api.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The last line of a process that cannot go on. */
public final class Fatal {
    /** Makes an error's line say {@code fatal}, the level that slf4j lacks. */
    public static final Marker MARKER = MarkerFactory.getMarker("fatal");

    private Fatal() {}

    /**
     * Ends the process at once, with 1. Nothing is stopped in order: after a failure nobody foresaw, only what is on
     * the disk can be trusted, and that must be enough anyway.
     */
    public static void end(final Thread thread, final Throwable cause) {
        try {
            LoggerFactory.getLogger(Fatal.class)
                    .atError()
                    .addMarker(MARKER)
                    .addKeyValue("thread", thread.getName())
                    .setCause(cause)
                    .log("uncaught exception");
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }

    /** Says in one line why a member that ran has ended; the stack is with it unless the disk did it. */
    public static void memberFailed(final Logger log, final RuntimeException failed) {
        final LoggingEventBuilder line = log.atError().addMarker(MARKER);
        (failed instanceof StorageException ? line.addKeyValue("error", failed.getMessage()) : line.setCause(failed))
                .log("member failed");
        log.debug("member failed", failed);
    }

    /** Says in one line why a member doesn't start; the stack follows only where the cause is a mistake of ours. */
    public static void cannotStart(final Logger log, final RuntimeException failed) {
        log.atError().addMarker(MARKER).addKeyValue("error", line(failed)).log("cannot start");
        log.debug("cannot start", failed);
    }

    /** What kept a member from being composed or started, without what the injector says around it. */
    public static String line(final RuntimeException failed) {
        Throwable cause = failed;
        if (failed instanceof CreationException creation && creation.getCause() != null) {
            cause = creation.getCause();
        } else if (failed instanceof ProvisionException provision && provision.getCause() != null) {
            cause = provision.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
