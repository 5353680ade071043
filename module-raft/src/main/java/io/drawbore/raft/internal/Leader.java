package io.drawbore.raft.internal;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.ProgressState;
import io.drawbore.raft.ProposalDroppedException;
import io.drawbore.raft.ProposalDroppedException.Reason;
import io.drawbore.raft.RaftEvent.At;
import io.drawbore.raft.RaftEvent.AutoLeave;
import io.drawbore.raft.RaftEvent.ConfChangeIgnored;
import io.drawbore.raft.RaftEvent.MemberUnreachable;
import io.drawbore.raft.RaftEvent.ProgressDecreased;
import io.drawbore.raft.RaftEvent.ProposalDropped;
import io.drawbore.raft.RaftEvent.QuorumLost;
import io.drawbore.raft.RaftEvent.RejectionReceived;
import io.drawbore.raft.RaftEvent.SnapshotCaughtUp;
import io.drawbore.raft.RaftEvent.SnapshotReported;
import io.drawbore.raft.RaftEvent.StrangerIgnored;
import io.drawbore.raft.RaftEvent.Transfer;
import io.drawbore.raft.RaftRole;
import io.drawbore.raft.ReadOnlyMode;
import io.drawbore.raft.ReadState;
import io.drawbore.raft.UnexpectedMessageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the log, replicates it and decides what is committed. Owns what only a leader knows, for one term: reads
 * that wait, the hand-over under way, how much is uncommitted, and where the last configuration change may stand.
 */
final class Leader implements Role {
    private final RaftCore core;
    private final Replicator replicator;
    private final ReadIndexQueue reads = new ReadIndexQueue();
    private long pendingConfIndex;
    private long uncommittedPayload;
    private long transferee;
    private int heartbeatElapsed;

    Leader(RaftCore core) {
        this.core = core;
        this.replicator = new Replicator(core);
    }

    @Override
    public RaftRole name() {
        return RaftRole.LEADER;
    }

    /**
     * Begins the term with an empty entry: with it all entries of earlier terms get committed (Raft thesis 3.6.2, 6.4).
     */
    void begin() {
        long last = core.log().lastIndex();
        core.tracker().reset(core.id(), last);
        Progress own = core.tracker().get(core.id());
        if (own != null) {
            own.becomeReplicate();
        }
        // One of the entries taken over may change the configuration: none is proposed before they are applied.
        pendingConfIndex = last;
        append(List.of(Entry.getDefaultInstance()));
    }

    void replicate() {
        replicator.toAll(true);
    }

    @Override
    public void tick() {
        heartbeatElapsed++;
        if (core.leaderTimeoutPassed()) {
            if (core.config().checkQuorum()) {
                checkQuorum();
            }
            // A hand-over that takes longer has failed (Raft thesis 3.10; transcript transfer_leadership).
            transferee = RaftCore.NOBODY;
        }
        if (core.role() == this && heartbeatElapsed >= core.config().heartbeatTicks()) {
            heartbeatElapsed = 0;
            replicator.heartbeats(reads.heartbeatContext());
        }
    }

    // Raft thesis 6.2: a leader that was cut off must not let its clients wait (transcript checkquorum).
    private void checkQuorum() {
        if (!core.tracker().quorumActive()) {
            core.tell(new QuorumLost());
            core.becomeFollower(core.term(), RaftCore.NOBODY);
        }
        ProgressMap members = core.tracker().progress();
        for (int place = 0; place < members.size(); place++) {
            members.at(place).recentlyActive(members.id(place) == core.id());
        }
    }

    @Override
    public void propose(long proposer, List<Entry> entries) {
        if (entries.isEmpty()) {
            throw new UnexpectedMessageException("a proposal without entries");
        }
        if (!core.knows(core.id())) {
            throw new ProposalDroppedException(Reason.NOT_A_MEMBER);
        }
        if (transferee != RaftCore.NOBODY) {
            core.tell(new ProposalDropped(Reason.TRANSFERRING, transferee, core.term()));
            throw new ProposalDroppedException(Reason.TRANSFERRING);
        }
        if (!append(admit(entries))) {
            core.tell(new ProposalDropped(Reason.TOO_MUCH_UNCOMMITTED, RaftCore.NOBODY, core.term()));
            throw new ProposalDroppedException(Reason.TOO_MUCH_UNCOMMITTED);
        }
        replicator.toAll(true);
    }

