package io.drawbore.watch;

import io.drawbore.api.KeyRow;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What watching reads of the store. Any thread; all but the two revisions may do I/O. */
interface History {
    /** The newest main revision that readers see. */
    long revision();

    /** History below is gone or may go at any time; 0 when never compacted. */
    long compactRevision();

    /**
     * Changes in revision order.
     *
     * @param from first main revision wanted
     * @param limit rows to read at the most; the last main revision is never cut in two, so a few more may come
     * @param enoughBytes bytes of keys and values after which no more is read
     * @return rows of whole main revisions; nonsense where {@code from} is compacted before the call returns
     */
    List<KeyRow> changes(long from, int limit, long enoughBytes);

    /**
     * What keys were just before changes.
     *
     * @param rows the changes
     * @return one for each, null where the key wasn't there or that history is compacted
     */
    List<@Nullable KeyValue> before(List<KeyRow> rows);

    /** The history of a keyspace. */
    static History of(Keyspace keyspace) {
        return new History() {
            @Override
            public long revision() {
                return keyspace.revision();
            }

            @Override
            public long compactRevision() {
                return keyspace.compactRevision();
            }

            @Override
            public List<KeyRow> changes(long from, int limit, long enoughBytes) {
                return keyspace.changes(from, limit, enoughBytes);
            }

            @Override
            public List<@Nullable KeyValue> before(List<KeyRow> rows) {
                return keyspace.before(rows);
            }
        };
    }
}
