package io.drawbore.server.internal;

import io.drawbore.raft.MemoryStorage;
import io.drawbore.raft.ProgressState;
import io.drawbore.raft.RaftStatus;
import java.util.function.Supplier;

/**
 * How much of the log that is applied stays in memory, for followers that lag: a number of entries, and fewer where
 * they are large. A follower that needs what is gone gets a snapshot.
 *
 * @param entries kept where they are small enough, from 0
 * @param bytes that the log in memory may take, and as much again for each follower that is being fed and lacks them.
 *     Entries not applied yet stay whatever they take
 */
public record CatchUpWindow(long entries, long bytes) {
    private static final long TRIM_EVERY = 1_000;

    /**
     * Lets go of what is too much.
     *
     * @param storeApplied what the store has applied, which may lie behind the log's end while a snapshot is installed
     * @param status of the core; asked only where something is to go
     */
    void trim(MemoryStorage storage, long storeApplied, Supplier<RaftStatus> status) {
        long first = storage.firstIndex();
        long beyondCount = storeApplied - entries;
        boolean tooMany = beyondCount > first + Math.min(TRIM_EVERY, entries);
        if (!tooMany && storage.bytes() <= bytes) {
            return;
        }
        RaftStatus now = status.get();
        long wanted = Math.max(tooMany ? beyondCount : 0, beyondBytes(storage, now));
        // The core lags behind the store and still looks at what lies above its own applied index.
        long to = Math.min(Math.min(wanted, storage.lastIndex()), Math.min(storeApplied, now.applied()));
        if (to >= first) {
            storage.compact(to);
        }
    }

    /** Lets go of everything up to an index that the store has applied. */
    static void forget(MemoryStorage storage, long storeApplied, RaftStatus now) {
        long to = Math.min(storeApplied, now.applied());
        if (to >= storage.firstIndex()) {
            storage.compact(to);
        }
    }

    private long beyondBytes(MemoryStorage storage, RaftStatus now) {
        long fed = Long.MAX_VALUE;
        long mostBytes = bytes;
        for (RaftStatus.MemberProgress follower : now.progress()) {
            if (follower.id() != now.id()
                    && follower.recentlyActive()
                    && follower.state() == ProgressState.REPLICATE) {
                fed = Math.min(fed, follower.match());
                mostBytes += bytes;
            }
        }
        return Math.max(Math.min(storage.indexLeaving(bytes), fed), storage.indexLeaving(mostBytes));
    }
}