    // At most one configuration change may be unapplied (Raft thesis 4.1). One that must not be proposed now becomes an
    // empty entry, so that the entries proposed with it keep their places (transcripts single_voter_confchange,
    // confchange_disable_validation).
    private List<Entry> admit(List<Entry> entries) {
        if (entries.stream().allMatch(entry -> entry.getType() == EntryType.EntryNormal)) {
            return entries;
        }
        List<Entry> admitted = new ArrayList<>(entries);
        for (int i = 0; i < entries.size(); i++) {
            ConfChangeV2 change = ConfChanges.of(entries.get(i));
            if (change == null) {
                continue;
            }
            ConfChangeIgnored.@Nullable Objection objection = objection(change);
            if (objection != null && core.config().validateConfChanges()) {
                core.tell(new ConfChangeIgnored(objection, change, core.confState(), pendingConfIndex,
                        core.log().applied()));
                admitted.set(i, Entry.newBuilder().setType(EntryType.EntryNormal).build());
            } else {
                pendingConfIndex = core.log().lastIndex() + i + 1;
            }
        }
        return admitted;
    }

    private ConfChangeIgnored.@Nullable Objection objection(ConfChangeV2 change) {
        boolean joint = core.tracker().configuration().joint();
        boolean leaves = change.getChangesCount() == 0;
        if (pendingConfIndex > core.log().applied()) {
            return ConfChangeIgnored.Objection.PENDING;
        }
        if (joint && !leaves) {
            return ConfChangeIgnored.Objection.MUST_LEAVE_JOINT;
        }
        return !joint && leaves ? ConfChangeIgnored.Objection.NOT_JOINT : null;
    }

