package io.drawbore.raft.internal;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * Voters that decide by majority (Raft thesis 3.4, 3.6.2). Nobody at all agrees to everything: so a joint quorum of
 * which one half is empty behaves like the other half alone.
 *
 * @param voters who decides
 */
public record MajorityQuorum(IdSet voters) {
    /** No voters. */
    public static final MajorityQuorum EMPTY = new MajorityQuorum(IdSet.EMPTY);

    /** What an empty quorum has committed: everything. */
    public static final long EVERYTHING = Long.MAX_VALUE;

    /**
     * The highest index that a majority has acknowledged, {@link #EVERYTHING} where there is no voter.
     *
     * @param acked the index that a voter has acknowledged, 0 where it has none
     */
    public long committedIndex(LongUnaryOperator acked) {
        int size = voters.size();
        if (size == 0) {
            return EVERYTHING;
        }
        if (size == 1) {
            return acked.applyAsLong(voters.get(0));
        }
        long[] indexes = new long[size];
        for (int place = 0; place < size; place++) {
            indexes[place] = acked.applyAsLong(voters.get(place));
        }
        Arrays.sort(indexes);
        return indexes[size - majority()];
    }

    /** How an election among these voters stands. */
    public VoteResult voteResult(Votes votes) {
        int granted = 0;
        int missing = 0;
        for (int place = 0; place < voters.size(); place++) {
            switch (votes.of(voters.get(place))) {
                case GRANTED -> granted++;
                case MISSING -> missing++;
                case REJECTED -> {
                }
            }
        }
        if (voters.isEmpty() || granted >= majority()) {
            return VoteResult.WON;
        }
        return granted + missing >= majority() ? VoteResult.PENDING : VoteResult.LOST;
    }

    private int majority() {
        return voters.size() / 2 + 1;
    }
}
