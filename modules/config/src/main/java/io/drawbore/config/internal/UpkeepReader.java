package io.drawbore.config.internal;

import io.drawbore.config.Invocation;
import io.drawbore.config.ServerConfig;
import java.time.Duration;
import java.util.List;

/** Reads the flags of the store's upkeep, judging them as etcd does. Belongs to the thread that parses. */
final class UpkeepReader {
    private static final long MOST_RECOMMENDED_QUOTA = 8L << 30;
    private static final int DEFAULT_COMPACTION_ROWS = 1_000;
    private static final Duration DEFAULT_COMPACTION_PAUSE = Duration.ofMillis(10);
    private static final long MEGABYTE = 1 << 20;

    private final Settings settings;
    private final Mistakes mistakes;
    private final List<Invocation.Notice> notices;

    UpkeepReader(final Settings settings, final Mistakes mistakes, final List<Invocation.Notice> notices) {
        this.settings = settings;
        this.mistakes = mistakes;
        this.notices = notices;
    }

    ServerConfig.Upkeep read() {
        final long quota = settings.signed(Flag.QUOTA_BACKEND_BYTES);
        if (quota > MOST_RECOMMENDED_QUOTA) {
            notices.add(new Invocation.Notice(
                    "quota exceeds the maximum value", "quota-size-bytes", Long.toString(quota)));
        }
        final long rows = settings.signed(Flag.COMPACTION_BATCH_LIMIT);
        final Duration pause = settings.duration(Flag.COMPACTION_SLEEP_INTERVAL);
        final ServerConfig.AutoCompactionMode mode = mode();
        return new ServerConfig.Upkeep(
                quota,
                clearsAlarm(),
                rows <= 0 ? DEFAULT_COMPACTION_ROWS : (int) Math.min(rows, MOST_COMPACTION_ROWS),
                pause.isZero() ? DEFAULT_COMPACTION_PAUSE : pause.isNegative() ? Duration.ZERO : pause,
                mode,
                retention(mode),
                Math.min(settings.number(Flag.BOOTSTRAP_DEFRAG_THRESHOLD_MEGABYTES), Long.MAX_VALUE / MEGABYTE)
                        * MEGABYTE);
    }

    /** A step holds writes up: beyond so many rows it would do so for seconds. */
    private static final long MOST_COMPACTION_ROWS = 100_000;

    private boolean clearsAlarm() {
        final String told = settings.text(Flag.ALARM_CLEAR);
        if (!told.equals("manual") && !told.equals("auto")) {
            mistakes.add("unknown --alarm-clear \"" + told + "\", supported values: manual, auto");
        }
        return told.equals("auto");
    }

    private ServerConfig.AutoCompactionMode mode() {
        final String told = settings.text(Flag.AUTO_COMPACTION_MODE);
        if (told.equals("revision")) {
            return ServerConfig.AutoCompactionMode.REVISION;
        }
        if (told.isEmpty()) {
            mistakes.add("undefined auto-compaction-mode");
        } else if (!told.equals("periodic")) {
            mistakes.add("unknown auto-compaction-mode \"" + told + "\"");
        }
        return ServerConfig.AutoCompactionMode.PERIODIC;
    }

    /** A bare number counts hours or revisions; else it is a duration, of nanoseconds or (as in etcd) revisions. */
    private long retention(final ServerConfig.AutoCompactionMode mode) {
        final String told = settings.text(Flag.AUTO_COMPACTION_RETENTION);
        final String text = told.isEmpty() ? "0" : told;
        try {
            if (text.matches("\\+?[0-9]+")) {
                final long number = Long.parseLong(text);
                return mode == ServerConfig.AutoCompactionMode.REVISION
                        ? number
                        : Duration.ofHours(number).toNanos();
            }
            final Duration duration = GoValues.duration(text);
            if (!duration.isNegative()) {
                return duration.toNanos();
            }
            mistakes.add("--auto-compaction-retention must be >=0 (set to " + text + ")");
        } catch (final Kind.BadValue | ArithmeticException | NumberFormatException e) {
            mistakes.add("error parsing CompactionRetention: time: invalid duration \"" + text + "\"");
        }
        return 0;
    }
}
