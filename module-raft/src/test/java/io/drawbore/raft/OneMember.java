package io.drawbore.raft;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.raft.RaftStatus.MemberProgress;
import io.drawbore.raft.internal.ConfChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Member 1, alone with its disk; the test plays all the others. Where its disk need not be synced, a restart finds the
 * hard state of before.
 */
final class OneMember {
    static final ConfState THREE = ConfState.newBuilder().addVoters(1).addVoters(2).addVoters(3).build();
    static final int ELECTION_TICKS = 10;

    private final RaftConfig.Builder config;
    private MemoryStorage storage;
    private HardState synced;
    private ConfState confState;
    private RaftNode node;
    private final List<Entry> applied = new ArrayList<>();
    private final List<ReadState> reads = new ArrayList<>();

    OneMember(RaftConfig.Builder config, ConfState confState, HardState hardState, Entry... log) {
        this.config = config;
        this.confState = confState;
        synced = hardState;
        storage = MemoryStorage.of(Applied.NONE, confState, hardState, List.of(log));
        node = RaftNode.create(config.build(), storage);
    }

    /** A member of a cluster of three that has never run; neither pre-vote nor check-quorum. */
    static OneMember ofThree() {
        return new OneMember(plain(), THREE, HardState.getDefaultInstance());
    }

    static RaftConfig.Builder plain() {
        return RaftConfig.builder(1, new SplittableRandom(1)).electionTicks(ELECTION_TICKS)
                .preVote(false).checkQuorum(false);
    }

    static Entry entry(long term, long index) {
        return Entry.newBuilder().setTerm(term).setIndex(index).build();
    }

    static HardState hardState(long term, long vote, long commit) {
        return HardState.newBuilder().setTerm(term).setVote(vote).setCommit(commit).build();
    }

    static Message.Builder message(MessageType type, long from, long term) {
        return Message.newBuilder().setType(type).setFrom(from).setTo(1).setTerm(term);
    }

    /** What another member sends as a leader, behind an entry. */
    static Message.Builder append(long from, long term, long behindTerm, long behind, long commit, Entry... entries) {
        return message(MessageType.MsgApp, from, term).setLogTerm(behindTerm).setIndex(behind).setCommit(commit)
                .addAllEntries(List.of(entries));
    }

    static Message.Builder snapshot(long from, long term, long index, ConfState confState) {
        return message(MessageType.MsgSnap, from, term).setSnapshot(Snapshot.newBuilder()
                .setMetadata(SnapshotMetadata.newBuilder().setIndex(index).setTerm(term).setConfState(confState)));
    }

    RaftNode node() {
        return node;
    }

    MemoryStorage storage() {
        return storage;
    }

    long term() {
        return node.status().hardState().getTerm();
    }

    long commit() {
        return node.status().hardState().getCommit();
    }

    long last() {
        return node.status().lastIndex();
    }

    RaftRole role() {
        return node.status().softState().role();
    }

    ConfState confState() {
        ConfState inEffect = node.status().confState();
        return inEffect.getAutoLeave() ? inEffect : inEffect.toBuilder().clearAutoLeave().build();
    }

    MemberProgress progress(long id) {
        return node.status().progress().stream().filter(row -> row.id() == id).findFirst().orElseThrow();
    }

    List<Entry> applied() {
        return applied;
    }

    /** What was read since this was last asked. */
    List<String> reads() {
        List<String> taken = reads.stream().map(read -> read.index() + " " + read.context().toStringUtf8()).toList();
        reads.clear();
        return taken;
    }

    /** Takes messages, and does all there is to do then. What it sends. */
    List<Message> receive(Message.Builder... messages) {
        for (Message.Builder message : messages) {
            node.step(message.build());
        }
        return work();
    }

    List<Message> tick(int times) {
        List<Message> sent = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            node.tick();
            sent.addAll(work());
        }
        return sent;
    }

    List<Message> propose(String data) {
        node.propose(ByteString.copyFromUtf8(data));
        return work();
    }

    List<Message> propose(ConfChangeV2 change) {
        node.proposeConfChange(change);
        return work();
    }

    List<Message> read(String context) {
        node.readIndex(ByteString.copyFromUtf8(context));
        return work();
    }

    List<Message> work() {
        List<Message> sent = new ArrayList<>();
        while (node.hasReady()) {
            sent.addAll(workOnce());
        }
        return sent;
    }

    /** Does what one Ready asks for. */
    List<Message> workOnce() {
        Ready ready = node.ready();
        if (ready.snapshot().getMetadata().getIndex() != 0) {
            storage.applySnapshot(ready.snapshot());
            confState = ready.snapshot().getMetadata().getConfState();
        }
        storage.append(ready.entries());
        if (!ready.hardState().equals(HardState.getDefaultInstance())) {
            storage.setHardState(ready.hardState());
        }
        if (ready.mustSync()) {
            synced = storage.initialState().hardState();
        }
        for (Entry entry : ready.committedEntries()) {
            applied.add(entry);
            ConfChangeV2 change = ConfChanges.of(entry);
            if (change != null) {
                confState = node.applyConfChange(change);
            }
        }
        reads.addAll(ready.readStates());
        node.advance();
        return ready.messages();
    }

    /** The power goes, and comes back. */
    void restart() {
        storage = MemoryStorage.of(new Applied(storage.firstIndex() - 1, storage.term(storage.firstIndex() - 1)),
                confState, synced, storage.entries(storage.firstIndex(), storage.lastIndex() + 1, Long.MAX_VALUE));
        long appliedIndex = applied.isEmpty() ? 0 : applied.getLast().getIndex();
        node = RaftNode.create(config.applied(appliedIndex).build(), storage);
    }

    /** Becomes the leader of the next term with the votes of others. */
    OneMember elected(long... voters) {
        node.campaign();
        work();
        for (long voter : voters) {
            receive(message(MessageType.MsgVoteResp, voter, term()));
        }
        return this;
    }

    /** Another member has the log up to an index. */
    List<Message> acknowledged(long from, long index) {
        return receive(message(MessageType.MsgAppResp, from, term()).setIndex(index));
    }
}
