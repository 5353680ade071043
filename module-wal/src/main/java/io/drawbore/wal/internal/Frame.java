package io.drawbore.wal.internal;

/**
 * How a record lies in a segment: eight bytes that tell its length, its own bytes, then zeros up to the next multiple
 * of
 * eight, so that no length is ever torn across a sector. The length field is little-endian; its low 56 bits are the
 * record's bytes; where there is padding the top byte is 0x80 and the number of padding bytes. Zero ends a segment.
 */
final class Frame {
    /** Bytes of the length field, and what frames are aligned to. */
    static final int HEADER = 8;

    /** What a disk writes whole or not at all, in bytes. */
    static final int SECTOR = 512;

    private static final long LENGTH_MASK = (1L << 56) - 1;

    private Frame() {}

    static int padding(long recordBytes) {
        return (int) (-recordBytes & 7);
    }

    static long lengthField(int recordBytes) {
        int padding = padding(recordBytes);
        return padding == 0 ? recordBytes : recordBytes | ((0x80L | padding) << 56);
    }

    /** Bytes of the record that a length field announces, -1 where no writer writes such a field. */
    static long recordBytes(long lengthField) {
        long bytes = lengthField & LENGTH_MASK;
        if (bytes <= 0 || bytes > Integer.MAX_VALUE - 16) {
            return -1;
        }
        return lengthField(Math.toIntExact(bytes)) == lengthField ? bytes : -1;
    }

    /** Bytes of the whole frame of a record. */
    static long size(long recordBytes) {
        return HEADER + recordBytes + padding(recordBytes);
    }
}
