package io.drawbore.server.internal;

import io.drawbore.server.UpkeepOptions.AutoCompaction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When history is given up without being asked, and up to which revision: etcd's rules, tick by tick. One thread; time
 * comes as the caller's nanoseconds.
 */
abstract sealed class CompactionSchedule {
    /** Nothing to compact. */
    static final long NOTHING = 0;

    /** Time between two ticks. */
    abstract Duration interval();

    /** The store's revision, told at the start and after each tick. */
    abstract void record(long revision);

    /** A tick of a leader: the revision to compact to, or {@link #NOTHING}. */
    abstract long due(long now, long revision);

    /** What {@link #due} asked for was done, or had been done before. */
    abstract void done(long compacted, long now);

    /** The schedule of an option; there is none for {@link AutoCompaction.Off}. */
    static CompactionSchedule of(AutoCompaction option, long now) {
        return switch (option) {
            case AutoCompaction.Periodic periodic -> new Periodic(periodic.period(), now);
            case AutoCompaction.ByRevision byRevision -> new ByRevision(byRevision.revisions());
            case AutoCompaction.Off _ -> throw new IllegalArgumentException("nothing is compacted unasked");
        };
    }

    /**
     * Keeps the history of a period. Looks ten times a period (or an hour, if that is less), compacts to what the
     * revision was a period ago: first when a period has passed, and then once a period or an hour.
     */
    private static final class Periodic extends CompactionSchedule {
        private static final Duration MOST_BETWEEN_COMPACTIONS = Duration.ofHours(1);
        private static final int LOOKS = 10;

        private final Duration between;
        private final int kept;
        private final Deque<Long> seen = new ArrayDeque<>();
        private long notBefore;
        private long last = NOTHING;

        Periodic(Duration period, long now) {
            between = period.compareTo(MOST_BETWEEN_COMPACTIONS) < 0 ? period : MOST_BETWEEN_COMPACTIONS;
            kept = Math.toIntExact(period.dividedBy(interval())) + 1;
            notBefore = now + period.toNanos();
        }

        @Override
        Duration interval() {
            return between.dividedBy(LOOKS);
        }

        @Override
        void record(long revision) {
            seen.addLast(revision);
            if (seen.size() > kept) {
                seen.removeFirst();
            }
        }

        @Override
        long due(long now, long revision) {
            long periodAgo = seen.getFirst();
            return now < notBefore || periodAgo == last ? NOTHING : periodAgo;
        }

        @Override
        void done(long compacted, long now) {
            last = compacted;
            notBefore = now + between.toNanos();
        }
    }

    /** Keeps the newest revisions; looks every five minutes. */
    private static final class ByRevision extends CompactionSchedule {
        private static final Duration INTERVAL = Duration.ofMinutes(5);

        private final long kept;
        private long last = NOTHING;

        ByRevision(long kept) {
            this.kept = kept;
        }

        @Override
        Duration interval() {
            return INTERVAL;
        }

        @Override
        void record(long revision) {}

        @Override
        long due(long now, long revision) {
            long to = revision - kept;
            return to <= 0 || to == last ? NOTHING : to;
        }

        @Override
        void done(long compacted, long now) {
            last = compacted;
        }
    }
}
