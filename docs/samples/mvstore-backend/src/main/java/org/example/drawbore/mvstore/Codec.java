package org.example.drawbore.mvstore;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Rows as bytes, numbers in big-endian order, each with a CRC-32C over all that it says and over where it stands.
 *
 * <pre>
 * head of a key row    checksum 4, tombstone 1, created 8, version 8, lease 8, key
 * row of a small table checksum 4, value
 * digest of an entry   checksum 4, index 8, chain 8, rows 8 + 8, tables 8
 * </pre>
 */
final class Codec {
    static final int CHECKSUM = Integer.BYTES;
    private static final int HEAD = CHECKSUM + 1 + 3 * Long.BYTES;
    private static final int DIGEST = CHECKSUM + 5 * Long.BYTES;

    private Codec() {}

    static byte[] head(KeyRow row, byte[] value) {
        ByteBuffer out = ByteBuffer.allocate(HEAD + row.key().size());
        out.putInt(0).put((byte) (row.tombstone() ? 1 : 0));
        out.putLong(row.createRevision()).putLong(row.version()).putLong(row.lease());
        row.key().copyTo(out);
        return out.putInt(0, rowChecksum(row.revision().packed(), out.array(), value)).array();
    }

    /** Whether a head and its value belong together and to that revision. */
    static boolean fits(long packed, byte[] head, byte[] value) {
        return head.length > HEAD && ByteBuffer.wrap(head).getInt() == rowChecksum(packed, head, value);
    }

    static KeyRow row(long packed, byte[] head, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(head);
        return new KeyRow(
                Revision.unpacked(packed),
                UnsafeByteOperations.unsafeWrap(head, HEAD, head.length - HEAD),
                in.get(CHECKSUM) != 0,
                in.getLong(CHECKSUM + 1),
                in.getLong(CHECKSUM + 9),
                in.getLong(CHECKSUM + 17),
                UnsafeByteOperations.unsafeWrap(value));
    }

    private static int rowChecksum(long packed, byte[] head, byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, packed));
        crc.update(head, CHECKSUM, head.length - CHECKSUM);
        crc.update(value);
        return (int) crc.getValue();
    }

    static byte[] tableRow(Table table, byte[] key, ByteString value) {
        ByteBuffer out = ByteBuffer.allocate(CHECKSUM + value.size());
        out.putInt(0);
        value.copyTo(out);
        return out.putInt(0, tableChecksum(table, key, out.array())).array();
    }

    static boolean fits(Table table, byte[] key, byte[] stored) {
        return stored.length >= CHECKSUM && ByteBuffer.wrap(stored).getInt() == tableChecksum(table, key, stored);
    }

    static ByteString tableValue(byte[] stored) {
        return UnsafeByteOperations.unsafeWrap(stored, CHECKSUM, stored.length - CHECKSUM);
    }

    private static int tableChecksum(Table table, byte[] key, byte[] stored) {
        CRC32C crc = new CRC32C();
        crc.update(table.label().getBytes(StandardCharsets.UTF_8));
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, key.length));
        crc.update(key);
        crc.update(stored, CHECKSUM, stored.length - CHECKSUM);
        return (int) crc.getValue();
    }

    static byte[] digest(EntryDigest digest) {
        ByteBuffer out = ByteBuffer.allocate(DIGEST);
        out.putInt(0).putLong(digest.index()).putLong(digest.chain());
        out.putLong(digest.rowsLow()).putLong(digest.rowsHigh()).putLong(digest.tables());
        return sealed(out);
    }

    static boolean digestFits(long index, byte[] stored) {
        return stored.length == DIGEST && isSealed(stored) && ByteBuffer.wrap(stored).getLong(CHECKSUM) == index;
    }

    static EntryDigest digest(byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored).position(CHECKSUM);
        return new EntryDigest(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /** The bytes with their checksum in front, where room was left for it. */
    static byte[] sealed(ByteBuffer bytes) {
        return bytes.putInt(0, checksum(bytes.array())).array();
    }

    static boolean isSealed(byte[] bytes) {
        return bytes.length >= CHECKSUM && ByteBuffer.wrap(bytes).getInt() == checksum(bytes);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, CHECKSUM, bytes.length - CHECKSUM);
        return (int) crc.getValue();
    }
}
