package io.drawbore.raft.internal;

import io.drawbore.api.InvariantException;
import io.drawbore.raft.ProgressState;

/**
 * How far a leader has brought one member, and what it may send to it. Owned by the leader's core. {@link
 * ProgressState} has the table of moves. Always {@code match < next}; what lies between the two is on its way.
 */
public final class Progress {
    private final Inflights inflights;
    private ProgressState state = ProgressState.PROBE;
    private long match;
    private long next;
    // The highest commit index on its way to the member; may fall when appends turn out to be lost.
    private long sentCommit;
    private long pendingSnapshot;
    private boolean recentlyActive;
    private boolean paused;

    /**
     * A member of which nothing is known.
     *
     * @param next the index to probe it with, at least 1
     * @param recentlyActive whether check-quorum counts it as active before it was heard from
     * @param inflights its window, empty
     */
    public Progress(long next, boolean recentlyActive, Inflights inflights) {
        this.next = next;
        this.recentlyActive = recentlyActive;
        this.inflights = inflights;
    }

    /** A new term begins and nothing is known of the member; a leader knows its own log. */
    void reset(long lastIndex, boolean self) {
        become(ProgressState.PROBE);
        match = self ? lastIndex : 0;
        next = lastIndex + 1;
        sentCommit = 0;
        recentlyActive = self;
    }

    /** Find out where its log ends; after a snapshot was sent, right behind it. */
    void becomeProbe() {
        long behindSnapshot = state == ProgressState.SNAPSHOT ? pendingSnapshot + 1 : 0;
        become(ProgressState.PROBE);
        next = Math.max(match + 1, behindSnapshot);
        sentCommit = Math.min(sentCommit, next - 1);
    }

    /** Its log's end is known: send ahead. */
    void becomeReplicate() {
        become(ProgressState.REPLICATE);
        next = match + 1;
    }

    /** A snapshot at this index is on its way; wait what becomes of it. */
    void becomeSnapshot(long index) {
        become(ProgressState.SNAPSHOT);
        pendingSnapshot = index;
        next = index + 1;
        sentCommit = index;
    }

    /** The snapshot did not arrive: {@link #becomeProbe} then starts from what the member is known to have. */
    void snapshotFailed() {
        pendingSnapshot = 0;
    }

    private void become(ProgressState to) {
        state = to;
        paused = false;
        pendingSnapshot = 0;
        inflights.clear();
    }

    /** An append with so many entries and payload bytes was sent. */
    void sentEntries(int entries, long bytes) {
        switch (state) {
            case REPLICATE -> {
                if (entries > 0) {
                    next += entries;
                    inflights.add(next - 1, bytes);
                }
                paused = inflights.full();
            }
            case PROBE -> paused |= entries > 0;
            case SNAPSHOT -> throw new InvariantException("an append is sent to a member that awaits a snapshot");
        }
    }

    /** The commit index went out with a message. */
    void sentCommit(long commit) {
        sentCommit = commit;
    }

    /** Whether telling the member of this commit index may let it commit more than what was sent before. */
    boolean canRaiseCommit(long commit) {
        return commit > sentCommit && sentCommit < next - 1;
    }

    /** The member acknowledged everything up to an index. Whether that is news. */
    boolean acknowledged(long index) {
        if (index <= match) {
            return false;
        }
        match = index;
        next = Math.max(next, index + 1);
        paused = false;
        return true;
    }

    /**
     * The member refused an append behind {@code rejected}, and {@code hint} is the highest index at which its log may
     * still equal ours. Whether the refusal is news; if so, {@link #next} moved back.
     */
    boolean rejected(long rejected, long hint) {
        if (state == ProgressState.REPLICATE) {
            if (rejected <= match) {
                return false;
            }
            next = match + 1;
        } else {
            if (next - 1 != rejected) {
                // Probes go out one at a time: this answers an older one.
                return false;
            }
            next = Math.max(Math.min(rejected, hint + 1), match + 1);
            paused = false;
        }
        sentCommit = Math.min(sentCommit, next - 1);
        return true;
    }

    /** Its messages up to an index have arrived. */
    void freeInflights(long index) {
        inflights.freeThrough(index);
    }

    void pause(boolean on) {
        paused = on;
    }

    void recentlyActive(boolean active) {
        recentlyActive = active;
    }

    /** How it is fed. */
    public ProgressState state() {
        return state;
    }

    /** The index up to which its log is known to equal the leader's. */
    public long match() {
        return match;
    }

    /** The index of the next entry to send to it. */
    public long next() {
        return next;
    }

    /** The index of the snapshot on its way, 0 for none. */
    public long pendingSnapshot() {
        return pendingSnapshot;
    }

    /** Whether it was heard from within the last election timeout. */
    public boolean recentlyActive() {
        return recentlyActive;
    }

    /** Whether nothing may be sent to it for now. */
    public boolean paused() {
        return state == ProgressState.SNAPSHOT || paused;
    }

    /** What is on its way to it. */
    public Inflights inflights() {
        return inflights;
    }
}
