package io.drawbore.raft;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.internal.ConfChanges;
import java.util.List;
import java.util.function.Consumer;

/**
 * A member of a simulated cluster: a node, its log, and a store that holds the applied index and the configuration at
 * it. A crash keeps what was synced: the log up to the last Ready that had to be, and of the commit index, which nobody
 * syncs, an older one.
 */
final class SimulatedMember {
    private static final long SNAPSHOT_EVERY = 16;

    private final RaftConfig.Builder config;
    private final Consumer<Entry> onApply;
    private MemoryStorage storage;
    private HardState synced = HardState.getDefaultInstance();
    private ConfState confState;
    private long applied;
    private RaftNode node;

    /** What came out of one Ready. */
    record Done(List<Message> messages, List<ReadState> reads) {
    }

    SimulatedMember(RaftConfig.Builder config, ConfState confState, Consumer<Entry> onApply) {
        this.config = config;
        this.confState = confState;
        this.onApply = onApply;
        storage = MemoryStorage.of(Applied.NONE, confState, synced, List.of());
        node = RaftNode.create(config.build(), storage);
    }

    long id() {
        return config.build().id();
    }

    RaftNode node() {
        return node;
    }

    long applied() {
        return applied;
    }

    /** Does what a Ready asks for; a crash comes before anything is sent, but may come after the sync. */
    Done work(boolean crash) {
        Ready ready = node.ready();
        if (ready.snapshot().getMetadata().getIndex() != 0) {
            install(ready.snapshot());
        }
        storage.append(ready.entries());
        if (!ready.hardState().equals(HardState.getDefaultInstance())) {
            storage.setHardState(ready.hardState());
        }
        if (ready.mustSync()) {
            synced = storage.initialState().hardState();
        }
        if (crash) {
            crash();
            return new Done(List.of(), List.of());
        }
        ready.committedEntries().forEach(this::apply);
        node.advance();
        return new Done(ready.messages(), ready.readStates());
    }

    private void install(Snapshot snapshot) {
        storage.applySnapshot(snapshot);
        applied = snapshot.getMetadata().getIndex();
        confState = snapshot.getMetadata().getConfState();
        // An installed snapshot is synced, with the hard state that belongs to it.
        synced = synced.toBuilder().setCommit(Math.max(synced.getCommit(), applied)).build();
    }

    private void apply(Entry entry) {
        onApply.accept(entry);
        ConfChangeV2 change = ConfChanges.of(entry);
        if (change != null) {
            confState = node.applyConfChange(change);
        }
        applied = entry.getIndex();
        // A member that a change adds does not take a snapshot from before it.
        if (change != null || applied % SNAPSHOT_EVERY == 0) {
            storage.createSnapshot(applied, confState, ByteString.EMPTY);
        }
    }

    /** Lets go of the log up to the newest snapshot. */
    void compact() {
        long index = storage.snapshot().getMetadata().getIndex();
        if (index >= storage.firstIndex()) {
            storage.compact(index);
            synced = synced.toBuilder().setCommit(Math.max(synced.getCommit(), index)).build();
        }
    }

    /** The process ends and starts again. */
    void crash() {
        long start = storage.firstIndex() - 1;
        Snapshot snapshot = storage.snapshot();
        MemoryStorage recovered = MemoryStorage.of(new Applied(start, storage.term(start)), confState, synced,
                storage.entries(storage.firstIndex(), storage.lastIndex() + 1, Long.MAX_VALUE));
        long newest = snapshot.getMetadata().getIndex();
        if (newest > 0) {
            recovered.createSnapshot(newest, snapshot.getMetadata().getConfState(), ByteString.EMPTY);
        }
        storage = recovered;
        node = RaftNode.create(config.applied(applied).build(), storage);
    }
}
