package io.drawbore.wal.internal;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli) over the data of all records of a log, which can be taken up again from a stored value. */
final class RollingCrc {
    /** Castagnoli's polynomial, bits reversed. */
    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int[] TABLE = table();
    /** Indexes into {@link #TABLE} by the top byte of what stands there; every top byte occurs once. */
    private static final int[] BY_TOP_BYTE = byTopByte();

    private final CRC32C crc = new CRC32C();

    /** Starts over nothing: its value is 0. */
    RollingCrc() {}

    /** Goes on from a value that {@link #value} answered. */
    static RollingCrc from(int value) {
        RollingCrc rolling = new RollingCrc();
        rolling.startFrom(value);
        return rolling;
    }

    /**
     * Starts over from a value. Java's checksum cannot be given one, so it is fed the four bytes that lead there: four
     * steps
     * back from the register wanted, the register before any step holds them (xor the all-ones it starts from).
     */
    void startFrom(int value) {
        crc.reset();
        int register = ~value;
        for (int step = 0; step < 4; step++) {
            int index = BY_TOP_BYTE[register >>> 24];
            register = ((register ^ TABLE[index]) << 8) | index;
        }
        int bytes = ~register;
        for (int shift = 0; shift < 32; shift += 8) {
            crc.update((bytes >>> shift) & 0xff);
        }
    }

    void update(ByteBuffer data) {
        crc.update(data);
    }

    void update(ByteString data) {
        for (ByteBuffer part : data.asReadOnlyByteBufferList()) {
            crc.update(part);
        }
    }

    int value() {
        return (int) crc.getValue();
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int index = 0; index < 256; index++) {
            int register = index;
            for (int bit = 0; bit < 8; bit++) {
                register = (register & 1) == 0 ? register >>> 1 : (register >>> 1) ^ POLYNOMIAL;
            }
            table[index] = register;
        }
        return table;
    }

    private static int[] byTopByte() {
        int[] indexes = new int[256];
        for (int index = 0; index < 256; index++) {
            indexes[TABLE[index] >>> 24] = index;
        }
        return indexes;
    }
}
