package io.drawbore.backend.sqlite.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The prepared changes of the one writing connection. The apply thread only. Every error stops the store. */
final class Writer {
    /** How many indexes the digests kept reach back, at least. */
    static final long DIGESTS_KEPT = 4_096;

    private final Faults faults;
    private final Checksum checksum = new Checksum();
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement rollback;
    private final PreparedStatement insertRow;
    private final PreparedStatement deleteRow;
    private final PreparedStatement updateMeta;
    private final PreparedStatement insertDigests;
    private final PreparedStatement trimDigests;
    private final List<PreparedStatement> clear = new ArrayList<>();
    private final Map<Table, PreparedStatement> put = new EnumMap<>(Table.class);
    private final Map<Table, PreparedStatement> delete = new EnumMap<>(Table.class);

    Writer(SqliteConnection connection) throws SQLException {
        faults = connection.faults();
        begin = connection.prepare("BEGIN IMMEDIATE");
        commit = connection.prepare("COMMIT");
        rollback = connection.prepare("ROLLBACK");
        insertRow = connection.prepare("INSERT INTO key_row (revision, key, create_revision, version, lease, "
                + "tombstone, checksum, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        deleteRow = connection.prepare("DELETE FROM key_row WHERE revision = ?");
        String counters = Stream.of(Counter.values()).map(c -> c.label() + " = ?").collect(Collectors.joining(", "));
        updateMeta = connection.prepare(
                "UPDATE meta SET applied_index = ?, applied_term = ?, " + counters + ", checksum = ? WHERE id = 1");
        insertDigests = connection.prepare("INSERT INTO digest (last_index, checksum, entries) VALUES (?, ?, ?)");
        trimDigests = connection.prepare("DELETE FROM digest WHERE last_index <= ?");
        clear.add(connection.prepare("DELETE FROM key_row"));
        clear.add(connection.prepare("DELETE FROM digest"));
        for (Table table : Table.values()) {
            clear.add(connection.prepare("DELETE FROM " + table.label()));
            put.put(table, connection.prepare(
                    "INSERT OR REPLACE INTO " + table.label() + " (key, value, checksum) VALUES (?, ?, ?)"));
            delete.put(table, connection.prepare("DELETE FROM " + table.label() + " WHERE key = ?"));
        }
    }

    void begin() {
        run(begin, "beginning a transaction");
    }

    void commit() {
        run(commit, "committing");
    }

    void rollback() {
        run(rollback, "rolling back");
    }

    private void run(PreparedStatement statement, String what) {
        try {
            statement.execute();
        } catch (SQLException e) {
            throw faults.writing(what, e);
        }
    }

    /** Returns the bytes it wrote, roughly. */
    long insert(KeyRow row) {
        if (row.revision().compareTo(Revision.END) >= 0) {
            throw new StorageException(
                    "revision " + row.revision() + " is the last there can be; no key can change any more");
        }
        long packed = row.revision().packed();
        byte[] key = row.key().toByteArray();
        byte[] value = row.value().toByteArray();
        try {
            insertRow.setLong(1, packed);
            insertRow.setBytes(2, key);
            insertRow.setLong(3, row.createRevision());
            insertRow.setLong(4, row.version());
            insertRow.setLong(5, row.lease());
            insertRow.setInt(6, row.tombstone() ? 1 : 0);
            insertRow.setLong(7, checksum.keyRow(packed, key, row, value));
            insertRow.setBytes(8, value);
            insertRow.executeUpdate();
            return (long) key.length + value.length;
        } catch (SQLException e) {
            if (Faults.isConstraint(e)) {
                throw new IllegalStateException("there is a row at revision " + row.revision() + " already", e);
            }
            throw faults.writing("writing row " + row.revision() + " of table key_row", e);
        }
    }

    void delete(Revision revision) {
        try {
            deleteRow.setLong(1, revision.packed());
            deleteRow.executeUpdate();
        } catch (SQLException e) {
            throw faults.writing("removing row " + revision + " of table key_row", e);
        }
    }

    /** Removes all rows of all tables but meta: whole trees become free pages, so the cost is a read of each. */
    void clear() {
        for (PreparedStatement statement : clear) {
            run(statement, "clearing the store");
        }
    }

    void put(Table table, ByteString key, ByteString value) {
        byte[] keyBytes = key.toByteArray();
        byte[] valueBytes = value.toByteArray();
        try {
            PreparedStatement insert = Reader.statement(put, table);
            insert.setBytes(1, keyBytes);
            insert.setBytes(2, valueBytes);
            insert.setLong(3, checksum.tableRow(table, keyBytes, valueBytes));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw faults.writing("writing table " + table.label(), e);
        }
    }

    void delete(Table table, ByteString key) {
        try {
            PreparedStatement statement = Reader.statement(delete, table);
            statement.setBytes(1, key.toByteArray());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw faults.writing("removing from table " + table.label(), e);
        }
    }

    void meta(Meta meta) {
        try {
            SqliteConnection.bindMeta(updateMeta, meta, checksum);
            updateMeta.executeUpdate();
        } catch (SQLException e) {
            throw faults.writing("writing table meta", e);
        }
    }

    void digests(List<EntryDigest> digests) {
        long last = digests.getLast().index();
        byte[] entries = DigestBlob.pack(digests);
        try {
            insertDigests.setLong(1, last);
            insertDigests.setLong(2, checksum.digests(last, entries));
            insertDigests.setBytes(3, entries);
            insertDigests.executeUpdate();
        } catch (SQLException e) {
            throw faults.writing("writing table digest", e);
        }
    }

    /** Drops digests that nobody may ask for any more, when the last index is the given one. */
    void trimDigests(long lastIndex) {
        try {
            trimDigests.setLong(1, lastIndex - DIGESTS_KEPT);
            trimDigests.executeUpdate();
        } catch (SQLException e) {
            throw faults.writing("trimming table digest", e);
        }
    }
}
