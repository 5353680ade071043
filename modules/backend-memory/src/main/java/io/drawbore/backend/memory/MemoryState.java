package io.drawbore.backend.memory;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link MemoryBackend} holds at one commit. Immutable; each change returns the next state, which shares
 * what did not change.
 */
record MemoryState(
        Applied applied,
        Map<Counter, Long> counters,
        PersistentMap<Revision, KeyRow> rows,
        Map<Table, PersistentMap<ByteString, ByteString>> tables,
        PersistentMap<Long, EntryDigest> digests,
        long bytes)
        implements Committed {
    private static final long DIGESTS_KEPT = 4_096;

    static MemoryState empty() {
        Map<Counter, Long> counters = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            counters.put(counter, counter.initial());
        }
        Map<Table, PersistentMap<ByteString, ByteString>> tables = new EnumMap<>(Table.class);
        for (Table table : Table.values()) {
            tables.put(table, PersistentMap.empty(ByteString.unsignedLexicographicalComparator()));
        }
        return new MemoryState(
                Applied.NONE,
                counters,
                PersistentMap.empty(Comparator.naturalOrder()),
                tables,
                PersistentMap.empty(Comparator.naturalOrder()),
                0);
    }

    long counter(Counter counter) {
        return counters.getOrDefault(counter, counter.initial());
    }

    List<KeyRow> scan(Revision from, Revision to, int limit, ReadTx.Content content) {
        if (limit < 1 || limit > 100_000) {
            throw new IllegalArgumentException("limit " + limit + " is not 1 to 100000");
        }
        List<KeyRow> found = new ArrayList<>();
        rows.walk(from, (revision, row) -> {
            if (revision.compareTo(to) >= 0) {
                return false;
            }
            found.add(content == ReadTx.Content.VALUES ? row : head(row));
            return found.size() < limit;
        });
        return found;
    }

    private static KeyRow head(KeyRow row) {
        return new KeyRow(
                row.revision(),
                row.key(),
                row.tombstone(),
                row.createRevision(),
                row.version(),
                row.lease(),
                ByteString.EMPTY);
    }

    PersistentMap<ByteString, ByteString> table(Table table) {
        PersistentMap<ByteString, ByteString> found = tables.get(table);
        if (found == null) {
            throw new IllegalStateException("no table " + table);
        }
        return found;
    }

    SortedMap<ByteString, ByteString> all(Table table) {
        SortedMap<ByteString, ByteString> all = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
        table(table).walk(null, (key, value) -> {
            all.put(key, value);
            return true;
        });
        return all;
    }

    EntryDigest digest() {
        EntryDigest last = digests.last();
        return last == null ? EntryDigest.NONE : last;
    }

    List<EntryDigest> digests(long fromIndex) {
        List<EntryDigest> found = new ArrayList<>();
        digests.walk(fromIndex, (index, digest) -> found.add(digest));
        return found;
    }

    MemoryState at(Applied entry) {
        return new MemoryState(entry, counters, rows, tables, digests, bytes);
    }

    MemoryState with(Applied entry) {
        return new MemoryState(entry, counters, rows, tables, trimmed(entry.index()), bytes);
    }

    private PersistentMap<Long, EntryDigest> trimmed(long lastIndex) {
        List<Long> old = new ArrayList<>();
        digests.walk(null, (index, digest) -> index <= lastIndex - DIGESTS_KEPT && old.add(index));
        PersistentMap<Long, EntryDigest> kept = digests;
        for (Long index : old) {
            kept = kept.without(index);
        }
        return kept;
    }

    MemoryState with(Counter counter, long value) {
        Map<Counter, Long> changed = new EnumMap<>(counters);
        changed.put(counter, value);
        return new MemoryState(applied, changed, rows, tables, digests, bytes);
    }

    MemoryState with(KeyRow row) {
        return new MemoryState(
                applied, counters, rows.with(row.revision(), row), tables, digests, bytes + size(row));
    }

    MemoryState without(Revision revision) {
        KeyRow row = rows.get(revision);
        return row == null
                ? this
                : new MemoryState(applied, counters, rows.without(revision), tables, digests, bytes - size(row));
    }

    private static long size(KeyRow row) {
        return 48L + row.key().size() + row.value().size();
    }

    MemoryState with(Table table, ByteString key, @Nullable ByteString value) {
        ByteString old = table(table).get(key);
        long growth = (value == null ? 0L : (long) key.size() + value.size())
                - (old == null ? 0L : (long) key.size() + old.size());
        Map<Table, PersistentMap<ByteString, ByteString>> changed = new EnumMap<>(tables);
        changed.put(table, value == null ? table(table).without(key) : table(table).with(key, value));
        return new MemoryState(applied, counters, rows, changed, digests, bytes + growth);
    }

    MemoryState with(EntryDigest digest) {
        return new MemoryState(applied, counters, rows, tables, digests.with(digest.index(), digest), bytes);
    }
}
