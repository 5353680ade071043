package io.drawbore.launcher.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * etcd's log line: an object with {@code level}, {@code ts}, {@code caller}, {@code msg} and the event's own fields.
 */
final class JsonLine extends Line {
    private static final int LONGEST_FIELD = 64 << 10;

    @Override
    String render(final ILoggingEvent event) {
        final var json = new StringBuilder(256).append('{');
        field(json, "level", level(event));
        field(json, "ts", timestamp(event));
        field(json, "caller", caller(event));
        field(json, "msg", event.getFormattedMessage());
        final List<KeyValuePair> pairs = event.getKeyValuePairs();
        boolean saysError = false;
        for (final KeyValuePair pair : pairs == null ? List.<KeyValuePair>of() : pairs) {
            field(json, pair.key, pair.value);
            saysError |= pair.key.equals("error");
        }
        final IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            if (!saysError) {
                field(json, "error", thrown.getClassName() + ": " + thrown.getMessage());
            }
            field(json, "stacktrace", ThrowableProxyUtil.asString(thrown));
        }
        return json.append("}\n").toString();
    }

    private static void field(final StringBuilder json, final String name, final @Nullable Object value) {
        if (json.length() > 1) {
            json.append(',');
        }
        text(json, name);
        json.append(':');
        value(json, value);
    }

    private static void value(final StringBuilder json, final @Nullable Object value) {
        switch (value) {
            case null -> json.append("null");
            case Boolean bool -> json.append(bool.booleanValue());
            case Double number when !Double.isFinite(number) -> text(json, number.toString());
            case Float number when !Float.isFinite(number) -> text(json, number.toString());
            case Number number -> json.append(number);
            case Iterable<?> list -> {
                json.append('[');
                for (final Iterator<?> items = list.iterator(); items.hasNext(); ) {
                    value(json, items.next());
                    json.append(items.hasNext() ? "," : "");
                }
                json.append(']');
            }
            default -> text(json, value.toString());
        }
    }

    private static void text(final StringBuilder json, final @Nullable String text) {
        final String whole = String.valueOf(text);
        final String shown = whole.length() > LONGEST_FIELD ? whole.substring(0, LONGEST_FIELD) + "…" : whole;
        json.append('"');
        for (int i = 0; i < shown.length(); i++) {
            final char c = shown.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ' || c == '\u2028' || c == '\u2029' || c == '\u007f') {
                        json.append("\\u").append(String.format("%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
