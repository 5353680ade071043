package io.drawbore.backend.sqlite.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to SQLite: the file's looks, its damage, its limits. */
class SqliteBackendTest {
    private static final Revision REVISION = new Revision(2, 1);

    @TempDir
    Path work;

    private Path folder;
    private Path file;

    @BeforeEach
    void aFolderWithANameThatUrlsDislike() throws Exception {
        folder = Files.createDirectory(work.resolve("a?b #c%41"));
        file = folder.resolve(SqliteBackendProvider.FILE);
    }

    @Test
    void anOperatorReadsTheTables() throws Exception {
        writeOneOfEach();
        assertEquals("key=value", sql("SELECT CAST(key AS TEXT) || '=' || CAST(value AS TEXT) FROM key_row"));
        assertEquals("2/1 key=value", sql("SELECT main || '/' || sub || ' ' || key || '=' || value FROM history"));
        assertEquals("1/1", sql("SELECT applied_index || '/' || applied_term FROM meta"));
        assertEquals("m", sql("SELECT CAST(key AS TEXT) FROM member"));
    }

    @Test
    void aChangedValueIsNoticed() throws Exception {
        writeOneOfEach();
        sql("UPDATE key_row SET value = CAST('valuf' AS BLOB)");
        try (Backend store = open(); ReadTx view = store.read()) {
            assertCorrupt("table key_row, row 2/1", () -> view.row(REVISION));
            assertCorrupt("table key_row, row 2/1", () -> view.scan(REVISION, Revision.END, 1, ReadTx.Content.VALUES));
            assertEquals(1, view.scan(REVISION, Revision.END, 1, ReadTx.Content.HEADS).size());
        }
    }

    @Test
    void aRowAtAnotherRevisionIsNoticed() throws Exception {
        writeOneOfEach();
        sql("UPDATE key_row SET revision = revision + 1");
        try (Backend store = open(); ReadTx view = store.read()) {
            assertCorrupt("table key_row, row 2/2", () -> view.row(new Revision(2, 2)));
        }
    }

    @Test
    void aChangedSmallTableIsNoticed() throws Exception {
        writeOneOfEach();
        sql("UPDATE member SET value = CAST('x' AS BLOB)");
        try (Backend store = open(); ReadTx view = store.read()) {
            assertCorrupt("table member", () -> view.get(Table.MEMBER, ByteString.copyFromUtf8("m")));
            assertCorrupt("table member", () -> view.all(Table.MEMBER));
        }
    }

    @Test
    void aChangedDigestIsNoticed() throws Exception {
        writeOneOfEach();
        sql("UPDATE digest SET entries = zeroblob(40)");
        try (Backend store = open(); ReadTx view = store.read()) {
            assertCorrupt("table digest, row 1", view::digest);
            assertCorrupt("table digest, row 1", () -> view.digests(0));
        }
    }

    @Test
    void aChangedAppliedIndexIsNoticedAtOnce() throws Exception {
        writeOneOfEach();
        sql("UPDATE meta SET applied_index = 2");
        assertCorrupt("table meta", this::open);
    }

    @Test
    void aFileThatIsNotSqliteIsRefused() throws Exception {
        Files.writeString(file, "no database at all, but long enough to be taken for one: ".repeat(100));
        assertRefused("not an SQLite file");
    }

    @Test
    void anotherProgramsFileIsRefused() throws Exception {
        Files.createFile(file);
        sql("CREATE TABLE theirs (x)");
        assertRefused("of another program");
    }

    @Test
    void aNewerLayoutIsRefused() throws Exception {
        writeOneOfEach();
        sql("UPDATE layout SET schema_version = 4");
        assertRefused("layout 4, this release knows 1 to 3. Start the release that wrote it");
    }