    // What was taken and is not committed is bounded, or clients of a leader that was cut off would fill its memory
    // (transcripts single_voter_limits, uncommitted_size). One proposal of any size is taken, so that none is too big
    // for ever; without payload it always is, so that a term can begin and a joint configuration be left.
    private boolean append(List<Entry> entries) {
        long payload = EntrySizes.payload(entries);
        if (uncommittedPayload > 0 && payload > 0
                && uncommittedPayload + payload > core.config().maxUncommittedSize()) {
            return false;
        }
        uncommittedPayload += payload;
        long index = core.log().lastIndex();
        List<Entry> placed = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            placed.add(entry.toBuilder().setTerm(core.term()).setIndex(++index).build());
        }
        core.log().append(placed);
        // Its own copy counts like any other: when it is on disk (Raft thesis 10.2.1).
        core.send(Message.newBuilder().setType(MessageType.MsgAppResp).setTo(core.id()).setIndex(index));
        return true;
    }

    @Override
    public void step(Message message) {
        switch (message.getType()) {
            case MsgReadIndex -> readIndex(message);
            case MsgForgetLeader -> {
                // It knows who leads.
            }
            default -> {
                Progress progress = core.tracker().get(message.getFrom());
                if (progress == null) {
                    core.tell(new StrangerIgnored(message.getFrom()));
                } else {
                    step(message, message.getFrom(), progress);
                }
            }
        }
    }

    private void step(Message message, long from, Progress progress) {
        switch (message.getType()) {
            case MsgAppResp -> {
                progress.recentlyActive(true);
                if (message.getReject()) {
                    appendRejected(message, from, progress);
                } else {
                    appendAcknowledged(message.getIndex(), from, progress);
                }
            }
            case MsgHeartbeatResp -> heartbeatAnswered(message, from, progress);
            case MsgSnapStatus -> snapshotReported(!message.getReject(), from, progress);
            case MsgUnreachable -> {
                // What was sent ahead is probably lost (transcript heartbeat_resp_recovers_from_probing).
                if (progress.state() == ProgressState.REPLICATE) {
                    progress.becomeProbe();
                }
                core.tell(new MemberUnreachable(core.tracker().row(from, progress)));
            }
            case MsgTransferLeader -> transfer(from, progress);
            default -> {
                // Late votes, and answers to what this member asked for in another role.
            }
        }
    }

    // Raft thesis 3.5, with a hint so that one refusal skips all entries of a term (transcript probe_and_replicate).
    private void appendRejected(Message message, long from, Progress progress) {
        At hint = new At(message.getLogTerm(), message.getRejectHint());
        core.tell(new RejectionReceived(from, message.getIndex(), hint));
        long next = hint.term() > 0 ? core.log().possibleMatch(hint.index(), hint.term()).index() : hint.index();
        if (progress.rejected(message.getIndex(), next)) {
            core.tell(new ProgressDecreased(core.tracker().row(from, progress)));
            if (progress.state() == ProgressState.REPLICATE) {
                progress.becomeProbe();
            }
            replicator.append(from, progress, true);
        }
    }

    // Raft thesis 3.5, 3.6.2. An acknowledgement that is not news still ends probing: it answers the probe (transcript
    // heartbeat_resp_recovers_from_probing).
    private void appendAcknowledged(long index, long from, Progress progress) {
        boolean news = progress.acknowledged(index)
                || (progress.match() == index && progress.state() == ProgressState.PROBE);
        if (!news) {
            return;
        }
        switch (progress.state()) {
            case PROBE -> progress.becomeReplicate();
            case SNAPSHOT -> {
                // Whatever brought it there, this snapshot or an older one (transcripts
                // snapshot_succeed_via_app_resp, snapshot_succeed_via_app_resp_behind).
                if (progress.match() + 1 >= core.log().firstIndex()) {
                    core.tell(new SnapshotCaughtUp(core.tracker().row(from, progress)));
                    progress.becomeProbe();
                    progress.becomeReplicate();
                }
            }
            case REPLICATE -> progress.freeInflights(index);
        }
        if (commit()) {
            replicator.toAll(true);
        } else if (from != core.id() && progress.canRaiseCommit(core.log().committed())) {
            // It was told of less, or what told it got lost (transcript lagging_commit).
            replicator.append(from, progress, true);
        }
        if (from != core.id()) {
            boolean more = true;
            while (more) {
                more = replicator.append(from, progress, false);
            }
        }
        if (from == transferee && progress.match() == core.log().lastIndex()) {
            tellToCampaign(Transfer.Step.TOLD_AFTER_APPEND);
        }
    }

    private boolean commit() {
        if (!core.log().commitOfTerm(core.term(), core.tracker().committedIndex())) {
            return false;
        }
        core.takeWaitingReads().forEach(this::proveLeadership);
        return true;
    }

    // The member is there: whatever it lacks is tried again (Raft thesis 3.5; transcript
    // heartbeat_resp_recovers_from_probing), and it has confirmed this leader to the reads that wait (6.4).
    private void heartbeatAnswered(Message message, long from, Progress progress) {
        progress.recentlyActive(true);
        progress.pause(false);
        if (progress.match() < core.log().lastIndex() || progress.state() == ProgressState.PROBE) {
            replicator.append(from, progress, true);
        }
        if (core.config().readOnly() == ReadOnlyMode.SAFE && !message.getContext().isEmpty()) {
            reads.acknowledge(from, message.getContext());
            for (ReadIndexQueue.Waiting read : reads.takeConfirmed(core.tracker().configuration().voters())) {
                answer(read.request(), read.index());
            }
        }
    }

    // Transcript snapshot_failed.
    private void snapshotReported(boolean delivered, long from, Progress progress) {
        if (progress.state() != ProgressState.SNAPSHOT) {
            return;
        }
        if (!delivered) {
            progress.snapshotFailed();
        }
        progress.becomeProbe();
        core.tell(new SnapshotReported(delivered, core.tracker().row(from, progress)));
        // Delivered: the member's answer comes next. Failed: not again before the next heartbeat.
        progress.pause(true);
    }

    // Until an entry of its own term is committed a leader does not know what is committed (Raft thesis 6.4). That
    // holds for a single voter too: a restart may have lost the last commit index, which is not synced.
    private void readIndex(Message request) {
        if (core.log().term(core.log().committed()) == core.term()) {
            proveLeadership(request);
        } else {
            core.readWaits(request);
        }
    }

    // By a quorum's answers to a later heartbeat (Raft thesis 6.4; transcript read_index_quorum), or by the lease that
    // check-quorum is (6.4.1; transcript lease_based_read_index).
    private void proveLeadership(Message request) {
        long committed = core.log().committed();
        Configuration configuration = core.tracker().configuration();
        boolean alone = configuration.singleVoter() && configuration.incoming().contains(core.id());
        if (alone || core.config().readOnly() == ReadOnlyMode.LEASE_BASED) {
            answer(request, committed);
            return;
        }
        reads.add(request, committed);
        ByteString context = reads.heartbeatContext();
        reads.acknowledge(core.id(), context);
        replicator.heartbeats(context);
    }

    private void answer(Message request, long index) {
        if (request.getFrom() == RaftCore.NOBODY || request.getFrom() == core.id()) {
            core.outbox().answerRead(new ReadState(index, request.getEntries(0).getData()));
        } else {
            core.send(Message.newBuilder()
                    .setType(MessageType.MsgReadIndexResp)
                    .setTo(request.getFrom())
                    .setIndex(index)
                    .addAllEntries(request.getEntriesList()));
        }
    }

    // Raft thesis 3.10 (transcript transfer_leadership).
    private void transfer(long to, Progress progress) {
        if (core.tracker().configuration().learners().contains(to)) {
            tell(Transfer.Step.TO_LEARNER, to, RaftCore.NOBODY);
            return;
        }
        if (transferee == to) {
            tell(Transfer.Step.IN_PROGRESS, to, to);
            return;
        }
        if (transferee != RaftCore.NOBODY) {
            tell(Transfer.Step.ABORTED_PREVIOUS, to, transferee);
            transferee = RaftCore.NOBODY;
        }
        if (to == core.id()) {
            tell(Transfer.Step.TO_SELF, to, RaftCore.NOBODY);
            return;
        }
        tell(Transfer.Step.STARTED, to, RaftCore.NOBODY);
        // It has one election timeout to finish.
        core.restartElectionTimeout();
        transferee = to;
        if (progress.match() == core.log().lastIndex()) {
            tellToCampaign(Transfer.Step.TOLD_AT_ONCE);
        } else {
            replicator.append(to, progress, true);
        }
    }

    private void tellToCampaign(Transfer.Step step) {
        core.send(Message.newBuilder().setType(MessageType.MsgTimeoutNow).setTo(transferee));
        tell(step, transferee, RaftCore.NOBODY);
    }

    private void tell(Transfer.Step step, long to, long previous) {
        core.tell(new Transfer(step, to, previous, core.term()));
    }

    @Override
    public void configurationSwitched() {
        boolean votes = core.knows(core.id())
                && !core.tracker().configuration().learners().contains(core.id());
        if (!votes) {
            // Otherwise it leads on until somebody else does, so that the change gets committed (Raft thesis 4.2.2;
            // transcripts confchange_v1_remove_leader and confchange_v1_remove_leader_stepdown).
            if (core.config().stepDownOnRemoval()) {
                core.becomeFollower(core.term(), RaftCore.NOBODY);
            }
            return;
        }
        // Fewer voters may be needed than before, and newcomers wait for the log.
        if (commit()) {
            replicator.toAll(true);
        } else {
            replicator.toAll(false);
        }
        if (!core.tracker().configuration().voters().voters().contains(transferee)) {
            transferee = RaftCore.NOBODY;
        }
    }

    @Override
    public void applied(long payload) {
        Configuration configuration = core.tracker().configuration();
        // Raft thesis 4.3: once the joint configuration is committed (transcript confchange_v2_add_double_auto).
        if (configuration.autoLeave() && core.log().applied() >= pendingConfIndex) {
            leaveJoint(configuration);
        }
        uncommittedPayload = Math.max(0, uncommittedPayload - payload);
    }

    private void leaveJoint(Configuration configuration) {
        try {
            // Without data, so that it is never too big to be taken.
            propose(core.id(), List.of(Entry.newBuilder().setType(EntryType.EntryConfChangeV2).build()));
            core.tell(new AutoLeave(true, configuration.toConfState()));
        } catch (ProposalDroppedException dropped) {
            core.tell(new AutoLeave(false, configuration.toConfState()));
        }
    }

    long transferee() {
        return transferee;
    }
}
