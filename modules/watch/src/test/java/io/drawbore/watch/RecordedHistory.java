package io.drawbore.watch;

import com.google.protobuf.ByteString;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A history that a test writes by hand, compaction included: rows that a compaction no longer needs are gone at once.
 * Counts how often it is read.
 */
final class RecordedHistory implements History {
    private final TreeMap<Revision, KeyRow> rows = new TreeMap<>();
    private final Map<ByteString, KeyRow> latest = new HashMap<>();
    private final List<KeyRow> pending = new ArrayList<>();
    private long revision = 1;
    private long compactRevision;
    private int reads;
    private int lookUps;

    /** Who reads waits for it. */
    private volatile CountDownLatch mayBeRead = new CountDownLatch(0);

    /** Adds a change to the revision that {@link #commit} will end. */
    synchronized RecordedHistory put(String key, String value) {
        ByteString name = ByteString.copyFromUtf8(key);
        KeyRow before = latest.get(name);
        boolean exists = before != null && !before.tombstone();
        add(KeyRow.put(
                next(),
                name,
                exists ? before.createRevision() : revision + 1,
                exists ? before.version() + 1 : 1,
                0,
                ByteString.copyFromUtf8(value)));
        return this;
    }

    /** Adds a deletion; nothing where the key isn't there. */
    synchronized RecordedHistory delete(String key) {
        ByteString name = ByteString.copyFromUtf8(key);
        KeyRow before = latest.get(name);
        if (before != null && !before.tombstone()) {
            add(KeyRow.tombstone(next(), name));
        }
        return this;
    }

    private Revision next() {
        return new Revision(revision + 1, pending.size());
    }

    private void add(KeyRow row) {
        pending.add(row);
        latest.put(row.key(), row);
    }

    /** Ends a revision, unless nothing changed. */
    synchronized List<KeyRow> commit() {
        List<KeyRow> committed = List.copyOf(pending);
        pending.clear();
        if (!committed.isEmpty()) {
            committed.forEach(row -> rows.put(row.revision(), row));
            revision++;
        }
        return committed;
    }

    synchronized void compact(long to) {
        compactRevision = to;
        Map<ByteString, KeyRow> kept = new HashMap<>();
        for (KeyRow row : List.copyOf(rows.headMap(new Revision(to + 1, 0)).values())) {
            KeyRow older = kept.put(row.key(), row);
            if (older != null) {
                rows.remove(older.revision());
            }
        }
        kept.values().removeIf(row -> !row.tombstone() || row.revision().main() == to);
        kept.values().forEach(row -> rows.remove(row.revision()));
    }

    /** Keeps readers waiting. */
    void hold() {
        mayBeRead = new CountDownLatch(1);
    }

    /** Lets them read. */
    void letRead() {
        mayBeRead.countDown();
    }

    /** Every row there is. */
    synchronized List<KeyRow> rows() {
        return List.copyOf(rows.values());
    }

    synchronized int reads() {
        return reads;
    }

    synchronized int lookUps() {
        return lookUps;
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    @Override
    public synchronized long compactRevision() {
        return compactRevision;
    }

    @Override
    public List<KeyRow> changes(long from, int limit, long enoughBytes) {
        try {
            mayBeRead.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return read(from, limit, enoughBytes);
    }

    private synchronized List<KeyRow> read(long from, int limit, long enoughBytes) {
        reads++;
        List<KeyRow> found = new ArrayList<>();
        long bytes = 0;
        for (KeyRow row : rows.tailMap(new Revision(from, 0)).values()) {
            boolean sameRevision = !found.isEmpty()
                    && found.getLast().revision().main() == row.revision().main();
            if (!sameRevision && (found.size() >= limit || bytes >= enoughBytes)) {
                break;
            }
            found.add(row);
            bytes += row.key().size() + row.value().size();
        }
        return found;
    }

    @Override
    public synchronized List<@Nullable KeyValue> before(List<KeyRow> changes) {
        lookUps++;
        List<@Nullable KeyValue> previous = new ArrayList<>();
        for (KeyRow change : changes) {
            previous.add(before(change));
        }
        return previous;
    }

    private @Nullable KeyValue before(KeyRow change) {
        long at = change.revision().main() - 1;
        KeyRow found = null;
        for (KeyRow row : rows.headMap(new Revision(at + 1, 0)).values()) {
            if (row.key().equals(change.key())) {
                found = row;
            }
        }
        return at < compactRevision || found == null || found.tombstone() ? null : toKeyValue(found);
    }

    static KeyValue toKeyValue(KeyRow row) {
        return KeyValue.newBuilder()
                .setKey(row.key())
                .setValue(row.value())
                .setCreateRevision(row.createRevision())
                .setModRevision(row.revision().main())
                .setVersion(row.version())
                .build();
    }
}
