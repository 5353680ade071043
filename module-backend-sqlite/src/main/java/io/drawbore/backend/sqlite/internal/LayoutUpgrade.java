package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import io.drawbore.api.VersionChain;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Brings files of older layouts to the one of this release, a step to the next layout at a time. A step is one
 * transaction with the version that it leads to, and changes nothing in a file that has had it. No log replays it, so
 * it is checkpointed and synced before anything relies on it.
 */
final class LayoutUpgrade {
    private static final VersionChain<Long> LAYOUTS = new VersionChain<>(List.of(1L, 2L, Layout.SCHEMA_VERSION));

    private LayoutUpgrade() {}

    /**
     * Leaves the file with the layout of this release.
     *
     * @throws StorageException where its layout isn't known, with its version, ours and the way out
     */
    static void apply(SqliteConnection writer, Path file) throws SQLException {
        long found = writer.number("SELECT schema_version FROM layout");
        if (!LAYOUTS.knows(found)) {
            throw new StorageException(file + ": has layout " + found + ", this release knows " + LAYOUTS.oldest()
                    + " to " + LAYOUTS.newest() + ". Start the release that wrote it, or rebuild this member from a"
                    + " snapshot or another member.");
        }
        long at = found;
        while (at != LAYOUTS.newest()) {
            at = LAYOUTS.next(at, LAYOUTS.newest());
            step(writer, at);
        }
    }

    private static void step(SqliteConnection writer, long to) throws SQLException {
        writer.execute("BEGIN IMMEDIATE");
        if (to == 2) {
            addLeasesAlarmsAndFinishedCompaction(writer);
        } else {
            addAuthentication(writer);
        }
        writer.execute("UPDATE layout SET schema_version = " + to);
        writer.execute("COMMIT");
        writer.checkpointWhole();
    }

    private static void addAuthentication(SqliteConnection writer) throws SQLException {
        for (Table table : List.of(Table.AUTH, Table.AUTH_USER, Table.AUTH_ROLE)) {
            addSmallTable(writer, table);
        }
    }

    private static void addLeasesAlarmsAndFinishedCompaction(SqliteConnection writer) throws SQLException {
        String column = Counter.FINISHED_COMPACT_REVISION.label();
        if (writer.number("SELECT count(*) FROM pragma_table_info('meta') WHERE name = '" + column + "'") == 0) {
            Meta before = metaOfVersion1(writer);
            writer.execute("DROP TABLE meta");
            writer.execute(Layout.metaTable());
            writer.insertMeta(Meta.initial().with(before.applied(), before.counters()));
        }
        addSmallTable(writer, Table.LEASE);
        addSmallTable(writer, Table.ALARM);
    }

    private static void addSmallTable(SqliteConnection writer, Table table) throws SQLException {
        if (writer.number("SELECT count(*) FROM sqlite_master WHERE name = '" + table.label() + "'") == 0) {
            writer.execute(Layout.smallTable(table));
        }
    }

    private static Meta metaOfVersion1(SqliteConnection writer) throws SQLException {
        try (PreparedStatement select = writer.prepare(
                        "SELECT applied_index, applied_term, revision, compact_revision, checksum FROM meta");
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("table meta is empty");
            }
            Meta meta = new Meta(
                    new Applied(Math.max(0, row.getLong(1)), Math.max(0, row.getLong(2))),
                    Map.of(Counter.REVISION, row.getLong(3), Counter.COMPACT_REVISION, row.getLong(4)));
            if (row.getLong(5) != new Checksum().meta(meta)) {
                throw writer.faults().corrupt("meta", "1");
            }
            return meta;
        }
    }
}
