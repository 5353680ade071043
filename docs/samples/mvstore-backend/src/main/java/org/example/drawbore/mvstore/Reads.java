package org.example.drawbore.mvstore;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.h2.mvstore.Cursor;

/** What views and the write transaction answer from some maps; every row is checked. One thread at a time. */
abstract class Reads implements ReadTx {
    private static final byte[] EMPTY = {};
    private static final int MOST_ROWS = 100_000;

    private final Maps maps;
    private final Faults faults;

    Reads(Maps maps, Faults faults) {
        this.maps = maps;
        this.faults = faults;
    }

    /** Fails where this has ended. */
    abstract void checkOpen();

    /** Reads; what MVStore makes of a damaged file is told in the host's words. */
    private <T> T read(Supplier<T> reading) {
        checkOpen();
        try {
            return reading.get();
        } catch (RuntimeException | AssertionError e) {
            throw faults.reading(e);
        }
    }

    Numbers numbers() {
        byte[] stored = maps.numbers().get(Maps.ONLY);
        if (stored == null || !Numbers.fits(stored)) {
            throw faults.corrupt("the row of numbers");
        }
        return Numbers.of(stored);
    }

    @Override
    public Applied applied() {
        return read(() -> numbers().applied());
    }

    @Override
    public long counter(Counter counter) {
        return read(() -> numbers().counters().get(counter));
    }

    @Override
    public KeyRow row(Revision revision) {
        return read(() -> {
            byte[] head = maps.heads().get(revision.packed());
            return head == null ? null : whole(revision.packed(), head);
        });
    }

    @Override
    public List<KeyRow> rows(List<Revision> revisions) {
        List<KeyRow> found = new ArrayList<>(revisions.size());
        for (Revision revision : revisions) {
            found.add(row(revision));
        }
        return found;
    }

    @Override
    public List<KeyRow> scan(Revision from, Revision to, int limit, Content content) {
        if (limit < 1 || limit > MOST_ROWS) {
            throw new IllegalArgumentException("limit " + limit + " is not 1 to " + MOST_ROWS);
        }
        return read(() -> {
            List<KeyRow> found = new ArrayList<>();
            Cursor<Long, byte[]> heads = maps.heads().cursor(from.packed());
            while (found.size() < limit && heads.hasNext()) {
                long packed = heads.next();
                if (packed >= to.packed()) {
                    break;
                }
                byte[] head = heads.getValue();
                found.add(content == Content.VALUES ? whole(packed, head) : Codec.row(packed, head, EMPTY));
            }
            return found;
        });
    }

    private KeyRow whole(long packed, byte[] head) {
        byte[] stored = maps.values().get(packed);
        byte[] value = stored == null ? EMPTY : stored;
        if (!Codec.fits(packed, head, value)) {
            throw faults.corrupt("row " + Revision.unpacked(packed));
        }
        return Codec.row(packed, head, value);
    }

    @Override
    public ByteString get(Table table, ByteString key) {
        return read(() -> {
            byte[] bytes = key.toByteArray();
            byte[] stored = maps.table(table).get(bytes);
            return stored == null ? null : checked(table, bytes, stored);
        });
    }

    @Override
    public SortedMap<ByteString, ByteString> all(Table table) {
        return read(() -> {
            SortedMap<ByteString, ByteString> all =
                    new TreeMap<>(ByteString.unsignedLexicographicalComparator());
            Cursor<byte[], byte[]> rows = maps.table(table).cursor(null);
            while (rows.hasNext()) {
                byte[] key = rows.next();
                all.put(UnsafeByteOperations.unsafeWrap(key), checked(table, key, rows.getValue()));
            }
            return all;
        });
    }

    private ByteString checked(Table table, byte[] key, byte[] stored) {
        if (!Codec.fits(table, key, stored)) {
            throw faults.corrupt("a row of table " + table.label());
        }
        return Codec.tableValue(stored);
    }

    @Override
    public EntryDigest digest() {
        return read(() -> {
            Long last = maps.digests().lastKey();
            return last == null ? EntryDigest.NONE : checked(last, maps.digests().get(last));
        });
    }

    @Override
    public List<EntryDigest> digests(long fromIndex) {
        return read(() -> {
            List<EntryDigest> found = new ArrayList<>();
            Cursor<Long, byte[]> digests = maps.digests().cursor(fromIndex);
            while (digests.hasNext()) {
                found.add(checked(digests.next(), digests.getValue()));
            }
            return found;
        });
    }

    private EntryDigest checked(long index, byte[] stored) {
        if (!Codec.digestFits(index, stored)) {
            throw faults.corrupt("the digest of entry " + index);
        }
        return Codec.digest(stored);
    }
}
