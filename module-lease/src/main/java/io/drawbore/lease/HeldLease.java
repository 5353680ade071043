package io.drawbore.lease;

import io.drawbore.proto.leasepb.Lease;
import org.jspecify.annotations.Nullable;

/** One lease in memory. Its owner is {@link Leases}, and of the last three fields {@link ExpiryQueue}. */
final class HeldLease {
    /** An expiry that never comes: nobody keeps the time, or not yet. */
    static final long NEVER = Long.MAX_VALUE;

    static final int NOT_QUEUED = -1;

    final long id;

    /** As granted, whatever the minimum is. */
    final long rawTtl;

    /** What a checkpoint said was left, in seconds; 0 for none. */
    long remainingTtl;

    /** Head of the list of what hangs on it. */
    @Nullable Attachment first;

    int keys;

    /** When it expires; renewal moves it. */
    long expiry = NEVER;

    /** When it is to be looked at next: at its expiry, and again a while after it was handed out. */
    long due;

    int place = NOT_QUEUED;

    HeldLease(long id, long rawTtl, long remainingTtl) {
        this.id = id;
        this.rawTtl = rawTtl;
        this.remainingTtl = remainingTtl;
    }

    Lease row() {
        return Lease.newBuilder()
                .setID(id)
                .setTTL(rawTtl)
                .setRemainingTTL(remainingTtl)
                .build();
    }
}
