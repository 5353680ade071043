package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertFalse;

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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A member of a simulated cluster: a node, its log, and a store that holds the applied index and the configuration at
 * it. A crash keeps what was synced: the log up to the last write that had to be, and of the commit index, which nobody
 * syncs, an older one. Of the store, which is behind its log on disk, it may lose all that the log still has.
 *
 * <p>With asynchronous writes two threads write and apply, one request at a time, when they are told to; a crash loses
 * the requests that wait.
 */
final class SimulatedMember {
    private static final long SNAPSHOT_EVERY = 16;

    private final RaftConfig.Builder config;
    private final RaftPromises promises;
    private final SplittableRandom random;
    private final long id;
    private final boolean async;
    // The configuration at each index that a crash may set the store back to, and at the applied one.
    private final TreeMap<Long, ConfState> store = new TreeMap<>();
    private final Queue<Message> toAppend = new ArrayDeque<>();
    private final Queue<Message> toApply = new ArrayDeque<>();
    // What is written, and what the node has handed out to be written: without asynchronous writes the same.
    private MemoryStorage storage;
    private MemoryStorage log;
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
        async = config.build().asyncStorageWrites();
        storage = MemoryStorage.of(Applied.NONE, confState, synced, List.of());
        log = async ? MemoryStorage.empty(confState) : storage;
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
        return log;
    }

    /** Entries of the log, both ends included. */
    List<Entry> entries(long first, long last) {
        return log.entries(first, last + 1, Long.MAX_VALUE);
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

    /** Does what a Ready asks for, as far as it comes; what the threads are to do waits for {@link #carryOut}. */
    Done work(Crash crash) {
        if (async) {
            return handOut(crash);
        }
        boolean leads = leads();
        long lastBefore = log.lastIndex();
        Ready ready = node.ready();
        if (crash == Crash.BEFORE_WRITING) {
            crash();
            return new Done(leads ? sentBeforeSync(ready) : List.of(), List.of());
        }
        write(ready.hardState(), ready.snapshot(), ready.entries(), ready.mustSync());
        promises.handedOut(this, ready, lastBefore);
        if (crash == Crash.BEFORE_SENDING) {
            crash();
            return Done.NOTHING;
        }
        promises.sent(ready.messages());
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

    private Done handOut(Crash crash) {
        long lastBefore = log.lastIndex();
        Ready ready = node.ready();
        log.mirror(ready);
        promises.handedOut(this, ready, lastBefore);
        List<Message> toOthers = new ArrayList<>();
        for (Message message : ready.messages()) {
            switch (message.getType()) {
                case MsgStorageAppend -> toAppend.add(message);
                case MsgStorageApply -> toApply.add(message);
                default -> toOthers.add(message);
            }
        }
        promises.sent(toOthers);
        if (crash != Crash.NOT) {
            crash();
            return new Done(toOthers, List.of());
        }
        return new Done(toOthers, ready.readStates());
    }

    /** Whether a request waits for one of the threads. */
    boolean hasRequest() {
        return !toAppend.isEmpty() || !toApply.isEmpty();
    }

    /** One of the threads carries out its next request, as far as it comes; returns its answers to others. */
    List<Message> carryOut(Crash crash) {
        // A snapshot that the node has taken in has changed its configuration: its Ready comes before any change.
        boolean append = toApply.isEmpty() || node.hasReady() || (!toAppend.isEmpty() && random.nextBoolean());
        Message request = append ? toAppend.poll() : toApply.poll();
        if (request == null) {
            return List.of();
        }
        if (append) {
            write(hardState(request), request.getSnapshot(), request.getEntriesList(),
                    request.getResponsesCount() > 0);
        } else {
            request.getEntriesList().forEach(this::applyUnlessInstalled);
        }
        if (crash != Crash.NOT) {
            crash();
            return List.of();
        }
        return answer(request.getResponsesList());
    }

    private static HardState hardState(Message request) {
        return request.hasTerm()
                ? HardState.newBuilder().setTerm(request.getTerm()).setVote(request.getVote())
                        .setCommit(request.getCommit()).build()
                : HardState.getDefaultInstance();
    }

    private List<Message> answer(List<Message> answers) {
        List<Message> toOthers = new ArrayList<>();
        for (Message answer : answers) {
            if (answer.getTo() == id) {
                stepOwn(answer);
            } else {
                toOthers.add(answer);
            }
        }
        promises.sent(toOthers);
        return toOthers;
    }

    private void stepOwn(Message answer) {
        try {
            node.step(answer);
        } catch (UnexpectedMessageException removed) {
            // It promised itself something as a member, which it is no more.
            assertFalse(node.status().confState().getVotersList().contains(id));
        }
    }

    private void applyUnlessInstalled(Entry entry) {
        // The log's start is ahead of what is applied while a snapshot waits to be written.
        if (entry.getIndex() >= log.firstIndex() && entry.getIndex() > applied()) {
            apply(entry);
        }
    }

    private void write(HardState hardState, Snapshot snapshot, List<Entry> entries, boolean sync) {
        if (snapshot.getMetadata().getIndex() != 0) {
            install(snapshot);
        }
        storage.append(entries);
        if (!hardState.equals(HardState.getDefaultInstance())) {
            storage.setHardState(hardState);
        }
        if (sync) {
            sync(storage.initialState().hardState());
        }
    }

    private void install(Snapshot snapshot) {
        promises.stateMachineSafety(this, snapshot);
        storage.applySnapshot(snapshot);
        store.clear();
        store.put(snapshot.getMetadata().getIndex(), snapshot.getMetadata().getConfState());
        // An installed snapshot is synced, with the hard state that belongs to it.
        sync(synced);
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
            if (async && index >= log.firstIndex()) {
                log.compact(index);
            }
            store.headMap(index, false).clear();
            sync(synced);
        }
    }

    // What the log starts behind is committed, whether the last commit index was written already or not.
    private void sync(HardState hardState) {
        synced = hardState.toBuilder()
                .setCommit(Math.max(hardState.getCommit(), storage.firstIndex() - 1))
                .build();
    }

    /** The process ends and starts again. */
    void crash() {
        if (random.nextBoolean()) {
            long kept = storage.firstIndex() - 1 + random.nextLong(applied() - storage.firstIndex() + 2);
            store.tailMap(kept, false).clear();
        }
        toAppend.clear();
        toApply.clear();
        Applied start = new Applied(storage.firstIndex() - 1, storage.term(storage.firstIndex() - 1));
        List<Entry> written = storage.entries(storage.firstIndex(), storage.lastIndex() + 1, Long.MAX_VALUE);
        long snapshot = Math.min(storage.snapshot().getMetadata().getIndex(), applied());
        storage = MemoryStorage.of(start, confState(), synced, written);
        log = async ? MemoryStorage.of(start, confState(), synced, written) : storage;
        if (snapshot > 0) {
            storage.createSnapshot(snapshot, store.floorEntry(snapshot).getValue(), ByteString.EMPTY);
        }
        node = RaftNode.create(config.applied(applied()).build(), storage);
    }
}
