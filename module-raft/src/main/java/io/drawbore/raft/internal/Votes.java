package io.drawbore.raft.internal;

/** Who has voted how. */
@FunctionalInterface
public interface Votes {
    /** One member's vote. */
    enum Vote {
        /** It has not answered. */
        MISSING,
        /** It refused. */
        REJECTED,
        /** It agreed. */
        GRANTED
    }

    /** The vote of one member. */
    Vote of(long id);
}
