package io.drawbore.raft.internal;

import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.RaftEvent.At;
import io.drawbore.raft.RaftEvent.StableIgnored;
import io.drawbore.raft.RaftEvent.UnstableTruncated;
import io.drawbore.raft.RaftEvents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log that the storage does not have yet: a snapshot to install, and entries to write. Both are first
 * handed out, then in progress, then reported stable and let go.
 */
final class UnstableLog {
    static final long UNKNOWN = -1;

    private final RaftEvents events;
    private EntryWindow entries;
    private long offsetInProgress;
    private @Nullable Snapshot snapshot;
    private boolean snapshotInProgress;

    UnstableLog(long offset, RaftEvents events) {
        this.events = events;
        entries = new EntryWindow(offset);
        offsetInProgress = offset;
    }

    /** The index of the first entry here, or of the next. Everything below is in the storage or in the snapshot. */
    long offset() {
        return entries.first();
    }

    long offsetInProgress() {
        return offsetInProgress;
    }

    int size() {
        return entries.size();
    }

    @Nullable Snapshot snapshot() {
        return snapshot;
    }

    /** The last index, {@link #UNKNOWN} if the storage has it. */
    long lastIndex() {
        if (!entries.isEmpty()) {
            return entries.end() - 1;
        }
        return snapshot == null ? UNKNOWN : snapshot.getMetadata().getIndex();
    }

    /** The term at an index, {@link #UNKNOWN} if it is not here. */
    long term(long index) {
        if (index >= entries.first() && index < entries.end()) {
            return entries.get(index).getTerm();
        }
        boolean covered = snapshot != null && snapshot.getMetadata().getIndex() == index && index < entries.first();
        return snapshot != null && covered ? snapshot.getMetadata().getTerm() : UNKNOWN;
    }

    /** Entries not handed out yet. */
    List<Entry> nextEntries() {
        return entries.view(offsetInProgress, entries.end());
    }

    boolean hasNextEntries() {
        return offsetInProgress < entries.end();
    }

    /** The snapshot, if it was not handed out yet. */
    @Nullable Snapshot nextSnapshot() {
        return snapshotInProgress ? null : snapshot;
    }

    List<Entry> view(long lo, long hi) {
        return entries.view(lo, hi);
    }

    /** All that is here was handed out. */
    void accept() {
        offsetInProgress = entries.end();
        snapshotInProgress = snapshot != null;
    }

    /** Puts entries in place of what stands from their first index on. */
    void append(List<Entry> more) {
        long from = more.getFirst().getIndex();
        InvariantException.check(from <= entries.end(), "entries from " + from + " leave a gap behind "
                + (entries.end() - 1));
        if (from <= entries.first() && !(entries.isEmpty() && from == entries.first())) {
            events.on(new UnstableTruncated(true, from));
            entries = new EntryWindow(from);
            offsetInProgress = from;
        } else if (from < entries.end()) {
            events.on(new UnstableTruncated(false, from));
            entries.truncateFrom(from);
            offsetInProgress = Math.min(offsetInProgress, from);
        }
        entries.append(more);
    }

    /** The storage has the log up to an entry. */
    void stableTo(long term, long index) {
        long ours = term(index);
        if (ours == UNKNOWN) {
            events.on(new StableIgnored(StableIgnored.Mismatch.MISSING, new At(term, index), 0));
        } else if (index < entries.first()) {
            events.on(new StableIgnored(StableIgnored.Mismatch.COVERED_BY_SNAPSHOT, new At(term, index), 0));
        } else if (ours != term) {
            events.on(new StableIgnored(StableIgnored.Mismatch.OTHER_TERM, new At(term, index), ours));
        } else {
            entries.dropBelow(index + 1);
            offsetInProgress = Math.max(offsetInProgress, index + 1);
        }
    }

    /** The storage has the snapshot. */
    void stableSnapshotTo(long index) {
        if (snapshot != null && snapshot.getMetadata().getIndex() == index) {
            snapshot = null;
            snapshotInProgress = false;
        }
    }

    /** A snapshot takes the place of all entries. */
    void restore(Snapshot restored) {
        entries = new EntryWindow(restored.getMetadata().getIndex() + 1);
        offsetInProgress = entries.first();
        snapshot = restored;
        snapshotInProgress = false;
    }
}
