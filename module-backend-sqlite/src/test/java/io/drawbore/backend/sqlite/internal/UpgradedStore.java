package io.drawbore.backend.sqlite.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Counter;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import io.drawbore.testkit.crash.CrashMarks;
import io.drawbore.testkit.crash.DiskEvent;
import io.drawbore.testkit.crash.DiskRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process that makes a store of the first layout and opens it, while its disk is recorded. */
final class UpgradedStore {
    /** Said when the store is of the first layout, durably. */
    static final String OLD = "of layout 1";

    /** Said when it was opened and so is of this release's. */
    static final String NEW = "of this layout";

    private static final String STORE = "store";
    private static final Applied APPLIED = new Applied(5, 2);
    private static final ByteString VALUE = ByteString.copyFromUtf8("value");
    private static final Revision REVISION = new Revision(2, 0);

    private UpgradedStore() {}

    /** Plays in a process of its own; returns what that did to its disk. */
    static List<DiskEvent> record(Path work) throws IOException, InterruptedException {
        return DiskRecorder.play(work, UpgradedStore.class).events();
    }

    /** The recorded process. */
    public static void main(String[] args) throws IOException, SQLException {
        Path folder = Path.of(args[0]);
        Path store = Files.createDirectory(folder.resolve(STORE));
        try (CrashMarks marks = new CrashMarks(folder)) {
            try (Backend backend = open(folder); WriteTx tx = backend.begin()) {
                tx.put(KeyRow.put(REVISION, ByteString.copyFromUtf8("key"), 2, 1, 0, VALUE));
                tx.set(Counter.REVISION, 2);
                tx.commit(APPLIED);
            }
            makeOld(store.resolve(SqliteBackendProvider.FILE));
            marks.mark(OLD);
            open(folder).close();
            marks.mark(NEW);
        }
    }

    private static Backend open(Path folder) {
        return new SqliteBackendProvider(Checkpointer.Pace.PRODUCTION)
                .open(new BackendProvider.Options(folder.resolve(STORE), 1));
    }

    /** What the first layout lacked is taken away. */
    private static void makeOld(Path file) throws SQLException {
        try (SqliteConnection writer =
                SqliteConnection.open(file, SqliteConnection.Role.WRITER, new Faults(file))) {
            for (String table : List.of("lease", "alarm", "auth", "auth_user", "auth_role")) {
                writer.execute("DROP TABLE " + table);
            }
            writer.execute("ALTER TABLE meta DROP COLUMN finished_compact_revision");
            Meta meta = new Meta(APPLIED, Map.of(Counter.REVISION, 2L, Counter.COMPACT_REVISION, 0L));
            writer.execute("UPDATE meta SET checksum = " + new Checksum().meta(meta));
            writer.execute("UPDATE layout SET schema_version = 1");
            writer.checkpointWhole();
        }
    }

    /** Whether a rebuilt store is wholly of one layout, of the newest where it was said to be, and opens with all. */
    static Optional<String> inspect(Path folder, List<String> marks) {
        Path file = folder.resolve(STORE).resolve(SqliteBackendProvider.FILE);
        long found;
        try (SqliteConnection look = SqliteConnection.open(file, SqliteConnection.Role.PROBE, new Faults(file))) {
            found = look.number("SELECT schema_version FROM layout");
            long tables = look.number("SELECT count(*) FROM sqlite_master WHERE name IN "
                    + "('lease', 'alarm', 'auth', 'auth_user', 'auth_role')");
            long columns = look.number(
                    "SELECT count(*) FROM pragma_table_info('meta') WHERE name = 'finished_compact_revision'");
            if (tables != tablesOf(found) || columns != (found == 1 ? 0 : 1)) {
                return Optional.of("layout " + found + " with " + tables + " tables and " + columns + " columns");
            }
        } catch (SQLException e) {
            return Optional.of("can't be read: " + e.getMessage());
        }
        if (marks.contains(NEW) && found != Layout.SCHEMA_VERSION) {
            return Optional.of("was opened and is of layout " + found);
        }
        try (Backend backend = open(folder); ReadTx view = backend.read()) {
            KeyRow row = view.row(REVISION);
            return view.applied().equals(APPLIED) && row != null && row.value().equals(VALUE)
                    ? Optional.empty()
                    : Optional.of("holds " + view.applied() + " and " + row);
        }
    }

    private static long tablesOf(long layout) {
        return layout == 1 ? 0 : layout == 2 ? 2 : 5;
    }
}
