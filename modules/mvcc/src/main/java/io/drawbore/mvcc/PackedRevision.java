package io.drawbore.mvcc;

import io.drawbore.api.Revision;

/**
 * A revision and whether it deleted, in one long, so that a key's history is an array of longs: the sign bit tells a
 * tombstone, then the bits of {@link Revision#packed()}. The order of histories is the order of the lower 63 bits.
 */
final class PackedRevision {
    /** No change at all: no change has main revision 0. */
    static final long NONE = 0;

    private static final long TOMBSTONE = Long.MIN_VALUE;

    private PackedRevision() {}

    static long of(Revision revision, boolean tombstone) {
        return revision.packed() | (tombstone ? TOMBSTONE : 0);
    }

    static boolean isTombstone(long packed) {
        return packed < 0;
    }

    static Revision revision(long packed) {
        return Revision.unpacked(packed & ~TOMBSTONE);
    }

    static long main(long packed) {
        return (packed & ~TOMBSTONE) >>> Revision.SUB_BITS;
    }

    /** The order of histories: a tombstone sorts by its revision like any other change. */
    static long order(long packed) {
        return packed & ~TOMBSTONE;
    }
}
