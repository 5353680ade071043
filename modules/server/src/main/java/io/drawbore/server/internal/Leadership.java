package io.drawbore.server.internal;

import java.util.Comparator;

/**
 * A time in which this member leads and is able to answer. It ends with the term, and also where the raft thread stood
 * still for longer than an election timeout: another may lead by then, and nobody could renew a lease meanwhile.
 *
 * @param term the term
 * @param stretch counts the times between which the raft thread stood still, from 1
 */
record Leadership(long term, long stretch) implements Comparable<Leadership> {
    /** Before any. */
    static final Leadership NONE = new Leadership(0, 0);

    private static final Comparator<Leadership> ORDER =
            Comparator.comparingLong(Leadership::term).thenComparingLong(Leadership::stretch);

    @Override
    public int compareTo(Leadership other) {
        return ORDER.compare(this, other);
    }
}
