package io.drawbore.plugins;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the room logs, from a warning on, with its key-value pairs. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.drawbore.plugins");
    private final Level before = logger.getEffectiveLevel();

    LogLines() {
        setContext(logger.getLoggerContext());
        start();
        logger.setAdditive(false);
        logger.setLevel(Level.WARN);
        logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getMessage() + " " + event.getKeyValuePairs());
    }

    List<String> lines() {
        return lines;
    }

    boolean contains(String... parts) {
        return lines.stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(before);
        logger.setAdditive(true);
    }
}
