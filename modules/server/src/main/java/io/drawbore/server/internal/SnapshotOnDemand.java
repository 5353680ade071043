package io.drawbore.server.internal;

import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.raft.MemoryStorage;
import io.drawbore.raft.RaftStorage;
import java.util.List;

/**
 * What raft reads of the log. There is always a snapshot: that of the store as it is, which holds at least what the log
 * in memory has let go. What raft gets is only its index and term; {@link SnapshotSender} makes it when it is sent.
 */
public final class SnapshotOnDemand implements RaftStorage {
    private final MemoryStorage log;
    private final AppliedWait applied;

    /** A log in memory, and how far the store is. */
    public SnapshotOnDemand(MemoryStorage log, AppliedWait applied) {
        this.log = log;
        this.applied = applied;
    }

    @Override
    public Snapshot snapshot() {
        long index = applied.applied();
        if (index == 0) {
            return Snapshot.getDefaultInstance();
        }
        SnapshotMetadata metadata =
                SnapshotMetadata.newBuilder().setIndex(index).setTerm(log.term(index)).build();
        return Snapshot.newBuilder().setMetadata(metadata).build();
    }

    @Override
    public InitialState initialState() {
        return log.initialState();
    }

    @Override
    public List<Entry> entries(long lo, long hi, long maxBytes) {
        return log.entries(lo, hi, maxBytes);
    }

    @Override
    public long term(long index) {
        return log.term(index);
    }

    @Override
    public long firstIndex() {
        return log.firstIndex();
    }

    @Override
    public long lastIndex() {
        return log.lastIndex();
    }
}
