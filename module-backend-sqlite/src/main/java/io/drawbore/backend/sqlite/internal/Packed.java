package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;

/**
 * A revision as one 64-bit row id, in the same order: the main revision in the upper 41 bits below the sign, the sub
 * revision in the lower 22. So a store of this kind ends at main revision 2^41 - 2 (70 years of 1,000 changes a second;
 * the one above is kept free, so that there is a row id beyond every row's) and holds at most 2^22 changes of one
 * revision (etcd's default allows 128 operations a transaction).
 */
final class Packed {
    static final int SUB_BITS = 22;
    static final long MOST_SUB = (1L << SUB_BITS) - 1;
    static final long MOST_MAIN = (1L << 41) - 2;

    private Packed() {}

    static long of(Revision revision) {
        if (!fits(revision)) {
            throw new StorageException("revision " + revision + " is beyond what this store can hold ("
                    + MOST_MAIN + "/" + MOST_SUB + "). Choose another backend.");
        }
        return revision.main() << SUB_BITS | revision.sub();
    }

    static boolean fits(Revision revision) {
        return revision.main() <= MOST_MAIN && revision.sub() <= MOST_SUB;
    }

    /** The lowest row id that no revision below the given one has; {@link Long#MAX_VALUE} beyond the last. */
    static long bound(Revision revision) {
        if (fits(revision)) {
            return of(revision);
        }
        return revision.main() >= MOST_MAIN ? Long.MAX_VALUE : (revision.main() + 1) << SUB_BITS;
    }

    static Revision unpack(long packed) {
        return new Revision(packed >>> SUB_BITS, packed & MOST_SUB);
    }
}
