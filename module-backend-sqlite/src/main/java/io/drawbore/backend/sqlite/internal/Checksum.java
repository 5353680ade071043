package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.KeyRow;
import io.drawbore.api.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The checksums of stored rows: CRC-32C over a row's identity and all its fields, numbers in big-endian order, byte
 * strings behind their length. Not thread-safe: one to a connection.
 */
final class Checksum {
    private final CRC32C crc = new CRC32C();
    private final byte[] fixed = new byte[64];
    private final ByteBuffer head = ByteBuffer.wrap(fixed);

    long keyRow(long packed, byte[] key, KeyRow row, byte[] value) {
        head.clear();
        head.putLong(packed).putLong(row.createRevision()).putLong(row.version()).putLong(row.lease());
        head.put((byte) (row.tombstone() ? 1 : 0)).putInt(key.length);
        return of(key, value);
    }

    long tableRow(Table table, byte[] key, byte[] value) {
        byte[] label = table.label().getBytes(StandardCharsets.UTF_8);
        head.clear();
        head.put(label, 0, Math.min(label.length, Long.BYTES * 4)).putInt(key.length);
        return of(key, value);
    }

    long meta(Meta meta) {
        head.clear();
        head.putLong(meta.applied().index()).putLong(meta.applied().term());
        crc.reset();
        crc.update(fixed, 0, head.position());
        for (long counter : meta.counters().values()) {
            head.clear();
            head.putLong(counter);
            crc.update(fixed, 0, Long.BYTES);
        }
        return crc.getValue();
    }

    long digests(long lastIndex, byte[] entries) {
        head.clear();
        head.putLong(lastIndex);
        return of(entries, NOTHING);
    }

    private static final byte[] NOTHING = {};

    private long of(byte[] first, byte[] second) {
        crc.reset();
        crc.update(fixed, 0, head.position());
        crc.update(first);
        crc.update(second);
        return crc.getValue();
    }
}
