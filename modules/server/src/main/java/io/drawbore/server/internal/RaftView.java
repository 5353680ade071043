package io.drawbore.server.internal;

/**
 * What the raft thread knows, for everyone else to read.
 *
 * @param leader id of the leader, 0 for none known
 * @param leads whether this member is the leader
 * @param term the term
 * @param committed last index known to be committed
 * @param learner whether this member has no vote
 */
public record RaftView(long leader, boolean leads, long term, long committed, boolean learner) {
    /** Before the first turn. */
    static final RaftView NOTHING = new RaftView(0, false, 0, 0, false);
}
