package io.drawbore.testkit.crash;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import io.drawbore.testkit.PassedOnBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens a mutant of a store: it commits the applied index in one transaction and the entry's work in another after it,
 * as etcd 3.5.0 could (etcd issue 13766). Whoever judges stores by their crashes must notice.
 *
 * @param inner opens the store it is a mutant of
 */
public record IndexFirstProvider(BackendProvider inner) implements BackendProvider {
    @Override
    public String name() {
        return "index-first";
    }

    @Override
    public Backend open(Options options) {
        return new IndexFirstBackend(inner.open(options));
    }

    private static final class IndexFirstBackend extends PassedOnBackend {
        IndexFirstBackend(Backend inner) {
            super(inner);
        }

        @Override
        public WriteTx begin() {
            return new IndexFirstTx(inner());
        }
    }

    /** Reads its own changes from a transaction that it gives up in favour of two others when it commits. */
    private static final class IndexFirstTx implements WriteTx {
        private final Backend inner;
        private final WriteTx seen;
        private final List<Consumer<WriteTx>> changes = new ArrayList<>();
        private final List<EntryDigest> digests = new ArrayList<>();

        IndexFirstTx(Backend inner) {
            this.inner = inner;
            this.seen = inner.begin();
        }

        @Override
        public void commit(Applied applied) {
            seen.close();
            try (WriteTx index = inner.begin()) {
                index.record(digests);
                index.commit(applied);
            }
            commitChanges();
        }

        @Override
        public void commitUnchanged() {
            seen.close();
            commitChanges();
        }

        private void commitChanges() {
            try (WriteTx work = inner.begin()) {
                changes.forEach(change -> change.accept(work));
                work.commitUnchanged();
            }
        }

        @Override
        public void put(KeyRow row) {
            seen.put(row);
            changes.add(work -> work.put(row));
        }

        @Override
        public void remove(List<Revision> revisions) {
            seen.remove(revisions);
            changes.add(work -> work.remove(revisions));
        }

        @Override
        public void put(Table table, ByteString key, ByteString value) {
            seen.put(table, key, value);
            changes.add(work -> work.put(table, key, value));
        }

        @Override
        public void delete(Table table, ByteString key) {
            seen.delete(table, key);
            changes.add(work -> work.delete(table, key));
        }

        @Override
        public void clear() {
            seen.clear();
            changes.add(WriteTx::clear);
        }

        @Override
        public void set(Counter counter, long value) {
            seen.set(counter, value);
            changes.add(work -> work.set(counter, value));
        }

        @Override
        public void record(List<EntryDigest> recorded) {
            seen.record(recorded);
            digests.addAll(recorded);
        }

        @Override
        public Applied applied() {
            return seen.applied();
        }

        @Override
        public long counter(Counter counter) {
            return seen.counter(counter);
        }

        @Override
        public @Nullable KeyRow row(Revision revision) {
            return seen.row(revision);
        }

        @Override
        public List<@Nullable KeyRow> rows(List<Revision> revisions) {
            return seen.rows(revisions);
        }

        @Override
        public List<KeyRow> scan(Revision from, Revision to, int limit, Content content) {
            return seen.scan(from, to, limit, content);
        }

        @Override
        public @Nullable ByteString get(Table table, ByteString key) {
            return seen.get(table, key);
        }

        @Override
        public SortedMap<ByteString, ByteString> all(Table table) {
            return seen.all(table);
        }

        @Override
        public EntryDigest digest() {
            return seen.digest();
        }

        @Override
        public List<EntryDigest> digests(long fromIndex) {
            return seen.digests(fromIndex);
        }

        @Override
        public void close() {
            seen.close();
        }
    }
}
