package org.example.drawbore.mvstore;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import java.util.List;

/** The write transaction: changes the maps at once, and has them stored or changes them back. The apply thread only. */
final class MvWriteTx extends Reads implements WriteTx {
    private static final long DIGESTS_KEPT = 4_096;

    private final MvStoreBackend backend;
    private final Maps maps;
    private final Faults faults;
    private final Undo undo;
    private final EntryDigest digestBefore;
    private Numbers numbers;
    private boolean open = true;

    MvWriteTx(MvStoreBackend backend, Maps maps, Maps before, Faults faults) {
        super(maps, faults);
        this.backend = backend;
        this.maps = maps;
        this.faults = faults;
        undo = new Undo(maps, before);
        numbers = super.numbers();
        digestBefore = digest();
    }

    @Override
    void checkOpen() {
        if (!open) {
            throw new IllegalStateException("this transaction has ended");
        }
    }

    @Override
    Numbers numbers() {
        return numbers;
    }

    private void write(String what, Runnable writing) {
        checkOpen();
        faults.checkUsable();
        try {
            writing.run();
        } catch (RuntimeException e) {
            throw faults.writing(what, e);
        }
    }

    @Override
    public void put(KeyRow row) {
        checkOpen();
        long packed = row.revision().packed();
        if (maps.heads().containsKey(packed)) {
            throw new IllegalStateException("there is a row at revision " + row.revision() + " already");
        }
        byte[] value = row.value().toByteArray();
        byte[] head = Codec.head(row, value);
        write("writing a row", () -> {
            undo.change(maps.heads(), packed, head);
            if (value.length > 0) {
                undo.change(maps.values(), packed, value);
            }
        });
        numbers = numbers.grown(1, head.length + value.length);
    }

    @Override
    public void remove(List<Revision> revisions) {
        for (Revision revision : revisions) {
            write("removing a row", () -> {
                byte[] head = undo.change(maps.heads(), revision.packed(), null);
                if (head != null) {
                    byte[] value = undo.change(maps.values(), revision.packed(), null);
                    numbers = numbers.grown(-1, -head.length - length(value));
                }
            });
        }
    }

    @Override
    public void put(Table table, ByteString key, ByteString value) {
        byte[] bytes = key.toByteArray();
        byte[] row = Codec.tableRow(table, bytes, value);
        write("writing table " + table.label(), () -> {
            byte[] old = undo.change(maps.table(table), bytes, row);
            numbers = numbers.grown(0, row.length - length(old) + (old == null ? bytes.length : 0));
        });
    }

    @Override
    public void delete(Table table, ByteString key) {
        write("writing table " + table.label(), () -> {
            byte[] old = undo.change(maps.table(table), key.toByteArray(), null);
            numbers = numbers.grown(0, old == null ? 0 : -old.length - key.size());
        });
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    @Override
    public void clear() {
        Applied applied = applied();
        write("emptying the store", undo::clear);
        numbers = Numbers.initial(applied);
    }

    @Override
    public void set(Counter counter, long value) {
        checkOpen();
        numbers = numbers.with(counter, value);
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
        for (EntryDigest digest : digests) {
            byte[] row = Codec.digest(digest);
            write("writing a digest", () -> undo.change(maps.digests(), digest.index(), row));
        }
    }

    @Override
    public void commit(Applied applied) {
        if (applied.index() <= applied().index()) {
            throw new IllegalStateException("applied " + applied + " does not raise the stored " + applied());
        }
        long last = digest().index();
        if (last > applied.index()) {
            throw new IllegalStateException("a digest of entry " + last + " beyond " + applied);
        }
        write("removing old digests", () -> {
            for (Long first = maps.digests().firstKey();
                    first != null && first <= applied.index() - DIGESTS_KEPT;
                    first = maps.digests().firstKey()) {
                undo.change(maps.digests(), first, null);
            }
        });
        numbers = numbers.with(applied);
        commit();
    }

    @Override
    public void commitUnchanged() {
        if (!digest().equals(digestBefore)) {
            throw new IllegalStateException("digests are of entries, and this transaction has none");
        }
        commit();
    }

    private void commit() {
        write("committing", () -> {
            undo.change(maps.numbers(), Maps.ONLY, numbers.bytes());
            backend.store();
        });
        open = false;
        backend.committed(numbers);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            try {
                if (!faults.isStopped()) {
                    undo.run();
                }
            } catch (RuntimeException e) {
                throw faults.writing("rolling back", e);
            } finally {
                backend.rolledBack();
            }
        }
    }
}
