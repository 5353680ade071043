package io.drawbore.server;

import java.time.Duration;

/**
 * How a member looks after its store.
 *
 * @param quotaBytes bytes in use from which writes that take space are refused; 0 for {@link #DEFAULT_QUOTA_BYTES},
 *     less for none
 * @param clearsNoSpace whether the member clears its alarm NOSPACE itself once there is space again
 * @param compactionRows rows looked at in one slice of a compaction, from 1
 * @param compactionPause pause between two slices, from 0
 * @param autoCompaction what is compacted without being asked
 * @param bootReclaimBytes free bytes from which a member gives them back before it serves; 0 for never
 */
public record UpkeepOptions(
        long quotaBytes,
        boolean clearsNoSpace,
        int compactionRows,
        Duration compactionPause,
        AutoCompaction autoCompaction,
        long bootReclaimBytes) {
    /** What a store may hold where nobody says otherwise: 2 GiB, as in etcd. */
    public static final long DEFAULT_QUOTA_BYTES = 2L << 30;

    /** As etcd does it where nobody says otherwise. */
    public static final UpkeepOptions DEFAULT =
            new UpkeepOptions(0, false, 1_000, Duration.ofMillis(10), new AutoCompaction.Off(), 0);

    /** The quota in force; less than 0 for none. */
    public long quota() {
        return quotaBytes == 0 ? DEFAULT_QUOTA_BYTES : quotaBytes;
    }

    /** What is compacted without being asked; only a leader does it. */
    public sealed interface AutoCompaction {
        /** Nothing. */
        record Off() implements AutoCompaction {}

        /**
         * History older than a time.
         *
         * @param period how much history stays, more than 0
         */
        record Periodic(Duration period) implements AutoCompaction {}

        /**
         * All but the newest revisions.
         *
         * @param revisions how many stay, from 1
         */
        record ByRevision(long revisions) implements AutoCompaction {}
    }
}
