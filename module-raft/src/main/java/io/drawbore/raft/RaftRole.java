package io.drawbore.raft;

/**
 * What a member does at its present term. All moves there are; where the election timeout passes, the host may also
 * ask for an election by {@link RaftNode#campaign}:
 *
 * <pre>
 * from           to             when                                                              thesis
 * (start)        FOLLOWER       always, at the term and with the vote that are on disk            3.4
 * FOLLOWER       FOLLOWER       a higher term showed up                                           3.3
 * FOLLOWER       PRE_CANDIDATE  the election timeout passed, pre-vote is on                       9.6
 * FOLLOWER       CANDIDATE      the election timeout passed, pre-vote is off; or told to by a     3.4, 3.10
 *                               leader that hands over
 * PRE_CANDIDATE  PRE_CANDIDATE  the election timeout passed again                                 9.6
 * PRE_CANDIDATE  CANDIDATE      a quorum would vote for it                                        9.6
 * PRE_CANDIDATE  FOLLOWER       a quorum would not; or a leader or a higher term showed up        9.6
 * CANDIDATE      LEADER         a quorum voted for it                                             3.4
 * CANDIDATE      CANDIDATE      the election timeout passed again, pre-vote is off                3.4
 * CANDIDATE      PRE_CANDIDATE  the election timeout passed again, pre-vote is on                 9.6
 * CANDIDATE      FOLLOWER       a quorum refused; or a leader or a higher term showed up          3.4
 * LEADER         FOLLOWER       a higher term showed up; or check-quorum did not hear from a      3.3, 6.2,
 *                               quorum; or it left the voters and steps down on that              4.2.2
 * </pre>
 */
public enum RaftRole {
    /** Answers leaders and candidates, and forwards what clients ask for. */
    FOLLOWER,
    /** Asks whether it could win an election, without raising its term. */
    PRE_CANDIDATE,
    /** Asks for votes at a new term. */
    CANDIDATE,
    /** Appends to the log and replicates it. */
    LEADER
}
