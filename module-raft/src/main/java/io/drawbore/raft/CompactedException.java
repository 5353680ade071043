package io.drawbore.raft;

/** An index lies below what the log still holds. It carries no stack trace. */
public final class CompactedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * With the index that was asked for and the first that there is.
     *
     * @param index what was asked for
     * @param firstIndex the log's first index
     */
    public CompactedException(long index, long firstIndex) {
        super("index " + index + " is compacted, the log starts at " + firstIndex, null, false, false);
    }
}
