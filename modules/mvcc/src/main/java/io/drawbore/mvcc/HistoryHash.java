package io.drawbore.mvcc;

import io.drawbore.api.KeyRow;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * etcd's hash over the key history, bit for bit, so that members of both kinds can be compared: CRC-32C over the word
 * {@code key} and then, in revision order, each change's revision as etcd stores it (17 bytes, an eighteenth for
 * tombstones) and its serialised {@code KeyValue}.
 *
 * <p>Of changes up to the compact revision only those count that are still in force at the revision hashed, so that
 * the hash does not depend on how much of the superfluous has been removed. Where no key lives at that revision, etcd
 * counts all that compaction has left; so that this, too, is the same before and after removal, what counts is then
 * what compaction will leave. Tombstones up to the compact revision never count.
 *
 * <p>One answer differs until etcd restarts: it remembers the hashes that it made on its way through the last ten
 * compactions, and answers a question for exactly such a revision with the compact revision before that one.
 */
final class HistoryHash {
    /** What etcd answers for the compact revision of a history that was never compacted. */
    private static final long NEVER_COMPACTED = -1;

    private static final byte[] SEED = "key".getBytes(StandardCharsets.US_ASCII);

    private final IndexView index;
    private final long compacted;
    /** The revision at which an old change must be in force to count. */
    private final long inForceAt;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer key = ByteBuffer.allocate(18);

    private HistoryHash(IndexView index, long upTo, long compacted) {
        this.index = index;
        this.compacted = compacted;
        this.inForceAt = compacted == 0 || anyLive(index, upTo) ? upTo : compacted;
    }

    /**
     * What is answered for a main revision; the response's header is left out. It holds only if the compact revision
     * is still the same afterwards.
     *
     * @param rows all changes there are, or those up to the revision
     * @param revision 0 for the newest, less for a history without changes
     * @throws io.drawbore.api.EtcdException where the revision is in the future or compacted
     */
    static HashKVResponse answer(ForeignHistory.Rows rows, Published at, long revision) {
        long upTo = upTo(at, revision);
        if (upTo > 0) {
            RangeReader.checkRevision(upTo, at.revision(), at.compacted());
        }
        HistoryHash hash = new HistoryHash(at.index(), upTo, at.compacted());
        hash.crc.update(SEED);
        rows.forEach(row -> {
            if (row.revision().main() <= upTo) {
                hash.add(row);
            }
        });
        return HashKVResponse.newBuilder()
                .setHash((int) hash.crc.getValue())
                .setCompactRevision(at.compacted() == 0 ? NEVER_COMPACTED : at.compacted())
                .setHashRevision(upTo)
                .build();
    }

    /** The revision that is meant. */
    static long upTo(Published at, long revision) {
        return revision == 0 ? at.revision() : revision;
    }

    private static boolean anyLive(IndexView index, long at) {
        boolean[] any = {false};
        index.walk(KeyRange.ALL, entry -> {
            any[0] = entry.liveAt(at);
            return !any[0];
        });
        return any[0];
    }

    private void add(KeyRow row) {
        if (row.revision().main() <= compacted && !inForce(row)) {
            return;
        }
        crc.update(revisionBytes(key, row));
        crc.update(RangeReader.toKeyValue(row).toByteArray());
    }

    private boolean inForce(KeyRow row) {
        KeyEntry entry = row.tombstone() ? null : index.get(Key.of(row.key()));
        return entry != null && entry.at(inForceAt) == row.revision().packed();
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
