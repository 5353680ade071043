package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data dir or a machine on which a member cannot start: one clear line, exit code 1, nothing touched. Where the cause
 * can be taken back, the member is there again with everything.
 */
class BadDataDirTest {
    private static final List<Stored> WRITTEN = List.of(new Stored("a", "1", 2), new Stored("b", "2", 3));

    @TempDir
    Path folder;

    private final Ports ports = Ports.free();
    private Path store;
    private Path log;

    @BeforeEach
    void paths() {
        store = folder.resolve("data/member/store/db.sqlite");
        log = folder.resolve("data/member/wal");
    }

    @Test
    void aSecondProcessIsRefusedAndTheFirstGoesOn() throws IOException {
        try (MemberProcess first = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            client.put("a", "1");
            assertContains(refusedOn(Ports.free()), "in use by another process");
            assertEquals(3, client.put("b", "2"));
            assertEquals(143, first.terminate());
        }
        assertHasEverything();
    }

    @Test
    @Tag("full")
    void aPortInUseIsSaid() throws IOException {
        write();
        try (ServerSocket taken = new ServerSocket(ports.client(), 1, InetAddress.getLoopbackAddress())) {
            assertContains(refusedOn(ports), Integer.toString(taken.getLocalPort()), "already in use");
        }
        assertHasEverything();
    }

    @Test
    void aFileWhereAFolderMustBe() throws IOException {
        final Path file = Files.createFile(folder.resolve("data"));
        assertContains(refusedOn(ports), file.toString());
        assertEquals(0, Files.size(file));
    }

    @Test
    void anEtcdsDataDirIsLeftAlone() throws IOException {
        final Path db = Files.createDirectories(folder.resolve("data/member/snap")).resolve("db");
        Files.writeString(db, "bbolt");
        assertContains(refusedOn(ports), "holds the data of an etcd");
        assertEquals("bbolt", Files.readString(db));
        assertFalse(Files.exists(log));
    }

    @Test
    @Tag("full")
    void anotherProgramsSqliteFileIsLeftAlone() throws IOException {
        write();
        final byte[] whole = Files.readAllBytes(store);
        // where SQLite keeps the application id
        overwrite(store, 68, new byte[] {1, 2, 3, 4});
        assertContains(refusedOn(ports), "SQLite file of another program");
        Files.write(store, whole);
        assertHasEverything();
    }

    @Test
    @Tag("full")
    void aStoreThatIsNoSqliteFile() throws IOException {
        write();
        final byte[] whole = Files.readAllBytes(store);
        overwrite(store, 0, new byte[16]);
        assertContains(refusedOn(ports), store.toString(), "not an SQLite file");
        Files.write(store, whole);
        assertHasEverything();
    }

    @Test
    @Tag("full")
    void aTruncatedStore() throws IOException {
        write();
        final byte[] whole = Files.readAllBytes(store);
        try (FileChannel channel = FileChannel.open(store, StandardOpenOption.WRITE)) {
            channel.truncate(whole.length / 2 / 4096 * 4096);
        }
        assertContains(refusedOn(ports), store.toString(), "damaged");
        Files.write(store, whole);
        assertHasEverything();
    }

    @Test
    @Tag("full")
    void anEmptyStoreBesideALog() throws IOException {
        write();
        // Nothing was released yet, so the log holds all there is.
        Files.write(store, new byte[0]);
        assertHasEverything();
    }

    @Test
    @Tag("full")
    void aStoreOfANewerLayout() throws IOException {
        write();
        final Path other = Files.copy(store, folder.resolve("other.sqlite"));
        Tools.run(
                "python3",
                "-c",
                "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]);"
                        + " db.execute('update layout set schema_version = 99'); db.commit(); db.close()",
                store.toString());
        assertContains(refusedOn(ports), "has layout 99");
        Files.move(other, store, StandardCopyOption.REPLACE_EXISTING);
        assertHasEverything();
    }

    @Test
    @Tag("full")
    void aFlippedBitInTheLog() throws IOException {
        write();
        final Path segment = segments().getFirst();
        final byte[] whole = Files.readAllBytes(segment);
        final byte[] flipped = whole.clone();
        flipped[300] ^= 4;
        Files.write(segment, flipped);
        assertContains(refusedOn(ports), segment.getFileName().toString());
        Files.write(segment, whole);
        assertHasEverything();
    }

    @Test
    @Tag("full")
    void aLogThatIsGone() throws IOException {
        write();
        final Path aside = Files.move(log, folder.resolve("aside"));
        assertContains(refusedOn(ports), "holds no log");
        if (Files.exists(log)) {
            Files.delete(log);
        }
        Files.move(aside, log);
        assertHasEverything();
    }

    @Test
    @Tag("full")
    void aSegmentThatIsGone() throws IOException {
        try (MemberProcess member = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            final String large = "x".repeat(1_000_000);
            for (int i = 0; i < 140; i++) {
                client.put("large" + i % 2, large);
            }
            client.put("a", "1");
            assertEquals(143, member.terminate());
        }
        final List<Path> before = segments();
        assertTrue(before.size() > 2, () -> "three segments at least: " + before);
        final Path aside = Files.move(before.get(1), folder.resolve("aside"));
        refusedOn(ports);
        Files.move(aside, before.get(1));
        assertEquals(before, segments(), "nothing else is touched");
        try (MemberProcess member = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            assertEquals(List.of(new Stored("a", "1", 142)), client.one("a", 0), member::text);
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return files.filter(file -> file.toString().endsWith(".wal")).sorted().toList();
        }
    }

    private void write() throws IOException {
        try (MemberProcess member = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            client.put("a", "1");
            client.put("b", "2");
            assertEquals(143, member.terminate());
        }
    }

    private void assertHasEverything() throws IOException {
        try (MemberProcess member = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            assertEquals(WRITTEN, client.all(0), member::text);
        }
    }

    /** The one line that says why a member doesn't start. */
    private String refusedOn(final Ports where) {
        try (MemberProcess member = MemberProcess.start(folder, where.flags(folder.resolve("data")))) {
            assertNotEquals(0, member.awaitEnd(), member::text);
            assertFalse(member.text().contains(MemberProcess.READY), member::text);
            member.lines().forEach(JsonParser::parseString);
            final List<String> fatal =
                    member.lines().stream().filter(line -> line.contains("\"level\":\"fatal\"")).toList();
            assertEquals(1, fatal.size(), member::text);
            final String error = JsonParser.parseString(fatal.getFirst()).getAsJsonObject().get("error").getAsString();
            assertFalse(error.contains("Exception"), error);
            return error;
        }
    }

    private static void assertContains(final String text, final String... parts) {
        for (final String part : parts) {
            assertTrue(text.contains(part), () -> "\"" + part + "\" in " + text);
        }
    }

    private static void overwrite(final Path file, final long at, final byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }
}