    @Test
    void aStoreOfTheFirstLayoutIsBroughtUpToDate() throws Exception {
        writeOneOfEach();
        sql("UPDATE layout SET schema_version = 1");
        sql("DROP TABLE lease");
        sql("DROP TABLE alarm");
        dropAuthentication();
        sql("ALTER TABLE meta DROP COLUMN finished_compact_revision");
        Meta meta = new Meta(new Applied(1, 1), Map.of(Counter.REVISION, 1L, Counter.COMPACT_REVISION, 0L));
        sql("UPDATE meta SET checksum = " + new Checksum().meta(meta));
        for (int start = 0; start < 2; start++) {
            try (Backend store = open(); ReadTx view = store.read()) {
                assertEquals(new Applied(1, 1), view.applied());
                assertEquals(0, view.counter(Counter.FINISHED_COMPACT_REVISION));
                assertTrue(view.all(Table.LEASE).isEmpty());
                assertEquals(ByteString.copyFromUtf8("value"), view.scan(
                        new Revision(0, 0), Revision.END, 10, ReadTx.Content.VALUES).getFirst().value());
            }
        }
        assertEquals("3", sql("SELECT schema_version FROM layout"));
    }

    @Test
    void aStoreOfTheSecondLayoutIsBroughtUpToDate() throws Exception {
        writeOneOfEach();
        sql("UPDATE layout SET schema_version = 2");
        dropAuthentication();
        for (int start = 0; start < 2; start++) {
            try (Backend store = open(); ReadTx view = store.read()) {
                assertEquals(new Applied(1, 1), view.applied());
                assertTrue(view.all(Table.AUTH).isEmpty());
                assertTrue(view.all(Table.AUTH_USER).isEmpty());
                assertTrue(view.all(Table.AUTH_ROLE).isEmpty());
            }
        }
        assertEquals("3", sql("SELECT schema_version FROM layout"));
    }

    private void dropAuthentication() throws Exception {
        sql("DROP TABLE auth");
        sql("DROP TABLE auth_user");
        sql("DROP TABLE auth_role");
    }

    @Test
    void aStepOfTheLayoutThatIsTakenAgainChangesNothing() throws Exception {
        writeOneOfEach();
        String before = sql("SELECT group_concat(sql) FROM sqlite_master");
        sql("UPDATE layout SET schema_version = 1");
        try (Backend store = open(); ReadTx view = store.read()) {
            assertEquals(new Applied(1, 1), view.applied());
        }
        assertEquals("3", sql("SELECT schema_version FROM layout"));
        assertEquals(before, sql("SELECT group_concat(sql) FROM sqlite_master"));
    }

    @Test
    void aDamagedStoreOfTheFirstLayoutIsRefused() throws Exception {
        writeOneOfEach();
        sql("UPDATE layout SET schema_version = 1");
        sql("ALTER TABLE meta DROP COLUMN finished_compact_revision");
        assertCorrupt("table meta", this::open);
    }

    @Test
    void aLayoutWithoutOurColumnsIsRefused() throws Exception {
        writeOneOfEach();
        sql("ALTER TABLE key_row RENAME COLUMN lease TO rent");
        assertRefused("lease");
    }

    @Test
    void aFolderOfOtherThingsIsRefused() throws Exception {
        Files.writeString(folder.resolve("db.sqlite-wal"), "left alone");
        assertRefused("holds db.sqlite-wal but no db.sqlite");
        assertEquals("left alone", Files.readString(folder.resolve("db.sqlite-wal")));
    }

    @Test
    void aMissingFolderIsRefused() throws Exception {
        Files.delete(folder);
        assertRefused("folder does not exist");
    }

    @Test
    void anotherWriterIsNamedAsSuch() throws Exception {
        writeOneOfEach();
        try (Connection other = connect(); Statement statement = other.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");
            statement.execute("UPDATE layout SET schema_version = 1");
            assertRefused("another process");
        }
    }

    @Test
    void aFullDiskStopsTheStoreAndLosesNothing() throws Exception {
        writeOneOfEach();
        Faults faults = new Faults(file);
        SqliteConnection writer = SqliteConnection.open(file, SqliteConnection.Role.WRITER, faults);
        writer.execute("PRAGMA max_page_count = 20");
        Backend store = new SqliteBackend(file, 1, Checkpointer.Pace.PRODUCTION, writer, faults);
        try (WriteTx write = store.begin()) {
            KeyRow large = KeyRow.put(new Revision(3, 0), ByteString.copyFromUtf8("k"), 3, 1, 0, zeros(1 << 20));
            StorageException full = assertThrows(StorageException.class, () -> {
                write.put(large);
                write.commit(new Applied(2, 1));
            });
            assertTrue(full.getMessage().contains("disk is full"), full.getMessage());
        }
        assertThrows(StorageException.class, store::begin);
        assertThrows(StorageException.class, store::read);
        assertThrows(StorageException.class, store::makeDurable);
        store.close();
        try (Backend again = open(); ReadTx view = again.read()) {
            assertEquals(new Applied(1, 1), view.applied());
        }
    }

