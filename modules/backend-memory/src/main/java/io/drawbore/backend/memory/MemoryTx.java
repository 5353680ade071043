package io.drawbore.backend.memory;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A view or the write transaction of a {@link MemoryBackend}: a state of its own until it ends. One thread at a time.
 */
final class MemoryTx implements WriteTx {
    /** What the backend does when a transaction ends; null where it was rolled back or only read. */
    interface End {
        void ended(@Nullable MemoryState committed);
    }

    private final MemoryState begun;
    private final End end;
    private MemoryState state;
    private boolean open = true;

    MemoryTx(MemoryState state, End end) {
        this.begun = state;
        this.state = state;
        this.end = end;
    }

    private MemoryState state() {
        if (!open) {
            throw new IllegalStateException("this transaction has ended");
        }
        return state;
    }

    private void end(@Nullable MemoryState committed) {
        open = false;
        end.ended(committed);
    }

    @Override
    public Applied applied() {
        return state().applied();
    }

    @Override
    public long counter(Counter counter) {
        return state().counter(counter);
    }

    @Override
    public @Nullable KeyRow row(Revision revision) {
        return state().rows().get(revision);
    }

    @Override
    public List<@Nullable KeyRow> rows(List<Revision> revisions) {
        List<@Nullable KeyRow> found = new ArrayList<>(revisions.size());
        for (Revision revision : revisions) {
            found.add(row(revision));
        }
        return found;
    }

    @Override
    public List<KeyRow> scan(Revision from, Revision to, int limit, Content content) {
        return state().scan(from, to, limit, content);
    }

    @Override
    public @Nullable ByteString get(Table table, ByteString key) {
        return state().table(table).get(key);
    }

    @Override
    public SortedMap<ByteString, ByteString> all(Table table) {
        return state().all(table);
    }

    @Override
    public EntryDigest digest() {
        return state().digest();
    }

    @Override
    public List<EntryDigest> digests(long fromIndex) {
        return state().digests(fromIndex);
    }

    @Override
    public void put(KeyRow row) {
        if (row(row.revision()) != null) {
            throw new IllegalStateException("there is a row at revision " + row.revision() + " already");
        }
        state = state().with(row);
    }

    @Override
    public void remove(List<Revision> revisions) {
        for (Revision revision : revisions) {
            state = state().without(revision);
        }
    }

    @Override
    public void put(Table table, ByteString key, ByteString value) {
        state = state().with(table, key, value);
    }

    @Override
    public void delete(Table table, ByteString key) {
        state = state().with(table, key, null);
    }

    @Override
    public void clear() {
        state = MemoryState.empty().at(state().applied());
    }

    @Override
    public void set(Counter counter, long value) {
        state = state().with(counter, value);
    }

    @Override
    public void record(List<EntryDigest> digests) {
        MemoryState recorded = state();
        for (EntryDigest digest : digests) {
            if (digest.index() <= recorded.digest().index()) {
                throw new IllegalStateException(
                        "digest of entry " + digest.index() + " comes after that of " + recorded.digest().index());
            }
            recorded = recorded.with(digest);
        }
        state = recorded;
    }

    @Override
    public void commit(Applied applied) {
        if (applied.index() <= state().applied().index()) {
            throw new IllegalStateException("applied " + applied + " does not raise the stored " + state().applied());
        }
        if (state().digest().index() > applied.index()) {
            throw new IllegalStateException("a digest of entry " + state().digest().index() + " beyond " + applied);
        }
        end(state().with(applied));
    }

    @Override
    public void commitUnchanged() {
        if (!state().digest().equals(begun.digest())) {
            throw new IllegalStateException("digests are of entries, and this transaction has none");
        }
        end(state());
    }

    @Override
    public void close() {
        if (open) {
            end(null);
        }
    }
}
