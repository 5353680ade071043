package io.drawbore.launcher.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/** For people: time, level, place and message apart by tabs, then the fields, then a stack on lines of its own. */
final class ConsoleLine extends Line {
    @Override
    String render(final ILoggingEvent event) {
        final var line = new StringBuilder(160)
                .append(timestamp(event))
                .append('\t')
                .append(level(event))
                .append('\t')
                .append(caller(event))
                .append('\t')
                .append(event.getFormattedMessage());
        final List<KeyValuePair> pairs = event.getKeyValuePairs();
        for (final KeyValuePair pair : pairs == null ? List.<KeyValuePair>of() : pairs) {
            line.append('\t').append(pair.key).append('=').append(pair.value);
        }
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.toString();
    }
}
