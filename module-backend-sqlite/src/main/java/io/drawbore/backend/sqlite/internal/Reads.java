package io.drawbore.backend.sqlite.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What a view and the write transaction read alike, as long as they are open. */
abstract class Reads implements ReadTx {
    private static final int MOST_SCANNED = 100_000;

    private final Reader reader;
    private boolean open = true;

    Reads(Reader reader) {
        this.reader = reader;
    }

    /** The queries, for as long as this is open. */
    final Reader reader() {
        if (!open) {
            throw new IllegalStateException("this transaction has ended");
        }
        return reader;
    }

    /** Ends it; false where it had ended before. */
    final boolean end() {
        boolean was = open;
        open = false;
        return was;
    }

    @Override
    public Applied applied() {
        return reader().meta().applied();
    }

    @Override
    public long counter(Counter counter) {
        return reader().meta().counter(counter);
    }

    @Override
    public final @Nullable KeyRow row(Revision revision) {
        return reader().row(revision);
    }

    @Override
    public final List<@Nullable KeyRow> rows(List<Revision> revisions) {
        return reader().rows(revisions);
    }

    @Override
    public final List<KeyRow> scan(Revision from, Revision to, int limit, Content content) {
        if (limit < 1 || limit > MOST_SCANNED) {
            throw new IllegalArgumentException("limit " + limit + " is not 1 to " + MOST_SCANNED);
        }
        return reader().scan(from, to, limit, content);
    }

    @Override
    public final @Nullable ByteString get(Table table, ByteString key) {
        return reader().get(table, key);
    }

    @Override
    public final SortedMap<ByteString, ByteString> all(Table table) {
        return reader().all(table);
    }

    @Override
    public EntryDigest digest() {
        return reader().digest();
    }

    @Override
    public List<EntryDigest> digests(long fromIndex) {
        return reader().digests(fromIndex);
    }
}
