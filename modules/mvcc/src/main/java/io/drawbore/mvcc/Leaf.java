package io.drawbore.mvcc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Neighbouring keys in order. Which keys they are never changes; an entry is replaced in its place by a later one of
 * the same key, even in leaves that readers hold, because every entry answers for the revisions before it too.
 *
 * <p>A place is written with release and read with acquire: who meets an entry that compaction has trimmed sees then
 * also the compact revision, which was published before.
 */
final class Leaf implements IndexNode {
    static final Leaf EMPTY = new Leaf(new KeyEntry[0]);

    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(KeyEntry[].class);

    private final KeyEntry[] entries;

    private Leaf(KeyEntry[] entries) {
        this.entries = entries;
    }

    @Override
    public int size() {
        return entries.length;
    }

    KeyEntry entry(int place) {
        return (KeyEntry) PLACE.getAcquire(entries, place);
    }

    /** Puts a later entry of the same key in its place. Apply thread only. */
    void replace(int place, KeyEntry entry) {
        PLACE.setRelease(entries, place, entry);
    }

    /** The place of the first key that is not below the given one; {@link #size} where all are below. */
    int ceiling(byte[] key) {
        int low = 0;
        int high = entries.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(entry(middle).key(), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Whether a place that {@link #ceiling} told holds that very key. */
    boolean holds(int place, byte[] key) {
        return place < entries.length && Arrays.equals(entry(place).key(), key);
    }

    Leaf with(int place, KeyEntry entry) {
        KeyEntry[] more = new KeyEntry[entries.length + 1];
        System.arraycopy(entries, 0, more, 0, place);
        more[place] = entry;
        System.arraycopy(entries, place, more, place + 1, entries.length - place);
        return new Leaf(more);
    }

    Leaf without(int place) {
        KeyEntry[] less = new KeyEntry[entries.length - 1];
        System.arraycopy(entries, 0, less, 0, place);
        System.arraycopy(entries, place + 1, less, place, less.length - place);
        return new Leaf(less);
    }

    Leaf part(int from, int to) {
        return new Leaf(Arrays.copyOfRange(entries, from, to));
    }

    Leaf and(Leaf next) {
        KeyEntry[] both = Arrays.copyOf(entries, entries.length + next.entries.length);
        System.arraycopy(next.entries, 0, both, entries.length, next.entries.length);
        return new Leaf(both);
    }

    byte[] firstKey() {
        return entry(0).key();
    }

    /** Keys whose last change left a value. Apply thread only. */
    int live() {
        int live = 0;
        for (KeyEntry entry : entries) {
            if (entry.live()) {
                live++;
            }
        }
        return live;
    }
}
