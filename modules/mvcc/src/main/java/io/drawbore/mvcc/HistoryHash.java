package io.drawbore.mvcc;

import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * etcd's hash over the key history, bit for bit, so that members of both kinds can be compared: CRC-32C over the word
 * {@code key} and then, in revision order, each change's revision as etcd stores it (17 bytes, an eighteenth for
 * tombstones) and its serialised {@code KeyValue}.
 */
final class HistoryHash {
    private static final int ROWS_AT_A_TIME = 1_000;
    private static final byte[] SEED = "key".getBytes(StandardCharsets.US_ASCII);

    private HistoryHash() {}

    /** The hash of all changes up to and including a main revision, as an unsigned 32-bit number in an int. */
    static int of(ReadTx tx, long upTo) {
        CRC32C crc = new CRC32C();
        crc.update(SEED);
        ByteBuffer key = ByteBuffer.allocate(18);
        Revision from = new Revision(0, 0);
        Revision end = new Revision(Math.max(upTo, 0) + 1, 0);
        List<KeyRow> rows;
        do {
            rows = tx.scan(from, end, ROWS_AT_A_TIME, ReadTx.Content.VALUES);
            for (KeyRow row : rows) {
                crc.update(revisionBytes(key, row));
                crc.update(RangeReader.toKeyValue(row).toByteArray());
                from = Revision.unpacked(row.revision().packed() + 1);
            }
        } while (rows.size() == ROWS_AT_A_TIME);
        return (int) crc.getValue();
    }

    private static ByteBuffer revisionBytes(ByteBuffer buffer, KeyRow row) {
        buffer.clear()
                .putLong(row.revision().main())
                .put((byte) '_')
                .putLong(row.revision().sub());
        if (row.tombstone()) {
            buffer.put((byte) 't');
        }
        return buffer.flip();
    }
}
