package io.drawbore.mvcc;

import io.drawbore.api.KeyRow;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import java.util.function.Consumer;

/** etcd's hash over a history that lies in no store of ours, such as that of a snapshot's file. */
public final class ForeignHistory {
    private ForeignHistory() {}

    /** Where the history lies. */
    public interface Rows {
        /** Tells of every change with its value, in revision order; the same each time it is asked. */
        void forEach(Consumer<KeyRow> each);
    }

    /**
     * The hash, as {@link Keyspace#hash} answers it for a store that holds the same. Reads all twice; memory grows
     * with the keys, not their values.
     *
     * @param revision a main revision, 0 for the newest, less for a history without changes
     * @param compacted the compact revision, 0 for none
     * @throws io.drawbore.api.EtcdException where the revision is in the future or compacted
     */
    public static HashKVResponse hash(Rows rows, long revision, long compacted) {
        KeyIndex index = new KeyIndex();
        long[] newest = {Math.max(1, compacted)};
        rows.forEach(row -> {
            index.add(Key.of(row.key()), row);
            newest[0] = Math.max(newest[0], row.revision().main());
        });
        return HistoryHash.answer(rows, new Published(newest[0], compacted, index.publish()), revision);
    }
}
