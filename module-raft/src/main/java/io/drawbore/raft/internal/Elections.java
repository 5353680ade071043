package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.RaftEvent.At;
import io.drawbore.raft.RaftEvent.HigherTermSeen;
import io.drawbore.raft.RaftEvent.LowerTermIgnored;
import io.drawbore.raft.RaftEvent.VoteAnswered;
import io.drawbore.raft.RaftEvent.VoteIgnored;
import io.drawbore.raft.RaftEvent.VoteRequested;

/** The rules about terms and votes that hold in every role (Raft thesis 3.3, 3.4, 3.6.1, 4.2.3, 9.6). */
final class Elections {
    private final RaftCore core;

    Elections(RaftCore core) {
        this.core = core;
    }

    /** Whether a message is to be handled at this member's term, which may become a higher one by it. */
    boolean ofThisTerm(Message message) {
        if (message.getTerm() == 0 || message.getTerm() == core.term()) {
            return true;
        }
        return message.getTerm() > core.term() ? higherTerm(message) : lowerTerm(message);
    }

    private boolean higherTerm(Message message) {
        MessageType type = message.getType();
        boolean request = type == MessageType.MsgVote || type == MessageType.MsgPreVote;
        if (request && !Campaign.forced(message.getContext()) && leaderIsAlive()) {
            // A member that was cut off, or removed, must not be able to end a working leader's term (Raft thesis
            // 4.2.3; transcripts checkquorum, prevote_checkquorum).
            core.tell(new VoteIgnored(type, message.getFrom(), lastOf(message), core.log().last(), core.vote(),
                    core.term(), core.config().electionTicks() - core.electionElapsed()));
            return false;
        }
        if (type == MessageType.MsgPreVote || (type == MessageType.MsgPreVoteResp && !message.getReject())) {
            // A pre-vote names a term that nobody has begun (Raft thesis 9.6; transcript prevote).
            return true;
        }
        core.tell(new HigherTermSeen(type, message.getFrom(), message.getTerm(), core.term()));
        boolean leaders = switch (type) {
            case MsgApp, MsgHeartbeat, MsgSnap -> true;
            default -> false;
        };
        core.becomeFollower(message.getTerm(), leaders ? message.getFrom() : RaftCore.NOBODY);
        return true;
    }

    private boolean leaderIsAlive() {
        return core.config().checkQuorum() && core.lead() != RaftCore.NOBODY
                && core.electionElapsed() < core.config().electionTicks();
    }

    private boolean lowerTerm(Message message) {
        MessageType type = message.getType();
        if ((core.config().checkQuorum() || core.config().preVote())
                && (type == MessageType.MsgHeartbeat || type == MessageType.MsgApp)) {
            // Since candidates are ignored while a leader lives, a leader of a past term may never hear of this one:
            // the answer carries the term that ends its own (transcript prevote_checkquorum).
            core.send(Message.newBuilder().setType(MessageType.MsgAppResp).setTo(message.getFrom()));
        } else if (type == MessageType.MsgPreVote) {
            answer(message, false);
        } else {
            core.tell(new LowerTermIgnored(type, message.getFrom(), message.getTerm(), core.term()));
        }
        return false;
    }

    /** Asks every voter; this member's own vote counts once it is on disk. */
    void requestVotes(Campaign kind) {
        long term = kind == Campaign.PRE_VOTE ? core.term() + 1 : core.term();
        At last = core.log().last();
        for (long voter : core.tracker().configuration().voters().voters().toList()) {
            if (voter == core.id()) {
                core.send(Message.newBuilder().setType(kind.response()).setTo(voter).setTerm(term));
                continue;
            }
            core.tell(new VoteRequested(kind.request(), voter, last, core.term()));
            Message.Builder request = Message.newBuilder()
                    .setType(kind.request())
                    .setTo(voter)
                    .setTerm(term)
                    .setIndex(last.index())
                    .setLogTerm(last.term());
            if (!kind.context().isEmpty()) {
                request.setContext(kind.context());
            }
            core.send(request);
        }
    }

    /**
     * Answers a candidate: one vote a term, and only for a log at least as complete as this one (Raft thesis 3.4,
     * 3.6.1). A learner answers too: the candidate may know already that it has become a voter (transcript
     * campaign_learner_must_vote).
     */
    void answer(Message request) {
        boolean pre = request.getType() == MessageType.MsgPreVote;
        boolean free = core.vote() == request.getFrom()
                || (core.vote() == RaftCore.NOBODY && core.lead() == RaftCore.NOBODY)
                || (pre && request.getTerm() > core.term());
        answer(request, free && core.log().upToDate(lastOf(request)));
    }

    private void answer(Message request, boolean granted) {
        boolean pre = request.getType() == MessageType.MsgPreVote;
        core.tell(new VoteAnswered(request.getType(), request.getFrom(), lastOf(request), granted, core.log().last(),
                core.vote(), core.term()));
        Message.Builder response = Message.newBuilder()
                .setType(pre ? MessageType.MsgPreVoteResp : MessageType.MsgVoteResp)
                .setTo(request.getFrom())
                // Granted at the term that was asked about; refused at this one, which the candidate has to learn.
                .setTerm(granted ? request.getTerm() : core.term());
        if (!granted) {
            response.setReject(true);
        }
        core.send(response);
        if (granted && !pre) {
            core.restartElectionTimeout();
            core.vote(request.getFrom());
        }
    }

    private static At lastOf(Message request) {
        return new At(request.getLogTerm(), request.getIndex());
    }
}