    @Test
    void revisionsBeyondTheLayoutAreRefused() {
        try (Backend store = open(); WriteTx write = store.begin()) {
            Revision last = new Revision(Revision.MAIN_LIMIT - 1, Revision.SUB_LIMIT - 1);
            write.put(KeyRow.tombstone(last, ByteString.copyFromUtf8("k")));
            StorageException refused = assertThrows(
                    StorageException.class,
                    () -> write.put(KeyRow.tombstone(Revision.END, ByteString.copyFromUtf8("k"))));
            assertTrue(refused.getMessage().contains(Revision.END.toString()), refused.getMessage());
            write.commit(new Applied(1, 1));
            try (ReadTx view = store.read()) {
                assertEquals(1, view.scan(new Revision(0, 0), Revision.END, 10, ReadTx.Content.VALUES).size());
                assertEquals(0, view.scan(Revision.END, Revision.END, 10, ReadTx.Content.VALUES).size());
            }
        }
    }

    @Test
    void theWalFileDoesNotGrowWithoutEndUnderAWriterThatNeverRests() throws Exception {
        BackendProvider eager = new SqliteBackendProvider(new Checkpointer.Pace(128 << 10, 512 << 10));
        try (Backend store = eager.open(new BackendProvider.Options(folder, 2))) {
            Path wal = folder.resolve("db.sqlite-wal");
            long longest = 0;
            int commits = 0;
            while (Files.size(wal) >= longest && commits < 20_000) {
                longest = Files.size(wal);
                commits++;
                try (WriteTx write = store.begin()) {
                    ByteString key = ByteString.copyFromUtf8("k");
                    write.put(KeyRow.put(new Revision(commits, 0), key, 1, 1, 0, zeros(20_000)));
                    write.commit(new Applied(commits, 1));
                }
            }
            assertTrue(Files.size(wal) < longest, "still " + Files.size(wal) + " bytes after " + commits + " commits");
        }
    }

    private Backend open() {
        return new SqlitePlugin().backends().getFirst().open(new BackendProvider.Options(folder, 2));
    }

    private void writeOneOfEach() {
        try (Backend store = open(); WriteTx write = store.begin()) {
            ByteString key = ByteString.copyFromUtf8("key");
            write.put(KeyRow.put(REVISION, key, 2, 1, 0, ByteString.copyFromUtf8("value")));
            write.put(Table.MEMBER, ByteString.copyFromUtf8("m"), ByteString.copyFromUtf8("{}"));
            write.record(List.of(new EntryDigest(1, 2, 3, 4, 5)));
            write.commit(new Applied(1, 1));
        }
    }

    private static ByteString zeros(int length) {
        return ByteString.copyFrom(new byte[length]);
    }

    private void assertRefused(String why) {
        StorageException refused = assertThrows(StorageException.class, this::open);
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertTrue(refused.getMessage().contains(folder.toString()), refused.getMessage());
    }

    private void assertCorrupt(String where, Executable read) {
        CorruptionException corrupt = assertThrows(CorruptionException.class, read);
        assertTrue(corrupt.getMessage().contains(where), corrupt.getMessage());
        assertTrue(corrupt.getMessage().contains(file.toString()), corrupt.getMessage());
    }

    private Connection connect() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:file:" + file.toUri().getRawPath());
    }

    /** Runs a statement as an operator would; returns the first column of the first row, if there is one. */
    private String sql(String statement) throws Exception {
        try (Connection connection = connect(); Statement run = connection.createStatement()) {
            if (!run.execute(statement)) {
                return "";
            }
            try (ResultSet row = run.getResultSet()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }
}
