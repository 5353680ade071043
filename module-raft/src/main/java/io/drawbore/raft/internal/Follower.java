package io.drawbore.raft.internal;

import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.raft.ProposalDroppedException;
import io.drawbore.raft.ProposalDroppedException.Reason;
import io.drawbore.raft.RaftEvent.AppendRejected;
import io.drawbore.raft.RaftEvent.At;
import io.drawbore.raft.RaftEvent.FastForwarded;
import io.drawbore.raft.RaftEvent.InvalidReadIndexAnswer;
import io.drawbore.raft.RaftEvent.LeaderForgotten;
import io.drawbore.raft.RaftEvent.NoLeaderFor;
import io.drawbore.raft.RaftEvent.ProposalDropped;
import io.drawbore.raft.RaftEvent.Restored;
import io.drawbore.raft.RaftEvent.SnapshotHandled;
import io.drawbore.raft.RaftEvent.SnapshotOfStrangers;
import io.drawbore.raft.RaftEvent.TimeoutNowReceived;
import io.drawbore.raft.RaftRole;
import io.drawbore.raft.ReadOnlyMode;
import io.drawbore.raft.ReadState;
import java.util.List;

/** Takes what the leader sends, forwards what clients ask for, and starts an election when the leader is silent. */
final class Follower implements Role {
    private final RaftCore core;

    Follower(RaftCore core) {
        this.core = core;
    }

    @Override
    public RaftRole name() {
        return RaftRole.FOLLOWER;
    }

    @Override
    public void tick() {
        if (core.electionTimeoutPassed()) {
            core.campaign();
        }
    }

    @Override
    public void propose(long proposer, List<Entry> entries) {
        if (core.lead() == RaftCore.NOBODY) {
            throw dropped(Reason.NO_LEADER);
        }
        if (!core.config().forwardProposals()) {
            throw dropped(Reason.NOT_FORWARDED);
        }
        core.send(Message.newBuilder()
                .setType(MessageType.MsgProp)
                .setFrom(proposer)
                .setTo(core.lead())
                .addAllEntries(entries));
    }

    private ProposalDroppedException dropped(Reason reason) {
        core.tell(new ProposalDropped(reason, core.lead(), core.term()));
        return new ProposalDroppedException(reason);
    }

    @Override
    public void step(Message message) {
        switch (message.getType()) {
            case MsgApp -> {
                follow(message.getFrom());
                append(message);
            }
            case MsgHeartbeat -> {
                follow(message.getFrom());
                heartbeat(message);
            }
            case MsgSnap -> {
                follow(message.getFrom());
                install(message);
            }
            case MsgTransferLeader, MsgReadIndex -> forward(message);
            case MsgReadIndexResp -> answerRead(message);
            case MsgForgetLeader -> forgetLeader();
            case MsgTimeoutNow -> {
                core.tell(new TimeoutNowReceived(RaftRole.FOLLOWER, message.getFrom(), core.term()));
                core.campaignForTransfer();
            }
            default -> {
                // Meant for a leader or candidate that this member no longer is.
            }
        }
    }

    private void follow(long leader) {
        core.restartElectionTimeout();
        core.lead(leader);
    }

    // Raft thesis 3.5: an append is taken if the entry before it is here, else the leader is told where to look.
    private void append(Message message) {
        At behind = new At(message.getLogTerm(), message.getIndex());
        RaftLog log = core.log();
        if (behind.index() < log.committed()) {
            acknowledge(message.getFrom(), log.committed());
            return;
        }
        long last = log.appendBehind(behind, message.getEntriesList(), message.getCommit());
        if (last != RaftLog.UNKNOWN_TERM) {
            acknowledge(message.getFrom(), last);
            return;
        }
        core.tell(new AppendRejected(message.getFrom(), behind, log.termOrZero(behind.index())));
        At hint = log.possibleMatch(Math.min(behind.index(), log.lastIndex()), behind.term());
        core.send(Message.newBuilder()
                .setType(MessageType.MsgAppResp)
                .setTo(message.getFrom())
                .setIndex(behind.index())
                .setReject(true)
                .setRejectHint(hint.index())
                .setLogTerm(hint.term()));
    }

    private void acknowledge(long leader, long index) {
        core.send(Message.newBuilder().setType(MessageType.MsgAppResp).setTo(leader).setIndex(index));
    }

    private void heartbeat(Message message) {
        core.log().commitTo(message.getCommit());
        Message.Builder answer = Message.newBuilder()
                .setType(MessageType.MsgHeartbeatResp)
                .setTo(message.getFrom());
        if (message.hasContext()) {
            answer.setContext(message.getContext());
        }
        core.send(answer);
    }

    // Raft thesis 5.3 (transcripts snapshot_refused, async_snapshot).
    private void install(Message message) {
        SnapshotMetadata metadata = message.getSnapshot().getMetadata();
        boolean installed = restore(message.getSnapshot());
        core.tell(new SnapshotHandled(installed, new At(metadata.getTerm(), metadata.getIndex()),
                core.log().committed()));
        acknowledge(message.getFrom(), installed ? core.log().lastIndex() : core.log().committed());
    }

    private boolean restore(Snapshot snapshot) {
        SnapshotMetadata metadata = snapshot.getMetadata();
        At at = new At(metadata.getTerm(), metadata.getIndex());
        RaftLog log = core.log();
        if (at.index() <= log.committed()) {
            return false;
        }
        ConfState confState = metadata.getConfState();
        if (!sent(confState).members().contains(core.id())) {
            core.tell(new SnapshotOfStrangers(confState));
            return false;
        }
        if (log.matches(at.term(), at.index())) {
            core.tell(new FastForwarded(at, log.committed(), log.last()));
            log.commitTo(at.index());
            return false;
        }
        log.restore(snapshot);
        core.restoreConfiguration(confState);
        core.tell(new Restored(at, log.committed(), log.last()));
        return true;
    }

    /** The configuration in a snapshot, of which the leader says that it was once in effect. */
    private static Configuration sent(ConfState confState) {
        try {
            return Configuration.of(confState);
        } catch (IllegalArgumentException impossible) {
            throw new InvariantException("a snapshot that was sent is wrong: " + impossible.getMessage());
        }
    }

    private void forward(Message message) {
        if (core.lead() == RaftCore.NOBODY) {
            core.tell(new NoLeaderFor(message.getType(), core.term()));
        } else {
            core.send(message.toBuilder().setTo(core.lead()));
        }
    }

    private void answerRead(Message message) {
        if (message.getEntriesCount() != 1) {
            core.tell(new InvalidReadIndexAnswer(message.getFrom(), message.getEntriesCount()));
        } else {
            core.outbox().answerRead(new ReadState(message.getIndex(), message.getEntries(0).getData()));
        }
    }

    // It may then vote for another at once (transcripts forget_leader, forget_leader_prevote_checkquorum). With reads
    // by lease that would end the lease early (forget_leader_read_only_lease_based).
    private void forgetLeader() {
        boolean forget = core.config().readOnly() != ReadOnlyMode.LEASE_BASED;
        if (!forget || core.lead() != RaftCore.NOBODY) {
            core.tell(new LeaderForgotten(forget, core.lead(), core.term()));
        }
        if (forget) {
            core.lead(RaftCore.NOBODY);
        }
    }
}
