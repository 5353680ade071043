package io.drawbore.raft;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.internal.ConfChanges;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A member of a simulated cluster: a node, its log, and a store that holds the applied index and the configuration at
 * it. A crash keeps what was synced: the log up to the last Ready that had to be, and of the commit index, which nobody
 * syncs, an older one. Of the store, which is behind its log on disk, it may lose all that the log still has.
 */
final class SimulatedMember {
    private static final long SNAPSHOT_EVERY = 16;

    private final RaftConfig.Builder config;
    private final RaftPromises promises;
    private final SplittableRandom random;
    private final long id;
    // The configuration at each index that a crash may set the store back to, and at the applied one.
    private final TreeMap<Long, ConfState> store = new TreeMap<>();
    private MemoryStorage storage;
    private HardState synced = HardState.getDefaultInstance();
    private RaftNode node;

    /** What came out of one Ready. */
    record Done(List<Message> messages, List<ReadState> reads) {
        static final Done NOTHING = new Done(List.of(), List.of());
    }

    /** Where a process ends in its work for a Ready. */
    enum Crash { NOT, BEFORE_WRITING, BEFORE_SENDING, BEFORE_APPLYING }

    SimulatedMember(long id, RaftConfig.Builder config, ConfState confState, RaftPromises promises,
            SplittableRandom random) {
        this.id = id;
        this.config = config;
        this.promises = promises;
        this.random = random;
        store.put(0L, confState);
        storage = MemoryStorage.of(Applied.NONE, confState, synced, List.of());
        node = RaftNode.create(config.build(), storage);
    }

    long id() {
        return id;
    }

    RaftNode node() {
        return node;
    }

    long applied() {
        return store.lastKey();
    }

    /** The configuration at the applied index. */
    ConfState confState() {
        return store.lastEntry().getValue();
    }

    /** All of the log that the node has handed out. */
    MemoryStorage log() {
        return storage;
    }

    /** Entries of the log, both ends included. */
    List<Entry> entries(long first, long last) {
        return storage.entries(first, last + 1, Long.MAX_VALUE);
    }

    Entry entry(long index) {
        return entries(index, index).getFirst();
    }

    boolean leads() {
        return node.status().softState().role() == RaftRole.LEADER;
    }

    /** Whether it votes by the configuration that it has applied. */
    boolean votes() {
        return needs(id);
    }

    /** Whether it counts another's vote. */
    boolean needs(long other) {
        return confState().getVotersList().contains(other) || confState().getVotersOutgoingList().contains(other);
    }

    /** Whether a candidate's log is complete enough for this member's vote. */
    boolean grants(SimulatedMember candidate) {
        long ours = storage.term(storage.lastIndex());
        long theirs = candidate.storage.term(candidate.storage.lastIndex());
        return theirs > ours || (theirs == ours && candidate.storage.lastIndex() >= storage.lastIndex());
    }

    /** Does what a Ready asks for, as far as it comes. */
    Done work(Crash crash) {
        boolean leads = leads();
        Ready ready = node.ready();
        if (crash == Crash.BEFORE_WRITING) {
            crash();
            return new Done(leads ? sentBeforeSync(ready) : List.of(), List.of());
        }
        write(ready);
        if (crash == Crash.BEFORE_SENDING) {
            crash();
            return Done.NOTHING;
        }
        promises.sent(ready);
        if (crash == Crash.BEFORE_APPLYING) {
            crash();
            return new Done(ready.messages(), List.of());
        }
        ready.committedEntries().forEach(this::apply);
        node.advance();
        return new Done(ready.messages(), ready.readStates());
    }

    // A leader may send its appends while its log syncs (thesis 10.2.1).
    private static List<Message> sentBeforeSync(Ready ready) {
        return ready.messages().stream().filter(message -> message.getType() == MessageType.MsgApp).toList();
    }

    private void write(Ready ready) {
        if (ready.snapshot().getMetadata().getIndex() != 0) {
            install(ready.snapshot());
        }
        long lastBefore = storage.lastIndex();
        storage.append(ready.entries());
        if (!ready.hardState().equals(HardState.getDefaultInstance())) {
            storage.setHardState(ready.hardState());
        }
        if (ready.mustSync()) {
            synced = storage.initialState().hardState();
        }
        promises.handedOut(this, ready, lastBefore);
    }

    private void install(Snapshot snapshot) {
        promises.stateMachineSafety(this, snapshot);
        storage.applySnapshot(snapshot);
        store.clear();
        store.put(snapshot.getMetadata().getIndex(), snapshot.getMetadata().getConfState());
        // An installed snapshot is synced, with the hard state that belongs to it.
        synced = synced.toBuilder().setCommit(Math.max(synced.getCommit(), applied())).build();
    }

    private void apply(Entry entry) {
        promises.stateMachineSafety(this, entry);
        ConfChangeV2 change = ConfChanges.of(entry);
        ConfState after = change == null ? confState() : node.applyConfChange(permitted(change));
        promises.sameConfiguration(this, entry.getIndex(), after);
        store.put(entry.getIndex(), after);
        // A member that a change adds does not take a snapshot from before it.
        if (entry.getIndex() > storage.snapshot().getMetadata().getIndex()
                && (change != null || entry.getIndex() % SNAPSHOT_EVERY == 0)) {
            storage.createSnapshot(entry.getIndex(), after, ByteString.EMPTY);
        }
    }

    // A change that would leave no voter is turned down when it is applied, by every member alike.
    private ConfChangeV2 permitted(ConfChangeV2 change) {
        Set<Long> voters = new HashSet<>(confState().getVotersList());
        for (ConfChangeSingle one : change.getChangesList()) {
            if (one.getType() == ConfChangeType.ConfChangeAddNode) {
                voters.add(one.getNodeId());
            } else if (one.getType() != ConfChangeType.ConfChangeUpdateNode) {
                voters.remove(one.getNodeId());
            }
        }
        if (!voters.isEmpty()) {
            return change;
        }
        ConfChangeV2.Builder refused = change.toBuilder();
        refused.getChangesBuilderList().forEach(one -> one.setNodeId(0));
        return refused.build();
    }

    /** Lets go of the log up to the newest snapshot; what the store has until there is synced first. */
    void compact() {
        long index = storage.snapshot().getMetadata().getIndex();
        if (index >= storage.firstIndex()) {
            storage.compact(index);
            store.headMap(index, false).clear();
            synced = synced.toBuilder().setCommit(Math.max(synced.getCommit(), index)).build();
        }
    }

    /** The process ends and starts again. */
    void crash() {
        if (random.nextBoolean()) {
            long kept = storage.firstIndex() - 1 + random.nextLong(applied() - storage.firstIndex() + 2);
            store.tailMap(kept, false).clear();
        }
        Applied start = new Applied(storage.firstIndex() - 1, storage.term(storage.firstIndex() - 1));
        long snapshot = Math.min(storage.snapshot().getMetadata().getIndex(), applied());
        storage = MemoryStorage.of(start, confState(), synced, entries(storage.firstIndex(), storage.lastIndex()));
        if (snapshot > 0) {
            storage.createSnapshot(snapshot, store.floorEntry(snapshot).getValue(), ByteString.EMPTY);
        }
        node = RaftNode.create(config.applied(applied()).build(), storage);
    }
}
