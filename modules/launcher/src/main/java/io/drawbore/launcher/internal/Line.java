package io.drawbore.launcher.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.Marker;

/** How an event becomes a line. Safe for use by many threads. */
abstract class Line {
    /** etcd's: microseconds, and Z or an offset without a colon. */
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXX", Locale.ROOT);

    /** The whole line, with its line break. */
    abstract String render(ILoggingEvent event);

    static String timestamp(final ILoggingEvent event) {
        final Instant given = event.getInstant();
        final Instant instant = given == null ? Instant.ofEpochMilli(event.getTimeStamp()) : given;
        return TIMESTAMP.format(instant.atZone(ZoneId.systemDefault()));
    }

    static String level(final ILoggingEvent event) {
        return isFatal(event) ? "fatal" : event.getLevel().toString().toLowerCase(Locale.ROOT);
    }

    static boolean isFatal(final ILoggingEvent event) {
        final List<Marker> markers = event.getMarkerList();
        return markers != null && markers.contains(Fatal.MARKER);
    }

    /** The room and the place in it, as {@code server/RaftLoop.java:42}. */
    static String caller(final ILoggingEvent event) {
        final StackTraceElement[] callers = event.getCallerData();
        if (callers == null || callers.length == 0) {
            return event.getLoggerName();
        }
        final StackTraceElement caller = callers[0];
        final String[] names = caller.getClassName().split("\\.", -1);
        int room = names.length - 2;
        if (room > 0 && names[room].equals("internal")) {
            room--;
        }
        return (room < 0 ? "" : names[room] + "/") + caller.getFileName() + ":" + caller.getLineNumber();
    }
}
