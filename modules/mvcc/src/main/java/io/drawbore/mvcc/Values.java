package io.drawbore.mvcc;

import io.drawbore.api.Backend;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one read: out of the cache, and the rest from one view of the store, which is opened only if there is a
 * rest. Newest values read from the store go into the cache. One thread.
 */
final class Values implements AutoCloseable {
    private static final int ROWS_AT_A_TIME = 1_000;

    private final ValueCache cache;
    private final @Nullable Backend backend;
    private @Nullable ReadTx tx;

    private Values(ValueCache cache, @Nullable Backend backend, @Nullable ReadTx tx) {
        this.cache = cache;
        this.backend = backend;
        this.tx = tx;
    }

    /** Values for a reader; closing it ends the view. */
    static Values of(ValueCache cache, Backend backend) {
        return new Values(cache, backend, null);
    }

    /** Values as a write transaction sees them, which goes on when this is closed. */
    static Values within(ValueCache cache, WriteTx tx) {
        return new Values(cache, null, tx);
    }

    private ReadTx view() {
        ReadTx open = tx;
        if (open == null) {
            if (backend == null) {
                throw new IllegalStateException("values without a store");
            }
            open = backend.read();
            tx = open;
        }
        return open;
    }

    /** The value of one of a key's changes. */
    KeyValue get(KeyEntry entry, long packed) {
        KeyValue found = find(entry, packed);
        if (found == null) {
            throw new MissingRowException(PackedRevision.revision(packed));
        }
        return found;
    }

    /** The value of one of a key's changes, null where the store doesn't have it any more. */
    @Nullable KeyValue find(KeyEntry entry, long packed) {
        KeyValue cached = cache.get(packed);
        if (cached != null) {
            return cached;
        }
        KeyRow row = view().row(PackedRevision.revision(packed));
        return row == null ? null : read(entry, packed, row);
    }

    /** The values of keys at a main revision at which all of them live. */
    List<KeyValue> all(List<KeyEntry> entries, long main) {
        List<@Nullable KeyValue> found = new ArrayList<>(entries.size());
        List<KeyEntry> missing = new ArrayList<>();
        for (KeyEntry entry : entries) {
            KeyValue cached = cache.get(entry.at(main));
            found.add(cached);
            if (cached == null) {
                missing.add(entry);
            }
        }
        List<KeyValue> read = read(missing, main);
        List<KeyValue> all = new ArrayList<>(entries.size());
        int next = 0;
        for (KeyValue value : found) {
            all.add(value == null ? read.get(next++) : value);
        }
        return all;
    }

    private List<KeyValue> read(List<KeyEntry> entries, long main) {
        List<KeyValue> values = new ArrayList<>(entries.size());
        for (int from = 0; from < entries.size(); from += ROWS_AT_A_TIME) {
            List<KeyEntry> some = entries.subList(from, Math.min(entries.size(), from + ROWS_AT_A_TIME));
            List<Revision> revisions = new ArrayList<>(some.size());
            for (KeyEntry entry : some) {
                revisions.add(PackedRevision.revision(entry.at(main)));
            }
            List<@Nullable KeyRow> rows = view().rows(revisions);
            for (int i = 0; i < some.size(); i++) {
                KeyRow row = rows.get(i);
                if (row == null) {
                    throw new MissingRowException(revisions.get(i));
                }
                values.add(read(some.get(i), some.get(i).at(main), row));
            }
        }
        return values;
    }

    private KeyValue read(KeyEntry entry, long packed, KeyRow row) {
        KeyValue value = RangeReader.toKeyValue(row);
        if (entry.last() == packed) {
            cache.put(packed, value);
        }
        return value;
    }

    @Override
    public void close() {
        if (backend != null && tx != null) {
            tx.close();
        }
    }
}
