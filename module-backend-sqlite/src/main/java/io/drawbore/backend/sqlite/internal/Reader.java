package io.drawbore.backend.sqlite.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The prepared queries of one connection; checks every row against its checksum. One thread at a time. */
final class Reader {
    /** Rows asked for in one statement; longer lists are cut. */
    private static final int ROWS_AT_ONCE = 64;
    /** Below this many rows, single look-ups are cheaper than a padded list. */
    private static final int ROWS_ONE_BY_ONE = 8;

    private static final String COLUMNS = "revision, key, create_revision, version, lease, tombstone, checksum";
    private static final byte[] NOTHING = {};

    private final Faults faults;
    private final Checksum checksum = new Checksum();
    private final PreparedStatement meta;
    private final PreparedStatement row;
    private final PreparedStatement rows;
    private final PreparedStatement scanHeads;
    private final PreparedStatement scanValues;
    private final PreparedStatement lastDigests;
    private final PreparedStatement digestsFrom;
    private final Map<Table, PreparedStatement> get = new EnumMap<>(Table.class);
    private final Map<Table, PreparedStatement> all = new EnumMap<>(Table.class);

    /** Fails where the file has not the tables and columns of our layout. */
    Reader(SqliteConnection connection) throws SQLException {
        faults = connection.faults();
        String counters = Stream.of(Counter.values()).map(Counter::label).collect(Collectors.joining(", "));
        meta = connection.prepare(
                "SELECT applied_index, applied_term, checksum, " + counters + " FROM meta WHERE id = 1");
        String values = "SELECT " + COLUMNS + ", value FROM key_row WHERE ";
        String range = "revision >= ? AND revision < ? ORDER BY revision LIMIT ?";
        row = connection.prepare(values + "revision = ?");
        rows = connection.prepare(values + "revision IN (" + "?, ".repeat(ROWS_AT_ONCE - 1) + "?)");
        scanValues = connection.prepare(values + range);
        scanHeads = connection.prepare("SELECT " + COLUMNS + " FROM key_row WHERE " + range);
        String digests = "SELECT last_index, checksum, entries FROM digest ";
        lastDigests = connection.prepare(digests + "ORDER BY last_index DESC LIMIT 1");
        digestsFrom = connection.prepare(digests + "WHERE last_index >= ? ORDER BY last_index");
        for (Table table : Table.values()) {
            String from = "SELECT key, value, checksum FROM " + table.label();
            get.put(table, connection.prepare(from + " WHERE key = ?"));
            all.put(table, connection.prepare(from + " ORDER BY key"));
        }
    }

    Meta meta() {
        try (ResultSet found = meta.executeQuery()) {
            if (!found.next()) {
                throw new StorageException(faults.file() + ": table meta is empty. Restore the file.");
            }
            Applied applied = new Applied(Math.max(0, found.getLong(1)), Math.max(0, found.getLong(2)));
            Map<Counter, Long> counters = new EnumMap<>(Counter.class);
            int column = 4;
            for (Counter counter : Counter.values()) {
                counters.put(counter, found.getLong(column++));
            }
            Meta read = new Meta(applied, counters);
            check(found.getLong(3) == checksum.meta(read), "meta", "1");
            return read;
        } catch (SQLException e) {
            throw faults.reading("reading table meta", e);
        }
    }

    @Nullable KeyRow row(Revision revision) {
        try {
            row.setLong(1, revision.packed());
            try (ResultSet found = row.executeQuery()) {
                return found.next() ? keyRow(found, ReadTx.Content.VALUES) : null;
            }
        } catch (SQLException e) {
            throw faults.reading("reading row " + revision + " of table key_row", e);
        }
    }

    List<@Nullable KeyRow> rows(List<Revision> revisions) {
        List<@Nullable KeyRow> found = new ArrayList<>(revisions.size());
        for (int from = 0; from < revisions.size(); from += ROWS_AT_ONCE) {
            List<Revision> part = revisions.subList(from, Math.min(revisions.size(), from + ROWS_AT_ONCE));
            if (part.size() < ROWS_ONE_BY_ONE) {
                part.forEach(revision -> found.add(row(revision)));
            } else {
                Map<Revision, KeyRow> byRevision = together(part);
                part.forEach(revision -> found.add(byRevision.get(revision)));
            }
        }
        return found;
    }

