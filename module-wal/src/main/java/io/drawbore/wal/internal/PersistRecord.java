package io.drawbore.wal.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What the log is known to have made durable. In a slot, little-endian: eight letters, then generation, flags, last
 * index,
 * segment and offset as eight bytes each, the log's checksum as four; zeros; in the last four of 512 bytes the CRC-32C
 * of
 * all before.
 *
 * @param generation counts the records written, from 1
 * @param unsafeTail whether a cut-off record may have been durable and nobody has yet said that this no longer matters
 * @param lastIndex the last entry's index
 * @param position everything before it is durable
 * @param crc the log's checksum at that position
 */
record PersistRecord(long generation, boolean unsafeTail, long lastIndex, LogPosition position, int crc) {
    /** Bytes of a slot: one sector. */
    static final int SLOT_BYTES = 512;

    private static final long LETTERS =
            ByteBuffer.wrap("DRAWPRS1".getBytes(StandardCharsets.US_ASCII)).getLong();
    private static final int CHECKSUM_AT = SLOT_BYTES - Integer.BYTES;

    /** The bytes of a slot. */
    void writeTo(ByteBuffer slot) {
        slot.clear().order(ByteOrder.BIG_ENDIAN).putLong(LETTERS).order(ByteOrder.LITTLE_ENDIAN);
        slot.putLong(generation).putLong(unsafeTail ? 1 : 0).putLong(lastIndex);
        slot.putLong(position.sequence()).putLong(position.offset()).putInt(crc);
        while (slot.position() < CHECKSUM_AT) {
            slot.put((byte) 0);
        }
        slot.putInt(checksum(slot)).flip();
    }

    /** What a slot says, empty where it is damaged or was never written. */
    static Optional<PersistRecord> read(ByteBuffer slot) {
        if (slot.limit() < SLOT_BYTES) {
            return Optional.empty();
        }
        slot.position(0).order(ByteOrder.BIG_ENDIAN);
        boolean letters = slot.getLong() == LETTERS;
        slot.order(ByteOrder.LITTLE_ENDIAN);
        if (!letters || slot.getInt(CHECKSUM_AT) != checksum(slot)) {
            return Optional.empty();
        }
        return Optional.of(new PersistRecord(
                slot.getLong(),
                slot.getLong() != 0,
                slot.getLong(),
                new LogPosition(slot.getLong(), slot.getLong()),
                slot.getInt()));
    }

    private static int checksum(ByteBuffer slot) {
        CRC32C checksum = new CRC32C();
        checksum.update(slot.slice(0, CHECKSUM_AT));
        return (int) checksum.getValue();
    }
}
