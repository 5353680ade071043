package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.drawbore.api.InvariantException;
import io.drawbore.api.KeyRow;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key and where its changes stand, oldest first, as {@link PackedRevision}s. Never changed: each change of the key
 * makes another entry, which shares the array of older changes and writes only behind what this one counts. So any
 * thread reads it without a lock, and whoever holds an entry can answer for every revision up to its last, as far as
 * compaction left it.
 */
final class KeyEntry {
    private final byte[] key;
    /** The changes before the last; only the first {@link #olderCount} are this entry's. */
    private final long @Nullable [] older;

    private final int olderCount;
    private final long last;
    /** Main revision that created the present life, 0 where the last change is a tombstone. */
    private final long createRevision;
    /** Changes in the present life, 0 where the last change is a tombstone. */
    private final long version;

    private KeyEntry(
            byte[] key, long @Nullable [] older, int olderCount, long last, long createRevision, long version) {
        this.key = key;
        this.older = older;
        this.olderCount = olderCount;
        this.last = last;
        this.createRevision = createRevision;
        this.version = version;
    }

    /** A key with one change. */
    static KeyEntry first(byte[] key, KeyRow row) {
        return new KeyEntry(key, null, 0, packed(row), row.createRevision(), row.version());
    }

    /** The key after another change, which must be newer than all it has. Apply thread only, once for an entry. */
    KeyEntry with(KeyRow row) {
        long packed = packed(row);
        InvariantException.check(
                PackedRevision.order(last) < PackedRevision.order(packed),
                "change at " + row.revision() + " does not follow the key's last");
        long[] array = older;
        if (array == null) {
            array = new long[1];
        } else if (olderCount == array.length) {
            array = Arrays.copyOf(array, array.length * 2);
        }
        array[olderCount] = last;
        return new KeyEntry(key, array, olderCount + 1, packed, row.createRevision(), row.version());
    }

    private static long packed(KeyRow row) {
        return PackedRevision.of(row.revision(), row.tombstone());
    }

    /** The key's bytes themselves; never changed. */
    byte[] key() {
        return key;
    }

    ByteString keyBytes() {
        return UnsafeByteOperations.unsafeWrap(key);
    }

    /** Whether the last change left a value. */
    boolean live() {
        return !PackedRevision.isTombstone(last);
    }

    /** The last change. */
    long last() {
        return last;
    }

    /** Main revision that created the present life; 0 where there is none. */
    long createRevision() {
        return createRevision;
    }

    /** Changes in the present life; 0 where there is none. */
    long version() {
        return version;
    }

    /** The key's change in force at a main revision; {@link PackedRevision#NONE} where it wasn't there. */
    long at(long main) {
        int place = place(main);
        if (place < 0) {
            return PackedRevision.NONE;
        }
        long packed = change(place);
        return PackedRevision.isTombstone(packed) ? PackedRevision.NONE : packed;
    }

    boolean liveAt(long main) {
        return at(main) != PackedRevision.NONE;
    }

    /** Count of changes. */
    int changes() {
        return olderCount + 1;
    }

    /** A change by its place, from 0 for the oldest. */
    long change(int place) {
        return place == olderCount || older == null ? last : older[place];
    }

    /** The place of the newest change at or below a main revision, tombstones too; -1 where there is none. */
    int place(long main) {
        if (PackedRevision.main(last) <= main) {
            return olderCount;
        }
        long[] array = older;
        if (array == null) {
            return -1;
        }
        int low = 0;
        int high = olderCount - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (PackedRevision.main(array[middle]) <= main) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** Whether a change belongs to the present life, whose numbers the entry knows without the store. */
    boolean inPresentLife(int place) {
        return olderCount - place < version;
    }

    /** The version that a change of the present life made. */
    long version(int place) {
        return version - (olderCount - place);
    }

    /**
     * What compaction leaves: everything above a main revision, and the newest change at or below it unless that is a
     * tombstone below it.
     *
     * @return null where nothing is left
     */
    @Nullable KeyEntry compacted(long main) {
        int first = place(main);
        if (first < 0) {
            return this;
        }
        long kept = change(first);
        if (PackedRevision.isTombstone(kept) && PackedRevision.main(kept) < main) {
            first++;
        }
        if (first > olderCount) {
            return null;
        }
        if (first == 0) {
            return this;
        }
        long[] left = first == olderCount || older == null ? null : Arrays.copyOfRange(older, first, olderCount);
        return new KeyEntry(key, left, olderCount - first, last, createRevision, version);
    }
}
