package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/**
 * Brings files of older layouts to the one of this release, in one transaction. No log replays such a change,
 * so it is checkpointed and synced before anything relies on it.
 */
final class LayoutUpgrade {
    private LayoutUpgrade() {}

    /** The version the file has afterwards; a version without a step here stays as it is. */
    static long apply(SqliteConnection writer, long version) throws SQLException {
        if (version != 1 && version != 2) {
            return version;
        }
        writer.execute("BEGIN IMMEDIATE");
        if (version == 1) {
            addLeasesAlarmsAndFinishedCompaction(writer);
        }
        addAuthentication(writer);
        writer.execute("UPDATE layout SET schema_version = 3");
        writer.execute("COMMIT");
        writer.checkpointWhole();
        return 3;
    }

    private static void addAuthentication(SqliteConnection writer) throws SQLException {
        writer.execute(Layout.smallTable(Table.AUTH));
        writer.execute(Layout.smallTable(Table.AUTH_USER));
        writer.execute(Layout.smallTable(Table.AUTH_ROLE));
    }

    private static void addLeasesAlarmsAndFinishedCompaction(SqliteConnection writer) throws SQLException {
        Meta before = metaOfVersion1(writer);
        writer.execute("DROP TABLE meta");
        writer.execute(Layout.metaTable());
        writer.insertMeta(Meta.initial().with(before.applied(), before.counters()));
        writer.execute(Layout.smallTable(Table.LEASE));
        writer.execute(Layout.smallTable(Table.ALARM));
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
