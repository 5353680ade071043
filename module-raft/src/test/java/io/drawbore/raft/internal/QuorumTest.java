package io.drawbore.raft.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.raft.internal.Votes.Vote;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** All votes and acknowledgements of small clusters against the plain definition of a majority. */
public class QuorumTest {
    private static final int MEMBERS = 4;

    @Test
    void aMajorityIsMoreThanHalf() {
        for (int size = 1; size <= MEMBERS; size++) {
            MajorityQuorum quorum = new MajorityQuorum(ids(size));
            for (int draw = 0; draw < 81; draw++) {
                int[] digits = digits(draw);
                int granted = 0;
                int possible = 0;
                for (int voter = 0; voter < size; voter++) {
                    granted += digits[voter] == 2 ? 1 : 0;
                    possible += digits[voter] > 0 ? 1 : 0;
                }
                VoteResult expected = 2 * granted > size ? VoteResult.WON
                        : 2 * possible > size ? VoteResult.PENDING : VoteResult.LOST;
                assertEquals(expected, quorum.voteResult(id ->
                        List.of(Vote.REJECTED, Vote.MISSING, Vote.GRANTED).get(digits[(int) id - 1])));
                assertEquals(highestOnMajority(digits, size), quorum.committedIndex(id -> digits[(int) id - 1]));
            }
        }
    }

    private static IdSet ids(int size) {
        return IdSet.of(List.of(1L, 2L, 3L, 4L).subList(0, size));
    }

    private static int[] digits(int draw) {
        return new int[] {draw % 3, draw / 3 % 3, draw / 9 % 3, draw / 27};
    }

    private static long highestOnMajority(int[] acked, int size) {
        for (int index = 2; index > 0; index--) {
            int have = 0;
            for (int voter = 0; voter < size; voter++) {
                have += acked[voter] >= index ? 1 : 0;
            }
            if (2 * have > size) {
                return index;
            }
        }
        return 0;
    }

    @Test
    void bothHalvesMustAgree() {
        JointQuorum quorum =
                new JointQuorum(new MajorityQuorum(IdSet.of(List.of(1L))), new MajorityQuorum(IdSet.of(List.of(2L))));
        Map<List<Vote>, VoteResult> expected = Map.of(
                List.of(Vote.GRANTED, Vote.GRANTED), VoteResult.WON,
                List.of(Vote.GRANTED, Vote.MISSING), VoteResult.PENDING,
                List.of(Vote.MISSING, Vote.GRANTED), VoteResult.PENDING,
                List.of(Vote.GRANTED, Vote.REJECTED), VoteResult.LOST,
                List.of(Vote.REJECTED, Vote.MISSING), VoteResult.LOST,
                List.of(Vote.MISSING, Vote.REJECTED), VoteResult.LOST);
        expected.forEach((votes, result) ->
                assertEquals(result, quorum.voteResult(id -> votes.get((int) id - 1)), votes::toString));
        assertEquals(3, quorum.committedIndex(id -> id == 1 ? 3 : 7));
        assertEquals(3, quorum.committedIndex(id -> id == 1 ? 7 : 3));
    }
}
