package io.drawbore.api;

/** The numbers that clients can see, each stored by name and never derived from what else the store holds. */
public enum Counter {
    /** The store's main revision; 1 when new. */
    REVISION("revision", 1),
    /** History up to here may be gone; 0 when never compacted. */
    COMPACT_REVISION("compact_revision", 0),
    /** The compaction whose rows are all removed here; below {@link #COMPACT_REVISION} while one is under way. */
    FINISHED_COMPACT_REVISION("finished_compact_revision", 0);

    private final String label;
    private final long initial;

    Counter(String label, long initial) {
        this.label = label;
        this.initial = initial;
    }

    /** The counter's name on disk; never changes. */
    public String label() {
        return label;
    }

    /** Its value in a new store. */
    public long initial() {
        return initial;
    }
}
