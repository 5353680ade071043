package io.drawbore.launcher.internal;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands on what is logged with the JDK's own logging, from a warning on. */
final class JavaLogging extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    @Override
    public void publish(final @Nullable LogRecord event) {
        if (event == null || event.getLevel().intValue() < Level.WARNING.intValue()) {
            return;
        }
        final String name = event.getLoggerName();
        final Logger log = LoggerFactory.getLogger(name == null ? "java.util.logging" : name);
        final String message = formatter.formatMessage(event);
        final Throwable thrown = event.getThrown();
        if (event.getLevel().intValue() >= Level.SEVERE.intValue()) {
            log.error(message, thrown);
        } else {
            log.warn(message, thrown);
        }
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        // the outputs belong to Logback
    }
}
