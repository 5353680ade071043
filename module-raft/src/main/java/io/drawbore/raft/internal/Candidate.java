package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.ProposalDroppedException;
import io.drawbore.raft.ProposalDroppedException.Reason;
import io.drawbore.raft.RaftEvent.ProposalDropped;
import io.drawbore.raft.RaftEvent.TimeoutNowReceived;
import io.drawbore.raft.RaftEvent.VoteReceived;
import io.drawbore.raft.RaftEvent.VotesCounted;
import io.drawbore.raft.RaftRole;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the votes of one election, or of the question that comes before one. Owns the votes. */
final class Candidate implements Role {
    private final RaftCore core;
    private final boolean pre;
    private final Map<Long, Boolean> votes = new HashMap<>();

    Candidate(RaftCore core, boolean pre) {
        this.core = core;
        this.pre = pre;
    }

    @Override
    public RaftRole name() {
        return pre ? RaftRole.PRE_CANDIDATE : RaftRole.CANDIDATE;
    }

    @Override
    public void tick() {
        if (core.electionTimeoutPassed()) {
            core.campaign();
        }
    }

    @Override
    public void propose(long proposer, List<Entry> entries) {
        core.tell(new ProposalDropped(Reason.NO_LEADER, RaftCore.NOBODY, core.term()));
        throw new ProposalDroppedException(Reason.NO_LEADER);
    }

    @Override
    public void step(Message message) {
        switch (message.getType()) {
            case MsgApp, MsgHeartbeat, MsgSnap -> {
                // Somebody won the election of this term (Raft thesis 3.4).
                core.becomeFollower(core.term(), message.getFrom());
                core.role().step(message);
            }
            case MsgVoteResp, MsgPreVoteResp -> {
                if ((message.getType() == MessageType.MsgPreVoteResp) == pre) {
                    count(message);
                }
            }
            case MsgTimeoutNow ->
                core.tell(new TimeoutNowReceived(name(), message.getFrom(), core.term()));
            default -> {
                // Nobody leads: what is meant for a leader can only be dropped.
            }
        }
    }

    private void count(Message answer) {
        boolean granted = !answer.getReject();
        core.tell(new VoteReceived(answer.getType(), answer.getFrom(), granted, core.term()));
        votes.putIfAbsent(answer.getFrom(), granted);
        tellCount(answer.getType());
        VoteResult result = core.tracker().configuration().voters().voteResult(this::vote);
        if (result == VoteResult.WON) {
            if (pre) {
                core.campaign(Campaign.VOTE);
            } else {
                core.becomeLeader();
            }
        } else if (result == VoteResult.LOST) {
            // A lost pre-vote came with a term that is no one's: this one goes on (Raft thesis 9.6).
            core.becomeFollower(core.term(), RaftCore.NOBODY);
        }
    }

    private Votes.Vote vote(long id) {
        Boolean granted = votes.get(id);
        if (granted == null) {
            return Votes.Vote.MISSING;
        }
        return granted ? Votes.Vote.GRANTED : Votes.Vote.REJECTED;
    }

    private void tellCount(MessageType type) {
        int granted = 0;
        int rejected = 0;
        for (Map.Entry<Long, Boolean> vote : votes.entrySet()) {
            long voter = vote.getKey();
            if (!core.knows(voter) || core.tracker().configuration().learners().contains(voter)) {
                continue;
            }
            if (vote.getValue()) {
                granted++;
            } else {
                rejected++;
            }
        }
        core.tell(new VotesCounted(type, granted, rejected));
    }
}
