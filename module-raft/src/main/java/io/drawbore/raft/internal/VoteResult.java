package io.drawbore.raft.internal;

/** How an election stands. */
public enum VoteResult {
    /** Neither won nor lost: it depends on votes that are still missing. */
    PENDING,
    /** Lost, however the missing votes turn out. */
    LOST,
    /** Won, however the missing votes turn out. */
    WON
}
