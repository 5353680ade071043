package io.drawbore.api;

import java.util.List;

/**
 * The versions of something that is stored, and the only way between two of them: a step to the neighbour, up or down,
 * each a transaction of its own with the version that it leads to. So whoever is stopped between two steps is of one
 * version or the other, and goes on from there.
 *
 * @param <V> what a version is
 * @param known oldest first and without a gap; at least one
 */
public record VersionChain<V extends Comparable<? super V>>(List<V> known) {
    /** Copies the list. */
    public VersionChain {
        known = List.copyOf(known);
        for (int i = 0; i < known.size(); i++) {
            if (i > 0 && known.get(i - 1).compareTo(known.get(i)) >= 0) {
                throw new IllegalArgumentException("versions out of order: " + known);
            }
        }
        if (known.isEmpty()) {
            throw new IllegalArgumentException("a chain of no versions");
        }
    }

    /** Whether something of that version is understood. */
    public boolean knows(V version) {
        return known.contains(version);
    }

    /** The oldest that is understood. */
    public V oldest() {
        return known.getFirst();
    }

    /** The newest that is understood. */
    public V newest() {
        return known.getLast();
    }

    /**
     * Where the next step leads.
     *
     * @param from a known version
     * @param wanted a known version, where the way leads in the end
     * @return the neighbour of {@code from} on that way; {@code wanted} itself where they are the same
     * @throws IllegalArgumentException where one of them isn't known
     */
    public V next(V from, V wanted) {
        if (!knows(from) || !knows(wanted)) {
            throw new IllegalArgumentException("no way from " + from + " to " + wanted + " in " + known);
        }
        return known.get(known.indexOf(from) + Integer.signum(wanted.compareTo(from)));
    }
}
