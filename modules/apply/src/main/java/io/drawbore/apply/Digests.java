package io.drawbore.apply;

import com.google.protobuf.ByteString;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.lease.LeaseTable;
import io.drawbore.membership.StorageVersion;
import io.drawbore.proto.raftpb.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Folds every entry of a batch into digests that members can compare at equal index.
 *
 * <p>The chain runs over what the log says (term, index, type, data: never over wire bytes, which differ between
 * versions) and restarts at every index divisible by {@link #CHAIN_WINDOW}, so that a member that joined by snapshot
 * can compare whole windows. Rows and tables are sums, so they do not depend on when compaction runs. A hash of some
 * bytes is two different 32-bit checksums, mixed: a miss has a chance of about 2^-64, and the cost is tens of
 * nanoseconds. What is left of a lease is outside while members may keep it or not, and so is the storage version.
 *
 * <p>The format is versioned by the store's layout: a change of any line here makes stored digests incomparable.
 */
final class Digests {
    static final long CHAIN_WINDOW = 4_096;

    private static final long SECOND_LANE = 0x9e3779b97f4a7c15L;

    private final List<EntryDigest> taken = new ArrayList<>();
    private long chain;
    private long rowsLow;
    private long rowsHigh;
    private long tables;

    /** Whether all members keep what is left of leases. */
    private boolean checkpointsCount;

    /** Where the digests of a store begin whose tables came from another member. */
    static EntryDigest anchor(long index, ReadTx tx) {
        return EntryDigest.anchor(index, tables(tx));
    }

    /** The sum of all rows that the small tables hold. */
    static long tables(ReadTx tx) {
        long sum = 0;
        boolean checkpointsCount = SharedCheckpoints.at(SharedCheckpoints.clusterVersion(tx));
        for (Table table : Table.values()) {
            for (Map.Entry<ByteString, ByteString> row : tx.all(table).entrySet()) {
                if (!StorageVersion.isRecord(table, row.getKey())) {
                    sum += tableHash(table, row.getKey(), row.getValue(), checkpointsCount);
                }
            }
        }
        return sum;
    }

    /**
     * Goes on from the newest stored digest.
     *
     * @param checkpointsCount see {@link #checkpointsCount}
     */
    Digests(EntryDigest last, boolean checkpointsCount) {
        this.checkpointsCount = checkpointsCount;
        chain = last.chain();
        rowsLow = last.rowsLow();
        rowsHigh = last.rowsHigh();
        tables = last.tables();
    }

    /** From now on all members keep what is left of leases, or they don't; no row may say anything of it now. */
    void checkpointsCount(boolean count) {
        checkpointsCount = count;
    }

    /** Whether what is left of leases counts. */
    boolean checkpointsCount() {
        return checkpointsCount;
    }

    /** Folds a row of a small table that changed. */
    void tableChanged(Table table, ByteString key, @Nullable ByteString before, @Nullable ByteString after) {
        if (before != null) {
            tables -= tableHash(table, key, before, checkpointsCount);
        }
        if (after != null) {
            tables += tableHash(table, key, after, checkpointsCount);
        }
    }

    /** Folds an entry and the rows it wrote, and takes its digest. */
    void entryApplied(Entry entry, List<KeyRow> changes) {
        for (KeyRow row : changes) {
            long hash = rowHash(row);
            rowsLow += hash;
            rowsHigh += mix(hash ^ SECOND_LANE) ^ row.revision().packed();
        }
        chain = chain(chain, entry);
        taken.add(new EntryDigest(entry.getIndex(), chain, rowsLow, rowsHigh, tables));
    }

    /** What the chain becomes with another entry. */
    static long chain(long before, Entry entry) {
        return mix((entry.getIndex() % CHAIN_WINDOW == 0 ? 0 : before) ^ entryHash(entry));
    }

    /** The digests taken, in index order. */
    List<EntryDigest> taken() {
        return taken;
    }

    private static long entryHash(Entry entry) {
        ByteBuffer head = ByteBuffer.allocate(20)
                .putLong(entry.getTerm())
                .putLong(entry.getIndex())
                .putInt(entry.getType().getNumber());
        return hash(head.flip(), entry.getData());
    }

    private static long rowHash(KeyRow row) {
        ByteBuffer head = ByteBuffer.allocate(41)
                .putLong(row.revision().main())
                .putLong(row.revision().sub())
                .put((byte) (row.tombstone() ? 1 : 0))
                .putLong(row.createRevision())
                .putLong(row.version())
                .putLong(row.lease());
        return hash(head.flip(), row.key(), row.value());
    }

    private static long tableHash(Table table, ByteString key, ByteString value, boolean checkpointsCount) {
        ByteString shared =
                table == Table.LEASE && !checkpointsCount ? LeaseTable.withoutCheckpoint(key, value) : value;
        return hash(ByteBuffer.wrap(table.label().getBytes(StandardCharsets.US_ASCII)), key, shared);
    }

    /** Each part is preceded by its length, so that no two lists of parts read the same. */
    private static long hash(ByteBuffer head, ByteString... parts) {
        CRC32C first = new CRC32C();
        CRC32 second = new CRC32();
        first.update(head.duplicate());
        second.update(head);
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
        for (ByteString part : parts) {
            length.clear().putInt(part.size()).flip();
            first.update(length.duplicate());
            second.update(length);
            for (ByteBuffer piece : part.asReadOnlyByteBufferList()) {
                first.update(piece.duplicate());
                second.update(piece);
            }
        }
        return mix(first.getValue() << 32 | second.getValue());
    }

    /** Spreads every bit over all others; a bijection. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 32)) * 0xbea225f9eb34556dL;
        mixed = (mixed ^ (mixed >>> 29)) * 0xbea225f9eb34556dL;
        return mixed ^ (mixed >>> 32);
    }
}
