package io.drawbore.testkit.crash;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import io.drawbore.testkit.PassedOnBackend;
import io.drawbore.testkit.PassedOnTx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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
    private static final class IndexFirstTx extends PassedOnTx {
        private final Backend inner;
        private final List<Consumer<WriteTx>> changes = new ArrayList<>();
        private final List<EntryDigest> digests = new ArrayList<>();

        IndexFirstTx(Backend inner) {
            super(inner.begin());
            this.inner = inner;
        }

        @Override
        public void commit(Applied applied) {
            super.close();
            try (WriteTx index = inner.begin()) {
                index.record(digests);
                index.commit(applied);
            }
            commitChanges();
        }

        @Override
        public void commitUnchanged() {
            super.close();
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
            super.put(row);
            changes.add(work -> work.put(row));
        }

        @Override
        public void remove(List<Revision> revisions) {
            super.remove(revisions);
            changes.add(work -> work.remove(revisions));
        }

        @Override
        public void put(Table table, ByteString key, ByteString value) {
            super.put(table, key, value);
            changes.add(work -> work.put(table, key, value));
        }

        @Override
        public void delete(Table table, ByteString key) {
            super.delete(table, key);
            changes.add(work -> work.delete(table, key));
        }

        @Override
        public void clear() {
            super.clear();
            changes.add(WriteTx::clear);
        }

        @Override
        public void set(Counter counter, long value) {
            super.set(counter, value);
            changes.add(work -> work.set(counter, value));
        }

        @Override
        public void record(List<EntryDigest> recorded) {
            super.record(recorded);
            digests.addAll(recorded);
        }
    }
}
