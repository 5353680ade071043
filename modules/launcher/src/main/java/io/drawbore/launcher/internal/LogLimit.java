package io.drawbore.launcher.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.drawbore.api.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Keeps plug-ins from flooding the log, which all of the member share: what one logs beyond its {@link LogAllowance}
 * is dropped, and once a second at the most it is said how much that was. A line is a plug-in's where its thread is,
 * a virtual one too, or where its logger has the name of one of the plug-in's packages. A line of the member's costs
 * two look-ups more. On the thread that logs, one limit an output.
 */
final class LogLimit extends Filter<ILoggingEvent> {
    /** Between two lines about what was dropped. */
    static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);

    /** A line of so many characters counts for one more. */
    private static final int CHARACTERS_A_LINE = 4_096;

    /** And a stack of so many frames. */
    private static final int FRAMES_A_LINE = 50;

    /** Of so many loggers it is remembered whose they are; a plug-in may make any number. */
    private static final int MAX_REMEMBERED = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(LogLimit.class);

    private final Map<String, String> ownersByPackage;
    private final Workers workers;
    private final boolean reports;
    private final Map<String, LogAllowance> allowances = new ConcurrentHashMap<>();
    private final Map<String, Optional<String>> ownersByLogger = new ConcurrentHashMap<>();
    private final AtomicBoolean reportIsDue = new AtomicBoolean();

    /**
     * A limit for plug-ins.
     *
     * @param ownersByPackage the packages that plug-ins bring along, and whose they are
     * @param reports whether it says what it drops; of the limits of several outputs one does
     */
    LogLimit(final Map<String, String> ownersByPackage, final Workers workers, final boolean reports) {
        this.reports = reports;
        this.ownersByPackage = Map.copyOf(ownersByPackage);
        this.workers = workers;
    }

    @Override
    public FilterReply decide(final ILoggingEvent event) {
        final String owner = owner(event.getLoggerName());
        if (owner == null) {
            return FilterReply.NEUTRAL;
        }
        final LogAllowance allowance =
                allowances.computeIfAbsent(owner, _ -> new LogAllowance(workers.nanoTime()));
        if (allowance.take(workers.nanoTime(), lines(event))) {
            return FilterReply.NEUTRAL;
        }
        if (reports && reportIsDue.compareAndSet(false, true)) {
            workers.after(REPORT_INTERVAL, this::report);
        }
        return FilterReply.DENY;
    }

    private @Nullable String owner(final String logger) {
        final String ofThread = Owner.of(Thread.currentThread());
        if (ofThread != null) {
            return ofThread;
        }
        Optional<String> known = ownersByLogger.get(logger);
        if (known == null) {
            known = ownerOf(logger);
            if (ownersByLogger.size() < MAX_REMEMBERED) {
                ownersByLogger.put(logger, known);
            }
        }
        return known.orElse(null);
    }

    /** By the package itself or one above it. */
    private Optional<String> ownerOf(final String logger) {
        String name = logger;
        while (true) {
            final String owner = ownersByPackage.get(name);
            if (owner != null) {
                return Optional.of(owner);
            }
            final int dot = name.lastIndexOf('.');
            if (dot < 0) {
                return Optional.empty();
            }
            name = name.substring(0, dot);
        }
    }

    /** A line that is long counts for several, and so does one with a long stack. */
    private static long lines(final ILoggingEvent event) {
        long length = event.getMessage() == null ? 0 : event.getMessage().length();
        final Object[] arguments = event.getArgumentArray();
        if (arguments != null) {
            for (final Object argument : arguments) {
                length += length(argument);
            }
        }
        final List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (final KeyValuePair pair : pairs) {
                length += length(pair.key) + length(pair.value);
            }
        }
        final IThrowableProxy thrown = event.getThrowableProxy();
        final long frames = thrown == null ? 0 : thrown.getStackTraceElementProxyArray().length;
        return 1 + length / CHARACTERS_A_LINE + frames / FRAMES_A_LINE;
    }

    /** Of what isn't text nobody knows before it is written. */
    private static long length(final @Nullable Object part) {
        return part instanceof CharSequence text ? text.length() : 0;
    }

    private void report() {
        reportIsDue.set(false);
        allowances.forEach((plugin, allowance) -> {
            final long dropped = allowance.takeDropped();
            if (dropped > 0) {
                LOG.atWarn()
                        .addKeyValue("plug-in", plugin)
                        .addKeyValue("dropped", dropped)
                        .log("a plug-in logs too much; lines of it were dropped");
            }
        });
    }
}
