package io.drawbore.launcher.internal;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Names the plug-in that ends the process. The JDK logs every call of exit, with its stack, on the thread that calls;
 * nothing else sees calls on virtual threads.
 */
final class ExitWatch extends Handler {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ExitWatch.class);

    /** Held for ever: the JDK itself holds loggers weakly, and what was set on them goes with them. */
    private static final Logger EXITS = Logger.getLogger("java.lang.Runtime");

    /** Begins to listen. */
    void start() {
        EXITS.setUseParentHandlers(false);
        EXITS.setLevel(Level.FINE);
        setLevel(Level.FINE);
        EXITS.addHandler(this);
    }

    @Override
    public void publish(final @Nullable LogRecord event) {
        if (event == null) {
            return;
        }
        final Throwable call = event.getThrown();
        final String byStack = call == null ? null : Owner.of(call.getStackTrace());
        final String owner = byStack != null ? byStack : Owner.of(Thread.currentThread());
        if (owner != null) {
            LOG.atError()
                    .addMarker(Fatal.MARKER)
                    .addKeyValue("thread", Thread.currentThread().getName())
                    .log("plug-in \"" + owner + "\" has called exit");
        }
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        EXITS.removeHandler(this);
    }
}
