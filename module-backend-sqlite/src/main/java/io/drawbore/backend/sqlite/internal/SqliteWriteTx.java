package io.drawbore.backend.sqlite.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The write transaction. Rows go straight to SQLite; counters and digests wait here for the commit, which writes each
 * of their tables once. The apply thread only.
 */
final class SqliteWriteTx extends Reads implements WriteTx {
    /** Digests are trimmed when the applied index passes a multiple of this, not at every commit. */
    private static final long TRIM_EVERY = 256;

    /**
     * What a removed row makes SQLite write, roughly: a share of its page, for neighbours go together and a page that
     * becomes free is not written at all. A whole page each would checkpoint, and sync, twenty times a second.
     */
    private static final long BYTES_A_REMOVAL = Layout.PAGE_BYTES / 8;

    private final Writer writer;
    private final SqliteBackend backend;
    private final List<EntryDigest> recorded = new ArrayList<>();
    private final Map<Counter, Long> changed = new EnumMap<>(Counter.class);
    private long writtenBytes;

    SqliteWriteTx(Reader reader, Writer writer, SqliteBackend backend) {
        super(reader);
        this.writer = writer;
        this.backend = backend;
        writer.begin();
    }

    @Override
    public long counter(Counter counter) {
        Long set = changed.get(counter);
        return set == null ? super.counter(counter) : set;
    }

    @Override
    public void set(Counter counter, long value) {
        reader();
        changed.put(counter, value);
    }

    @Override
    public void put(KeyRow row) {
        reader();
        writtenBytes += writer.insert(row);
    }

    @Override
    public void remove(List<Revision> revisions) {
        reader();
        for (Revision revision : revisions) {
            writer.delete(revision);
        }
        writtenBytes += revisions.size() * BYTES_A_REMOVAL;
    }

    @Override
    public void put(Table table, ByteString key, ByteString value) {
        reader();
        writer.put(table, key, value);
        writtenBytes += (long) key.size() + value.size();
    }

    @Override
    public void delete(Table table, ByteString key) {
        reader();
        writer.delete(table, key);
    }

    @Override
    public void clear() {
        reader();
        writer.clear();
        recorded.clear();
        for (Counter counter : Counter.values()) {
            changed.put(counter, counter.initial());
        }
    }

    @Override
    public void record(List<EntryDigest> digests) {
        long last = digest().index();
        for (EntryDigest digest : digests) {
            if (digest.index() <= last) {
                throw new IllegalStateException("digest of entry " + digest.index() + " comes after that of " + last);
            }
            last = digest.index();
        }
        recorded.addAll(digests);
    }

    @Override
    public EntryDigest digest() {
        return recorded.isEmpty() ? super.digest() : recorded.getLast();
    }

    @Override
    public List<EntryDigest> digests(long fromIndex) {
        List<EntryDigest> all = super.digests(fromIndex);
        recorded.stream().filter(digest -> digest.index() >= fromIndex).forEach(all::add);
        return all;
    }

    @Override
    public void commit(Applied applied) {
        Meta stored = reader().meta();
        if (applied.index() <= stored.applied().index()) {
            throw new IllegalStateException("applied " + applied + " does not raise the stored " + stored.applied());
        }
        if (!recorded.isEmpty()) {
            if (recorded.getLast().index() > applied.index()) {
                throw new IllegalStateException(
                        "a digest of entry " + recorded.getLast().index() + " beyond " + applied);
            }
            writer.digests(recorded);
        }
        if (applied.index() / TRIM_EVERY != stored.applied().index() / TRIM_EVERY) {
            writer.trimDigests(applied.index());
        }
        finish(stored.with(applied, changed));
    }

    @Override
    public void commitUnchanged() {
        Meta stored = reader().meta();
        if (!recorded.isEmpty()) {
            throw new IllegalStateException("digests are of entries, and this transaction has none");
        }
        finish(stored.with(stored.applied(), changed));
    }

    /** The one place that commits: the applied index goes to disk with whatever the transaction holds. */
    private void finish(Meta meta) {
        writer.meta(meta);
        writer.commit();
        end();
        backend.committed(writtenBytes);
    }

    /** Rolls back. A store that has stopped is left as it is: SQLite rolls back what no commit ended. */
    @Override
    public void close() {
        if (!end()) {
            return;
        }
        try {
            if (!backend.isStopped()) {
                writer.rollback();
            }
        } finally {
            backend.ended();
        }
    }
}
