package io.drawbore.raft.internal;

import java.util.function.LongUnaryOperator;

/**
 * Two majorities that must both agree, as between two configurations (Raft thesis 4.3).
 *
 * @param incoming the voters that stay when the joint configuration is left
 * @param outgoing the voters of the configuration before, empty unless the configuration is joint
 */
public record JointQuorum(MajorityQuorum incoming, MajorityQuorum outgoing) {
    /** All voters of both halves. */
    public IdSet voters() {
        return incoming.voters().union(outgoing.voters());
    }

    /** The highest index that both majorities have acknowledged. */
    public long committedIndex(LongUnaryOperator acked) {
        return Math.min(incoming.committedIndex(acked), outgoing.committedIndex(acked));
    }

    /** How an election stands that both majorities must agree to. */
    public VoteResult voteResult(Votes votes) {
        VoteResult one = incoming.voteResult(votes);
        VoteResult other = outgoing.voteResult(votes);
        if (one == other) {
            return one;
        }
        return one == VoteResult.LOST || other == VoteResult.LOST ? VoteResult.LOST : VoteResult.PENDING;
    }

    @Override
    public String toString() {
        String text = incoming.voters().toString();
        return outgoing.voters().isEmpty() ? text : text + "&&" + outgoing.voters();
    }
}
