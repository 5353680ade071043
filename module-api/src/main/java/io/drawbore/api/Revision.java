package io.drawbore.api;

/**
 * Where in the store's history a change stands: the store's revision and the change's place within it.
 *
 * <p>Both have bounds, so that a revision fits one long and a store can use it as its row number: 2^41 main revisions
 * are seven years of ten thousand writes a second, 2^22 changes the most that one transaction makes.
 *
 * @param main the revision that clients see, 1 for the empty store, 0 for none; below {@link #MAIN_LIMIT}, which
 *     stands for what lies behind every change
 * @param sub the change's place among those of the same revision, from 0; below {@link #SUB_LIMIT}
 */
public record Revision(long main, long sub) implements Comparable<Revision> {
    /** Bits of {@link #packed} that hold the place within the main revision. */
    public static final int SUB_BITS = 22;

    /** Changes of one main revision at the most. */
    public static final long SUB_LIMIT = 1L << SUB_BITS;

    /** The first main revision that no change can have. */
    public static final long MAIN_LIMIT = (1L << (63 - SUB_BITS)) - 1;

    /** Behind every change there can be. */
    public static final Revision END = new Revision(MAIN_LIMIT, 0);

    /** Refuses numbers out of bounds. */
    public Revision {
        if (main < 0 || sub < 0 || main > MAIN_LIMIT || sub >= SUB_LIMIT) {
            throw new IllegalArgumentException("revision " + main + "/" + sub + " is out of bounds");
        }
    }

    /** The revision as one long that is never negative and keeps the order. */
    public long packed() {
        return main << SUB_BITS | sub;
    }

    /** The revision of a {@link #packed} long. */
    public static Revision unpacked(long packed) {
        return new Revision(packed >>> SUB_BITS, packed & (SUB_LIMIT - 1));
    }

    /** The first revision behind this one. */
    public Revision next() {
        return unpacked(packed() + 1);
    }

    @Override
    public int compareTo(Revision other) {
        int byMain = Long.compare(main, other.main);
        return byMain != 0 ? byMain : Long.compare(sub, other.sub);
    }

    @Override
    public String toString() {
        return main + "/" + sub;
    }
}
