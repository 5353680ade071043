package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.Counter;
import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tables of {@code db.sqlite}, how they come to be and how a file is known to be ours.
 *
 * <p>A creation that was cut short leaves a file without tables and without our application id; it is begun anew.
 */
final class Layout {
    /** Raised whenever a table or a checksum changes; {@link LayoutUpgrade} brings older files here. */
    static final long SCHEMA_VERSION = 3;

    /** "DrBr": where SQLite keeps a file's program, so that {@code file db.sqlite} and we tell foreign files apart. */
    static final long APPLICATION_ID = 0x44724272;

    /**
     * SQLite's own default. Measured against 8 KiB: a commit of one entry 27 us of CPU against 34, since every page
     * that a commit touches is written whole; batches of 100 and more, look-ups and scans differ by a tenth either
     * way.
     */
    static final int PAGE_BYTES = 4096;

    private Layout() {}

    /** Makes the file where the folder is empty, and its name durable, before SQLite opens it. */
    static boolean prepareFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new StorageException(file + ": its folder does not exist. Make it first.");
        }
        if (Files.exists(file)) {
            return false;
        }
        try (Stream<Path> others = Files.list(folder)) {
            List<Path> found = others.limit(1).toList();
            if (!found.isEmpty()) {
                throw new StorageException(folder + ": holds " + found.getFirst().getFileName() + " but no "
                        + file.getFileName() + ". Restore that file, or give the store an empty folder.");
            }
            Files.createFile(file);
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
            return true;
        } catch (IOException e) {
            throw new StorageException(file + ": cannot be created: " + e
                    + ". Check the disk and the folder's rights.", e);
        }
    }

    /** Leaves the connection on a store of this layout, durable as far as it was made here. */
    static void openOrCreate(SqliteConnection writer, Path file, boolean created) throws SQLException {
        long applicationId = writer.number("PRAGMA application_id");
        boolean empty = writer.number("SELECT count(*) FROM sqlite_master") == 0;
        if (applicationId == 0 && empty) {
            create(writer);
        } else if (applicationId != APPLICATION_ID) {
            throw new StorageException(file + ": is an SQLite file of another program (application id " + applicationId
                    + "). Move it away, or start with another data folder.");
        }
        writer.journal();
        LayoutUpgrade.apply(writer, file);
        if (created || empty) {
            writer.checkpointWhole();
        }
    }

    private static void create(SqliteConnection writer) throws SQLException {
        writer.execute("PRAGMA page_size = " + PAGE_BYTES);
        writer.execute("PRAGMA auto_vacuum = INCREMENTAL");
        writer.journal();
        writer.execute("BEGIN IMMEDIATE");
        writer.execute("PRAGMA application_id = " + APPLICATION_ID);
        for (String statement : schema()) {
            writer.execute(statement);
        }
        writer.insertMeta(Meta.initial());
        writer.execute("COMMIT");
    }

    static String metaTable() {
        StringBuilder counters = new StringBuilder();
        for (Counter counter : Counter.values()) {
            counters.append(counter.label()).append(" INTEGER NOT NULL, ");
        }
        return "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), applied_index INTEGER NOT NULL, "
                + "applied_term INTEGER NOT NULL, " + counters + "checksum INTEGER NOT NULL)";
    }

    static String smallTable(Table table) {
        return "CREATE TABLE " + table.label() + " (key BLOB PRIMARY KEY, value BLOB NOT NULL, "
                + "checksum INTEGER NOT NULL) WITHOUT ROWID";
    }

    /** Values stand last in a row, so that a scan without them never walks through a large value's pages. */
    private static List<String> schema() {
        Stream<String> fixed = Stream.of(
                "CREATE TABLE layout (schema_version INTEGER NOT NULL)",
                "INSERT INTO layout VALUES (" + SCHEMA_VERSION + ")",
                metaTable(),
                "CREATE TABLE key_row (revision INTEGER PRIMARY KEY, key BLOB NOT NULL, "
                        + "create_revision INTEGER NOT NULL, version INTEGER NOT NULL, lease INTEGER NOT NULL, "
                        + "tombstone INTEGER NOT NULL, checksum INTEGER NOT NULL, value BLOB NOT NULL)",
                "CREATE TABLE digest (last_index INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, "
                        + "entries BLOB NOT NULL)",
                "CREATE VIEW history AS SELECT revision >> " + Revision.SUB_BITS + " AS main, revision & "
                        + (Revision.SUB_LIMIT - 1) + " AS sub, CAST(key AS TEXT) AS key, "
                        + "CASE tombstone WHEN 1 THEN NULL ELSE CAST(value AS TEXT) END AS value, "
                        + "create_revision, version, lease, tombstone FROM key_row");
        return Stream.concat(fixed, Stream.of(Table.values()).map(Layout::smallTable)).toList();
    }
}
