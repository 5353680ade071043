package io.drawbore.api;

/**
 * Where in the store's history a change stands: the store's revision and the change's place within it.
 *
 * @param main the revision that clients see, 1 for the empty store, 0 for none
 * @param sub the change's place among those of the same revision, from 0
 */
public record Revision(long main, long sub) implements Comparable<Revision> {
    /** Refuses negative numbers. */
    public Revision {
        if (main < 0 || sub < 0) {
            throw new IllegalArgumentException("revision " + main + "/" + sub + " is negative");
        }
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
