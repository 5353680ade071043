package io.drawbore.bbolt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A key of etcd's bucket {@code key}, and the value of its compaction marks: the main revision (8 bytes, big-endian),
 * an underscore, the sub revision (8 bytes), and a {@code t} if the change deleted its key. The order of the bytes is
 * that of the revisions.
 *
 * @param main the revision that clients see, from 0
 * @param sub the change's place among those of the same revision, from 0
 * @param tombstone whether the change deleted its key
 */
public record RevisionKey(long main, long sub, boolean tombstone) {
    /** Bytes of a key at the most. */
    public static final int MAX_BYTES = 18;

    private static final int BYTES = 17;
    private static final int SEPARATOR_AT = 8;
    private static final byte SEPARATOR = '_';
    private static final byte TOMBSTONE = 't';

    /** Refuses negative numbers. */
    public RevisionKey {
        requireNotNegative(main, sub);
    }

    /** The bytes, a new array of 17 or 18. */
    public byte[] bytes() {
        final ByteBuffer bytes = ByteBuffer.allocate(tombstone ? MAX_BYTES : BYTES);
        put(main, sub, tombstone, bytes);
        return bytes.array();
    }

    /**
     * Appends the bytes of a key to a buffer, for those who write millions.
     *
     * @param main from 0
     * @param sub from 0
     * @param into with room for {@link #MAX_BYTES}, of any byte order
     */
    public static void put(long main, long sub, boolean tombstone, ByteBuffer into) {
        requireNotNegative(main, sub);
        final ByteOrder order = into.order();
        into.order(ByteOrder.BIG_ENDIAN).putLong(main).put(SEPARATOR).putLong(sub).order(order);
        if (tombstone) {
            into.put(TOMBSTONE);
        }
    }

    /**
     * The revision of a key's bytes.
     *
     * @throws IllegalArgumentException if they are none
     */
    public static RevisionKey of(byte[] bytes) {
        final boolean tombstone = bytes.length == MAX_BYTES && bytes[BYTES] == TOMBSTONE;
        if ((!tombstone && bytes.length != BYTES) || bytes[SEPARATOR_AT] != SEPARATOR) {
            throw new IllegalArgumentException("a key of " + bytes.length + " bytes is no revision");
        }
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new RevisionKey(buffer.getLong(0), buffer.getLong(SEPARATOR_AT + 1), tombstone);
    }

    private static void requireNotNegative(long main, long sub) {
        if (main < 0 || sub < 0) {
            throw new IllegalArgumentException("revision " + main + "/" + sub + " is negative");
        }
    }
}
