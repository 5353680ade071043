package io.drawbore.server.internal;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices when the raft thread stood still: in a sync that blocked, behind an apply thread that didn't keep up, or with
 * the whole process. Raft thread only, which looks after it has taken work and before it does any of it: what waited
 * while it stood still is then done after that was noticed.
 */
public final class StallWatch {
    private final LongSupplier nanos;
    private final long limitNanos;
    private long lastLook;
    private long stretch = 1;

    /**
     * Watches from now on.
     *
     * @param limit an election timeout: after that another may lead
     */
    public StallWatch(LongSupplier nanos, Duration limit) {
        this.nanos = nanos;
        this.limitNanos = limit.toNanos();
        this.lastLook = nanos.getAsLong();
    }

    /**
     * Notes that the thread is here; a new stretch begins where it comes late.
     *
     * @return whether it does
     */
    boolean look() {
        long now = nanos.getAsLong();
        boolean late = now - lastLook > limitNanos;
        if (late) {
            stretch++;
        }
        lastLook = now;
        return late;
    }

    /** How long the thread may be away, in nanoseconds. */
    long limitNanos() {
        return limitNanos;
    }

    /** Counts the stretches, from 1. */
    long stretch() {
        return stretch;
    }
}
