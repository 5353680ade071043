package io.drawbore.raft;

import com.google.protobuf.ByteString;
import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.RaftEvent.At;
import io.drawbore.raft.internal.ConfChanges;
import io.drawbore.raft.internal.EntrySizes;
import io.drawbore.raft.internal.RaftCore;
import io.drawbore.raft.internal.RaftLog;
import io.drawbore.raft.internal.StorageRequests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member's consensus core, as a value machine: the host tells it what happens (time passed, a message came in, a
 * client wants something), asks {@link #ready} what is to be done, does it, and says so with {@link #advance}. Its
 * semantics are those of etcd's raft 3.7, by the Raft thesis of Diego Ongaro.
 *
 * <pre>{@code
 * node.tick();                                  // or step, propose, readIndex, …
 * if (node.hasReady()) {
 *     Ready ready = node.ready();
 *     log.append(ready.hardState(), ready.entries());
 *     if (ready.mustSync()) { log.sync(); }
 *     storage.mirror(ready);
 *     send(ready.messages()); answer(ready.readStates()); apply(ready.committedEntries());
 *     node.advance();
 * }
 * }</pre>
 *
 * <p>Nothing is committed on the strength of what is not on disk: a member's own copy of an entry counts from the
 * {@link #advance} after the {@link Ready} that handed it out to be written.
 *
 * <p>With {@link RaftConfig#asyncStorageWrites} there is no advance: the Ready's messages ask two threads of the host
 * to write and to apply, and enclose the answers that {@link #step} takes when that is done. {@link Ready} says what
 * may run side by side then.
 *
 * <p>One thread uses a node. It does no I/O, starts no thread and reads no clock. An {@link InvariantException} from
 * any method means that its state, its storage or another member broke raft's rules: the member has to stop.
 */
public final class RaftNode {
    private final RaftCore core;
    private final RaftStorage storage;
    private final boolean asyncStorageWrites;
    private final StorageRequests requests;
    private SoftState knownSoftState;
    private HardState knownHardState;
    private @Nullable Accepted accepted;

    /** What {@link #advance} reports back to the core. */
    private record Accepted(
            List<Message> toSelf, long term, @Nullable At last, Snapshot snapshot, List<Entry> committed) {
    }

    private RaftNode(RaftConfig config, RaftStorage storage) {
        this.storage = storage;
        asyncStorageWrites = config.asyncStorageWrites();
        core = new RaftCore(config, storage);
        requests = new StorageRequests(core);
        knownSoftState = core.softState();
        // Where the commit index on disk is behind what was applied, the first Ready brings it up to date.
        HardState recorded = storage.initialState().hardState();
        knownHardState = recorded.equals(HardState.getDefaultInstance()) ? core.hardState() : recorded;
    }

    /**
     * A member restarted from what its storage holds; a follower that knows no leader. One of which the storage holds
     * nothing waits to be {@link #bootstrap bootstrapped} or to be found by a leader.
     *
     * @throws IllegalArgumentException if the storage's configuration is none
     */
    public static RaftNode create(RaftConfig config, RaftStorage storage) {
        return new RaftNode(config, storage);
    }

    /**
     * Makes the first configuration of a brand-new cluster: one configuration entry a member, at term 1, committed, and
     * in effect at once. Every first member does this, with the same peers in the same order. The first {@link Ready}
     * has the entries both to be written and to be applied; as soon as it is advanced, the member can {@link
     * #campaign}.
     *
     * @throws IllegalStateException if the storage holds anything
     * @throws IllegalArgumentException if there is no peer
     */
    public void bootstrap(List<Peer> peers) {
        if (peers.isEmpty()) {
            throw new IllegalArgumentException("a cluster needs at least one member");
        }
        if (storage.lastIndex() != 0) {
            throw new IllegalStateException("a log that is not empty cannot be bootstrapped");
        }
        List<Entry> entries = new ArrayList<>();
        List<ConfChangeV2> changes = new ArrayList<>();
        for (Peer peer : peers) {
            ConfChange change = ConfChange.newBuilder()
                    .setType(ConfChangeType.ConfChangeAddNode)
                    .setNodeId(peer.id())
                    .setContext(peer.context())
                    .build();
            changes.add(ConfChanges.toV2(change));
            entries.add(Entry.newBuilder()
                    .setType(EntryType.EntryConfChange)
                    .setTerm(1)
                    .setIndex(entries.size() + 1)
                    .setData(change.toByteString())
                    .build());
        }
        knownHardState = HardState.getDefaultInstance();
        core.begin(entries, changes);
    }

    /** One tick of the host's time passed. It may start an election, send heartbeats, or end a leader's term. */
    public void tick() {
        core.tick();
    }

    /** Starts an election, unless this member leads, is no voter, or has a configuration change yet to apply. */
    public void campaign() {
        core.campaign();
    }

    /**
     * Proposes data to be appended to the log. A follower forwards it to its leader. That it was taken says nothing
     * yet: it may still be lost before it is committed.
     *
     * @throws ProposalDroppedException if it was not taken
     */
    public void propose(ByteString data) {
        core.propose(List.of(Entry.newBuilder().setData(data).build()));
    }

    /**
     * Proposes an old-style change of one member. While another change is not applied yet, or the change does not fit
     * the configuration, an empty entry is appended in its place.
     *
     * @throws ProposalDroppedException if it was not taken
     */
    public void proposeConfChange(ConfChange change) {
        core.propose(List.of(Entry.newBuilder()
                .setType(EntryType.EntryConfChange)
                .setData(change.toByteString())
                .build()));
    }

    /**
     * Proposes a change of any number of members; without any it leaves a joint configuration. Otherwise as
     * {@link #proposeConfChange(ConfChange)}.
     *
     * @throws ProposalDroppedException if it was not taken
     */
    public void proposeConfChange(ConfChangeV2 change) {
        core.propose(List.of(Entry.newBuilder()
                .setType(EntryType.EntryConfChangeV2)
                .setData(change.toByteString())
                .build()));
    }

    /**
     * Puts a committed configuration change into effect. The host calls it when it applies the entry; to turn the
     * change down at that point it calls it with node ids of 0.
     *
     * @return the configuration now in effect, to be stored with the entry's index
     */
    public ConfState applyConfChange(ConfChangeV2 change) {
        return core.apply(change);
    }

    /** Puts a committed old-style configuration change into effect; see {@link #applyConfChange(ConfChangeV2)}. */
    public ConfState applyConfChange(ConfChange change) {
        return core.apply(ConfChanges.toV2(change));
    }

    /**
     * Takes a message from another member or, with {@link RaftConfig#asyncStorageWrites}, an answer that a request to a
     * local thread enclosed, whoever it is from.
     *
     * @throws UnexpectedMessageException if it is of a kind that members never send each other, or an answer from a
     *     member that is not known; nothing changed
     * @throws ProposalDroppedException if it is a proposal that is not taken
     */
    public void step(Message message) {
        switch (message.getType()) {
            case MsgStorageAppendResp -> {
                checkAnswers(message, LocalThreads.APPEND);
                requests.appended(message);
            }
            case MsgStorageApplyResp -> {
                checkAnswers(message, LocalThreads.APPLY);
                requests.applied(message);
            }
            case MsgHup, MsgBeat, MsgUnreachable, MsgSnapStatus, MsgCheckQuorum, MsgStorageAppend, MsgStorageApply ->
                throw local();
            case MsgAppResp, MsgVoteResp, MsgPreVoteResp, MsgHeartbeatResp, MsgReadIndexResp -> {
                if (!core.knows(message.getFrom())) {
                    throw new UnexpectedMessageException("raft: cannot step as peer not found");
                }
                core.step(message);
            }
            case MsgProp, MsgApp, MsgVote, MsgPreVote, MsgSnap, MsgHeartbeat, MsgTransferLeader, MsgTimeoutNow,
                    MsgReadIndex, MsgForgetLeader -> core.step(message);
        }
    }

    private void checkAnswers(Message message, long thread) {
        if (!asyncStorageWrites || message.getFrom() != thread) {
            throw local();
        }
    }

    private static UnexpectedMessageException local() {
        return new UnexpectedMessageException("raft: cannot step raft local message");
    }

    /**
     * Asks for an index to read at. The answer comes with a later {@link Ready#readStates}, or never: when no leader is
     * known, or leadership changes. A leader first waits until an entry of its own term is committed, then for a quorum
     * to confirm that it still leads; a single voter is its own quorum.
     *
     * @param context comes back with the answer; a new one for every attempt
     */
    public void readIndex(ByteString context) {
        core.step(Message.newBuilder()
                .setType(MessageType.MsgReadIndex)
                .addEntries(Entry.newBuilder().setData(context))
                .build());
    }

    /**
     * Asks for leadership to go to a voter. It is given up after an election timeout; proposals are dropped meanwhile.
     */
    public void transferLeadership(long to) {
        core.step(Message.newBuilder().setType(MessageType.MsgTransferLeader).setFrom(to).build());
    }

    /** Makes a follower forget its leader, so that it votes for another at once. A leader takes no notice. */
    public void forgetLeader() {
        core.step(Message.newBuilder().setType(MessageType.MsgForgetLeader).build());
    }

    /** The last messages to a member were probably lost. */
    public void reportUnreachable(long id) {
        core.step(Message.newBuilder().setType(MessageType.MsgUnreachable).setFrom(id).build());
    }

    /**
     * What became of a snapshot that was sent to a member. Every one must be reported, or the member gets nothing more.
     */
    public void reportSnapshot(long id, boolean delivered) {
        core.step(Message.newBuilder().setType(MessageType.MsgSnapStatus).setFrom(id).setReject(!delivered).build());
    }

    /** Whether {@link #ready} has anything to say. */
    public boolean hasReady() {
        RaftLog log = core.log();
        return log.hasNextUnstable() || log.hasNextCommitted() || log.nextSnapshot() != null
                || !core.outbox().isEmpty() || !core.softStateIs(knownSoftState)
                || !core.hardStateIs(knownHardState);
    }

    /**
     * What is to be done now. The host must do all of it and then {@link #advance}; with
     * {@link RaftConfig#asyncStorageWrites} it may ask again at once.
     *
     * @throws IllegalStateException if the one before was not advanced
     */
    public Ready ready() {
        if (accepted != null) {
            throw new IllegalStateException("ready() again without advance()");
        }
        SoftState softState = core.softStateIs(knownSoftState) ? null : core.softState();
        HardState hardState = core.hardStateIs(knownHardState) ? HardState.getDefaultInstance() : core.hardState();
        List<Entry> entries = core.log().nextUnstable();
        List<Entry> committed = core.log().nextCommitted();
        Snapshot next = core.log().nextSnapshot();
        Snapshot snapshot = next == null ? Snapshot.getDefaultInstance() : next;
        boolean mustSync = !entries.isEmpty() || !core.votedAs(knownHardState);
        List<Message> messages = core.outbox().takeMessages();
        List<Message> promises = core.outbox().takePromises();
        if (asyncStorageWrites) {
            requests.append(hardState, entries, snapshot, promises, messages);
            requests.apply(committed, messages);
        } else {
            accepted = accept(snapshot, committed, promises, messages);
        }
        Ready ready = new Ready(softState, hardState, core.outbox().takeReadStates(), entries, snapshot, committed,
                Collections.unmodifiableList(messages), mustSync);
        handOut(ready);
        return ready;
    }

    private Accepted accept(
            Snapshot snapshot, List<Entry> committed, List<Message> promises, List<Message> messages) {
        List<Message> toSelf = new ArrayList<>(promises.size());
        for (Message promise : promises) {
            (promise.getTo() == core.id() ? toSelf : messages).add(promise);
        }
        At last = core.log().hasUnstable() ? core.log().last() : null;
        return new Accepted(toSelf, core.term(), last, snapshot, committed);
    }

    private void handOut(Ready ready) {
        if (ready.softState() != null) {
            knownSoftState = ready.softState();
        }
        if (!ready.hardState().equals(HardState.getDefaultInstance())) {
            knownHardState = ready.hardState();
        }
        core.log().acceptUnstable();
        List<Entry> committed = ready.committedEntries();
        if (!committed.isEmpty()) {
            core.log().acceptApplying(committed.getLast().getIndex(), EntrySizes.encoded(committed));
        }
    }

    /**
     * All of the last {@link Ready} is done: what was to be written is durable, what was to be applied was given to
     * whoever applies it, in order.
     *
     * @throws IllegalStateException if there is none, or with {@link RaftConfig#asyncStorageWrites}, where
     *     {@link #step} takes the answers instead
     */
    public void advance() {
        Accepted done = accepted;
        if (done == null) {
            throw new IllegalStateException(asyncStorageWrites
                    ? "advance() with asynchronous storage writes"
                    : "advance() without ready()");
        }
        accepted = null;
        // Own votes and acknowledgements first: they look up terms of entries that are then let go.
        done.toSelf().forEach(core::step);
        core.appended(done.term(), done.last(), done.snapshot());
        core.applied(done.committed());
    }

    /** Everything about this member, as a copy. */
    public RaftStatus status() {
        return core.status();
    }
}
