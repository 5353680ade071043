package io.drawbore.wal.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.StorageException;
import io.drawbore.proto.etcdserverpb.Metadata;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.walpb.Snapshot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A raft log in etcd's files, open for appending. Owned and used by one thread, the raft thread.
 *
 * <p>What is etcd's: the bytes of records, the order of records in a batch (entries, then the hard state), what a
 * segment
 * begins with, when one ends. What is ours, and unseen by etcd: a checksum record at the head of each batch that
 * follows a
 * sync, which marks where that sync was ({@link TailVerdict} says what for), and the side file of {@link PersistFile}.
 *
 * <p>A segment is ended by the next write after the one that filled it, so that nobody waits for it who waits for a
 * sync.
 */
final class EtcdLog implements LogStore {
    private final LogStoreProvider.Options options;
    private final Metadata owner;
    private final Segments segments;
    private final PersistFile persist;
    private final RecordBuffer records;
    private HardState hardState;
    private long lastIndex;
    private long snapshotIndex;
    private boolean unsynced;
    /** Whether all before the next record is durable, which a mark then says. */
    private boolean markNext;
    private @Nullable IOException failure;
    private boolean closed;

    /**
     * Goes on where a log ends. All of it must be durable.
     *
     * @param crc the checksum at its end
     */
    EtcdLog(
            LogStoreProvider.Options options,
            Metadata owner,
            Segments segments,
            PersistFile persist,
            int crc,
            LogContents contents) {
        this.options = options;
        this.owner = owner;
        this.segments = segments;
        this.persist = persist;
        this.records = new RecordBuffer(crc);
        this.hardState = contents.hardState();
        this.lastIndex = contents.lastIndex();
        this.snapshotIndex = contents.start().index();
        this.markNext = options.fsync();
    }

    @Override
    public void append(HardState state, List<Entry> entries) {
        requireUsable();
        boolean changed = !isEmpty(state);
        if (!changed && entries.isEmpty()) {
            return;
        }
        requireNoGaps(entries);
        try {
            beginBatch();
            entries.forEach(entry -> records.put(RecordType.ENTRY, entry));
            if (changed) {
                records.put(RecordType.STATE, state);
            }
            writeBatch();
        } catch (IOException e) {
            throw failed("append to", e);
        }
        lastIndex = entries.isEmpty() ? lastIndex : entries.getLast().getIndex();
        hardState = changed ? state : hardState;
    }

    private static boolean isEmpty(HardState state) {
        return state.getTerm() == 0 && state.getVote() == 0 && state.getCommit() == 0;
    }

    private void requireNoGaps(List<Entry> entries) {
        long expected = entries.isEmpty() ? 0 : entries.getFirst().getIndex();
        if (expected > lastIndex + 1) {
            throw new IllegalArgumentException("entry " + expected + " follows upon entry " + lastIndex);
        }
        for (Entry entry : entries) {
            if (entry.getIndex() != expected) {
                throw new IllegalArgumentException("entry " + entry.getIndex() + " stands in place of " + expected);
            }
            expected++;
        }
    }

    private void beginBatch() throws IOException {
        if (segments.isFull()) {
            cut();
        }
        records.clear();
        if (markNext) {
            records.putCrc();
            markNext = false;
        }
    }

    private void writeBatch() throws IOException {
        unsynced = true;
        segments.write(records.frames());
    }

    private void cut() throws IOException {
        records.clear();
        records.putCrc();
        records.put(RecordType.METADATA, owner);
        if (!isEmpty(hardState)) {
            records.put(RecordType.STATE, hardState);
        }
        segments.begin(lastIndex + 1, records.frames());
        synced();
        if (options.fsync()) {
            persist.sync();
        }
    }

    @Override
    public void sync() {
        requireUsable();
        if (!unsynced) {
            return;
        }
        try {
            segments.sync();
            synced();
        } catch (IOException e) {
            throw failed("sync", e);
        }
    }

    private void synced() throws IOException {
        unsynced = false;
        if (options.fsync()) {
            markNext = true;
            persist.covers(lastIndex, segments.position(), records.crc());
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A snapshot record counts only where a hard state covers it; where the last one does not, one that does is
     * written
     * behind it.
     */
    @Override
    public void saveSnapshot(Applied applied, ConfState confState) {
        requireUsable();
        if (applied.index() < snapshotIndex) {
            throw new IllegalArgumentException("snapshot " + applied + " lies below the one at " + snapshotIndex);
        }
        HardState covering = covering(applied);
        try {
            beginBatch();
            records.put(RecordType.SNAPSHOT, Snapshot.newBuilder()
                    .setIndex(applied.index())
                    .setTerm(applied.term())
                    .setConfState(confState)
                    .build());
            if (!covering.equals(hardState)) {
                records.put(RecordType.STATE, covering);
            }
            writeBatch();
            hardState = covering;
            lastIndex = Math.max(lastIndex, applied.index());
            snapshotIndex = applied.index();
            segments.sync();
            synced();
            if (options.fsync()) {
                persist.sync();
            }
        } catch (IOException e) {
            throw failed("record a snapshot in", e);
        }
    }

    private HardState covering(Applied applied) {
        if (hardState.getCommit() >= applied.index()) {
            return hardState;
        }
        HardState.Builder covering = hardState.toBuilder().setCommit(applied.index());
        if (hardState.getTerm() < applied.term()) {
            // no vote was cast in a term that was never written here
            covering.setTerm(applied.term()).setVote(0);
        }
        return covering.build();
    }

    @Override
    public void release(long index) {
        requireUsable();
        if (index > snapshotIndex) {
            throw new IllegalArgumentException(
                    "release up to " + index + " goes beyond the snapshot at " + snapshotIndex);
        }
        try {
            segments.release(index);
        } catch (IOException e) {
            throw failed("release segments of", e);
        }
    }

    @Override
    public void declareTailSafe() {
        requireUsable();
        try {
            persist.tailIsSafe();
            if (options.fsync()) {
                persist.sync();
            }
        } catch (IOException e) {
            throw failed("write the persist record of", e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (persist; segments) {
            if (failure == null && unsynced) {
                segments.sync();
                synced();
            }
            if (failure == null && options.fsync()) {
                persist.sync();
            }
        } catch (IOException e) {
            throw new StorageException(segments.tailPath() + ": could not be closed", e);
        }
    }

    private void requireUsable() {
        if (closed) {
            throw new StorageException(options.folder() + ": the log is closed");
        }
        if (failure != null) {
            throw new StorageException(
                    options.folder() + ": the log is not used after it failed; restart the member", failure);
        }
    }

    private StorageException failed(String deed, IOException cause) {
        failure = cause;
        return new StorageException(
                segments.tailPath() + ": could not " + deed + " the log at " + segments.position().offset()
                        + "; mend the disk, then restart the member: " + cause.getMessage(),
                cause);
    }
}
