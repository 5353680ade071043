package io.drawbore.testkit;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A write transaction that passes everything on to another; a test's own changes what it is about. */
public class PassedOnTx implements WriteTx {
    private final WriteTx inner;

    /** Passes on to a transaction, which ends with this one. */
    public PassedOnTx(WriteTx inner) {
        this.inner = inner;
    }

    @Override
    public void put(KeyRow row) {
        inner.put(row);
    }

    @Override
    public void remove(List<Revision> revisions) {
        inner.remove(revisions);
    }

    @Override
    public void put(Table table, ByteString key, ByteString value) {
        inner.put(table, key, value);
    }

    @Override
    public void delete(Table table, ByteString key) {
        inner.delete(table, key);
    }

    @Override
    public void clear() {
        inner.clear();
    }

    @Override
    public void set(Counter counter, long value) {
        inner.set(counter, value);
    }

    @Override
    public void record(List<EntryDigest> digests) {
        inner.record(digests);
    }

    @Override
    public void commit(Applied applied) {
        inner.commit(applied);
    }

    @Override
    public void commitUnchanged() {
        inner.commitUnchanged();
    }

    @Override
    public Applied applied() {
        return inner.applied();
    }

    @Override
    public long counter(Counter counter) {
        return inner.counter(counter);
    }

    @Override
    public @Nullable KeyRow row(Revision revision) {
        return inner.row(revision);
    }

    @Override
    public List<@Nullable KeyRow> rows(List<Revision> revisions) {
        return inner.rows(revisions);
    }

    @Override
    public List<KeyRow> scan(Revision from, Revision to, int limit, Content content) {
        return inner.scan(from, to, limit, content);
    }

    @Override
    public @Nullable ByteString get(Table table, ByteString key) {
        return inner.get(table, key);
    }

    @Override
    public SortedMap<ByteString, ByteString> all(Table table) {
        return inner.all(table);
    }

    @Override
    public EntryDigest digest() {
        return inner.digest();
    }

    @Override
    public List<EntryDigest> digests(long fromIndex) {
        return inner.digests(fromIndex);
    }

    @Override
    public void close() {
        inner.close();
    }
}
