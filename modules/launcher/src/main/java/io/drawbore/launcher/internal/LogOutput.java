package io.drawbore.launcher.internal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.drawbore.config.ServerConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;

/** Sets up the process's logs: one encoder, as many outputs as told, libraries only from a warning on. */
public final class LogOutput {
    private static final List<String> LIBRARIES =
            List.of("org.eclipse.jetty", "org.sqlite", "com.google", "io.netty", "io.grpc");

    private LogOutput() {}

    /**
     * Sends all logs where they were told to go.
     *
     * @throws IOException where a file cannot be opened; the message names it
     */
    public static void start(final ServerConfig.Logging logging) throws IOException {
        final var streams = new ArrayList<OutputStream>();
        for (final String output : logging.outputs()) {
            streams.add(
                    switch (output) {
                        case "stderr" -> new FileOutputStream(FileDescriptor.err);
                        case "stdout" -> new FileOutputStream(FileDescriptor.out);
                        default -> new FileOutputStream(output, true);
                    });
        }
        write(logging, streams);
    }

    /** Sends all logs to standard error, whatever outputs were told. */
    public static void standardError(final ServerConfig.Logging logging) {
        write(logging, List.of(new FileOutputStream(FileDescriptor.err)));
    }

    private static void write(final ServerConfig.Logging logging, final List<OutputStream> streams) {
        final var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(threshold(logging.level()));
        for (final OutputStream stream : streams) {
            root.addAppender(appender(context, logging, stream));
        }
        LIBRARIES.forEach(library -> context.getLogger(library).setLevel(Level.WARN));
        redirectJavaLogging();
    }

    private static OutputStreamAppender<ILoggingEvent> appender(
            final LoggerContext context, final ServerConfig.Logging logging, final OutputStream stream) {
        final Encoder<ILoggingEvent> encoder =
                new LineEncoder(logging.format() == ServerConfig.LogFormat.JSON ? new JsonLine() : new ConsoleLine());
        encoder.setContext(context);
        encoder.start();
        final var appender = new OutputStreamAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(stream);
        if (logging.level().compareTo(ServerConfig.LogLevel.ERROR) > 0) {
            appender.addFilter(new FatalFilter());
        }
        appender.start();
        return appender;
    }

    private static Level threshold(final ServerConfig.LogLevel level) {
        return switch (level) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR, DPANIC, PANIC, FATAL -> Level.ERROR;
        };
    }

    /** Guice and the JDK's own libraries log there, and would write to standard error in a form of their own. */
    private static void redirectJavaLogging() {
        final java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
        for (final Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new JavaLogging());
    }
}
