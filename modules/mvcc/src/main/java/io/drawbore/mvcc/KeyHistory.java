package io.drawbore.mvcc;

import io.drawbore.api.InvariantException;
import io.drawbore.api.Revision;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the changes of one key stand, oldest first. One thread appends; any thread reads without a lock: a state is
 * never changed once it is published, and the array behind it only in places that no published state counts.
 */
final class KeyHistory {
    /** What readers see at one moment. */
    private static final class State {
        /** Changes as {@link PackedRevision}s; only the first {@code size} count. */
        private final long[] packed;

        private final int size;
        /** Main revision that created the present life, 0 where the last change is a tombstone. */
        private final long createRevision;
        /** Changes in the present life, 0 where the last change is a tombstone. */
        private final long version;

        State(long[] packed, int size, long createRevision, long version) {
            this.packed = packed;
            this.size = size;
            this.createRevision = createRevision;
            this.version = version;
        }
    }

    private static final int FIRST_CAPACITY = 2;

    private volatile State state = new State(new long[FIRST_CAPACITY], 0, 0, 0);

    /** What a key is at some revision. */
    record Present(Revision revision, long createRevision, long version) {}

    /** Adds the newest change. Apply thread only. */
    void append(Revision revision, boolean tombstone, long createRevision, long version) {
        State now = state;
        long packed = PackedRevision.of(revision, tombstone);
        InvariantException.check(
                now.size == 0 || PackedRevision.order(now.packed[now.size - 1]) < PackedRevision.order(packed),
                "change at " + revision + " does not follow the key's last");
        long[] array = now.packed;
        if (now.size == array.length) {
            array = Arrays.copyOf(array, array.length * 2);
        }
        array[now.size] = packed;
        state = new State(array, now.size + 1, createRevision, version);
    }

    /** The last change, or null where it is a tombstone. */
    @Nullable Present latest() {
        State now = state;
        if (now.size == 0 || PackedRevision.isTombstone(now.packed[now.size - 1])) {
            return null;
        }
        return new Present(
                PackedRevision.revision(now.packed[now.size - 1]), now.createRevision, now.version);
    }

    /**
     * Where the key's newest change at or below a main revision stands, or null where there is none or it is a
     * tombstone.
     */
    @Nullable Revision at(long main) {
        State now = state;
        int place = lastAtOrBelow(now, main);
        if (place < 0 || PackedRevision.isTombstone(now.packed[place])) {
            return null;
        }
        return PackedRevision.revision(now.packed[place]);
    }

    private static int lastAtOrBelow(State state, long main) {
        int high = state.size - 1;
        if (high >= 0 && PackedRevision.main(state.packed[high]) <= main) {
            return high;
        }
        int low = 0;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (PackedRevision.main(state.packed[middle]) <= main) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
