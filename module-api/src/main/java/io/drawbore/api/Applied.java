package io.drawbore.api;

/**
 * The last raft entry whose work a store holds.
 *
 * @param index raft index, 0 before the first entry
 * @param term term of that entry, 0 before the first entry
 */
public record Applied(long index, long term) {
    /** Before any entry. */
    public static final Applied NONE = new Applied(0, 0);

    /** Refuses negative numbers: raft's counters are far below 2^63 in any cluster's life. */
    public Applied {
        if (index < 0 || term < 0) {
            throw new IllegalArgumentException("applied " + index + "/" + term + " is negative");
        }
    }

    @Override
    public String toString() {
        return index + "/" + term;
    }
}
