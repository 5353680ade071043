package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Counter;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.membership.StorageVersion;
import io.drawbore.mvcc.RowPages;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A hash over all that a store replicates, for comparing a store with itself and with other stores of this kind.
 * Unlike the hash over the key history it says nothing about an etcd, whose files hold the same facts in other bytes.
 */
public final class StoreHash {
    private StoreHash() {}

    /** The hash, an unsigned 32-bit number in an int. */
    public static int of(ReadTx tx) {
        CRC32C crc = new CRC32C();
        for (Counter counter : Counter.values()) {
            crc.update(longs(tx.counter(counter)));
        }
        RowPages.forEach(tx, ReadTx.Content.VALUES, row -> {
            crc.update(longs(
                    row.revision().packed(),
                    row.tombstone() ? 1 : 0,
                    row.createRevision(),
                    row.version(),
                    row.lease(),
                    row.key().size(),
                    row.value().size()));
            update(crc, row.key());
            update(crc, row.value());
        });
        for (Table table : Table.values()) {
            crc.update(table.label().getBytes(StandardCharsets.US_ASCII));
            tx.all(table).forEach((key, value) -> {
                // as in etcd: members differ in it for a while
                if (!StorageVersion.isRecord(table, key)) {
                    crc.update(longs(key.size(), value.size()));
                    update(crc, key);
                    update(crc, value);
                }
            });
        }
        return (int) crc.getValue();
    }

    private static void update(CRC32C crc, ByteString bytes) {
        bytes.asReadOnlyByteBufferList().forEach(crc::update);
    }

    private static ByteBuffer longs(long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Long.BYTES);
        for (long value : values) {
            buffer.putLong(value);
        }
        return buffer.flip();
    }
}