    private Map<Revision, KeyRow> together(List<Revision> part) {
        Map<Revision, KeyRow> found = new HashMap<>();
        try {
            for (int i = 0; i < ROWS_AT_ONCE; i++) {
                // The list is padded with its last revision: SQLite looks each up once.
                Revision revision = part.get(Math.min(i, part.size() - 1));
                rows.setLong(i + 1, revision.packed());
            }
            try (ResultSet result = rows.executeQuery()) {
                while (result.next()) {
                    KeyRow one = keyRow(result, ReadTx.Content.VALUES);
                    found.put(one.revision(), one);
                }
            }
            return found;
        } catch (SQLException e) {
            throw faults.reading("reading rows " + part.getFirst() + " and others of table key_row", e);
        }
    }

    List<KeyRow> scan(Revision from, Revision to, int limit, ReadTx.Content content) {
        PreparedStatement scan = content == ReadTx.Content.HEADS ? scanHeads : scanValues;
        try {
            scan.setLong(1, from.packed());
            scan.setLong(2, to.packed());
            scan.setInt(3, limit);
            List<KeyRow> found = new ArrayList<>();
            try (ResultSet result = scan.executeQuery()) {
                while (result.next()) {
                    found.add(keyRow(result, content));
                }
            }
            return found;
        } catch (SQLException e) {
            throw faults.reading("reading rows from " + from + " of table key_row", e);
        }
    }

    private KeyRow keyRow(ResultSet found, ReadTx.Content content) throws SQLException {
        long packed = found.getLong(1);
        byte[] key = bytes(found, 2);
        boolean values = content == ReadTx.Content.VALUES;
        byte[] value = values ? bytes(found, 8) : NOTHING;
        KeyRow read = new KeyRow(
                Revision.unpacked(packed),
                UnsafeByteOperations.unsafeWrap(key),
                found.getLong(6) != 0,
                found.getLong(3),
                found.getLong(4),
                found.getLong(5),
                UnsafeByteOperations.unsafeWrap(value));
        check(!values || found.getLong(7) == checksum.keyRow(packed, key, read, value), "key_row", read.revision());
        return read;
    }

    @Nullable ByteString get(Table table, ByteString key) {
        try {
            PreparedStatement select = statement(get, table);
            select.setBytes(1, key.toByteArray());
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? tableValue(table, bytes(found, 1), found) : null;
            }
        } catch (SQLException e) {
            throw faults.reading("reading table " + table.label(), e);
        }
    }

    SortedMap<ByteString, ByteString> all(Table table) {
        SortedMap<ByteString, ByteString> rowsByKey = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
        try (ResultSet found = statement(all, table).executeQuery()) {
            while (found.next()) {
                byte[] key = bytes(found, 1);
                rowsByKey.put(UnsafeByteOperations.unsafeWrap(key), tableValue(table, key, found));
            }
            return rowsByKey;
        } catch (SQLException e) {
            throw faults.reading("reading table " + table.label(), e);
        }
    }

    private ByteString tableValue(Table table, byte[] key, ResultSet found) throws SQLException {
        byte[] value = bytes(found, 2);
        check(found.getLong(3) == checksum.tableRow(table, key, value), table.label(), ByteString.copyFrom(key));
        return UnsafeByteOperations.unsafeWrap(value);
    }

    EntryDigest digest() {
        try (ResultSet found = lastDigests.executeQuery()) {
            return found.next() ? digestRow(found).getLast() : EntryDigest.NONE;
        } catch (SQLException e) {
            throw faults.reading("reading table digest", e);
        }
    }

    List<EntryDigest> digests(long fromIndex) {
        List<EntryDigest> digests = new ArrayList<>();
        try {
            digestsFrom.setLong(1, fromIndex);
            try (ResultSet found = digestsFrom.executeQuery()) {
                while (found.next()) {
                    digestRow(found).stream().filter(d -> d.index() >= fromIndex).forEach(digests::add);
                }
            }
            return digests;
        } catch (SQLException e) {
            throw faults.reading("reading table digest", e);
        }
    }

    private List<EntryDigest> digestRow(ResultSet found) throws SQLException {
        long lastIndex = found.getLong(1);
        byte[] entries = bytes(found, 3);
        check(found.getLong(2) == checksum.digests(lastIndex, entries), "digest", lastIndex);
        return DigestBlob.unpack(entries);
    }

    private void check(boolean fits, String table, Object row) {
        if (!fits) {
            throw faults.corrupt(table, row.toString());
        }
    }

    private static byte[] bytes(ResultSet found, int column) throws SQLException {
        byte[] bytes = found.getBytes(column);
        return bytes == null ? NOTHING : bytes;
    }

    static PreparedStatement statement(Map<Table, PreparedStatement> statements, Table table) {
        PreparedStatement statement = statements.get(table);
        if (statement == null) {
            throw new IllegalStateException("no statement for " + table);
        }
        return statement;
    }
}
