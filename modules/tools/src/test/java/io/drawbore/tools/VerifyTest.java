package io.drawbore.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.server.OfflineMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyTest {
    @TempDir
    Path folder;

    private StoppedMember member;

    @BeforeEach
    void prepare() throws IOException {
        member = new StoppedMember(folder.resolve("data")).withHistory();
    }

    private void assertBroken(String firstLine) {
        assertEquals(1, member.verify(), member.out());
        assertTrue(member.err().startsWith("Error: " + firstLine), member.err());
        assertEquals(1, member.err().lines().count(), member.err());
    }

    private String line(String check) {
        return member.out().lines().filter(line -> line.startsWith(check + ", ")).findFirst().orElseThrow();
    }

    @Test
    void allIsWell() {
        assertEquals(0, member.stop().verify(), () -> member.out() + member.err());
        assertEquals(
                """
                log, ok, member aa of cluster cc, snapshot at entry 0 of term 0, 11 entries up to 11, term 1, vote aa, \
                commit 11
                store, ok, entry 11 of term 1, revision 9, compact revision 0
                version, ok, 3.7.0
                rows, ok, 8 rows of 4 keys
                tables, ok, 3 rows in 8 small tables
                digests, ok, 11 digests, 11 of them folded again from the log
                position, ok, the store ends where the log does
                membership, ok, 1 members, as in the log
                """,
                member.out());
        assertEquals("", member.err());
        assertEquals(0, member.run("verify", "--data-dir=" + member.dataDir(), "-w", "json"));
        assertTrue(
                member.out().contains("{\"check\":\"version\",\"state\":\"ok\",\"detail\":\"3.7.0\"}\n"),
                member.out());
    }

    @Test
    void allIsWellBehindACompaction() {
        assertEquals(0, member.compact(7).put("k1", "later").stop().verify(), () -> member.out() + member.err());
    }

    @Test
    void aFlippedBitInTheLogIsFound() throws IOException {
        member.stop();
        StoppedMember.flip(segment(), "value 3");
        assertBroken("log: " + segment() + ": the log is corrupt at offset ");
        assertTrue(line("rows").startsWith("rows, ok"), member.out());
        assertTrue(line("digests").startsWith("digests, skipped"), member.out());
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.list(member.wal())) {
            return files.filter(file -> file.toString().endsWith(".wal")).findFirst().orElseThrow();
        }
    }

    @Test
    void aFlippedBitInTheStoreIsFound() throws IOException {
        member.stop();
        StoppedMember.flip(member.store().resolve("db.sqlite"), "value 3");
        assertBroken("rows: " + member.store().resolve("db.sqlite")
                + ": table key_row, row 5/0 does not fit its checksum");
        assertTrue(line("membership").startsWith("membership, ok"), member.out());
    }

    @Test
    void aFlippedBitInASmallTableIsFound() throws IOException {
        member.stop();
        StoppedMember.flip(member.store().resolve("db.sqlite"), "http://127.0.0.1:1");
        assertBroken("tables: " + member.store().resolve("db.sqlite") + ": table member, row ");
    }

    @Test
    void aStoreThatIsNoneIsFound() throws IOException {
        member.stop();
        Files.writeString(member.store().resolve("db.sqlite"), "no database at all ".repeat(500));
        assertBroken("store: " + member.store().resolve("db.sqlite"));
        assertTrue(line("log").startsWith("log, ok"), member.out());
    }

    @Test
    void anotherEntryThanTheOneAppliedIsFound() {
        List<Entry> held = new ArrayList<>(member.entries());
        held.set(6, held.get(6).toBuilder().setData(held.get(5).getData()).build());
        member.writeLog(held);
        member.writeStore();
        assertBroken("digests: entry 7 of the log folds to ");
    }

    @Test
    void aTableThatNoEntryChangedIsFound() {
        member.stop();
        try (Backend store = member.openStore(); WriteTx tx = store.begin()) {
            tx.put(Table.ALARM, ByteString.copyFromUtf8("x"), ByteString.EMPTY);
            tx.commitUnchanged();
        }
        assertBroken("digests: the small tables sum up to ");
    }

    @Test
    void aMemberThatTheLogDoesNotKnowIsFound() {
        member.writeStore();
        member.writeLogBehind(ConfState.newBuilder().addVoters(0xbb).build());
        assertBroken("membership: member aa is a voter in the store, and by the log it is no member");
    }

    @Test
    void aMemberThatTheStoreDoesNotKnowIsFound() {
        member.writeStore();
        member.writeLogBehind(
                ConfState.newBuilder().addVoters(StoppedMember.ID).addLearners(0xbb).build());
        assertBroken("membership: member bb is no member in the store, and by the log it is a learner");
    }

    @Test
    void aLogThatEndsBeforeTheStoreIsFound() {
        member.writeStore();
        member.writeLog(member.entries().subList(0, 9));
        assertBroken("position: the store holds everything up to log entry 11");
    }

    @Test
    void aRowThatIsMissingIsFound() {
        member.stop();
        try (Backend store = member.openStore(); WriteTx tx = store.begin()) {
            tx.remove(List.of(new Revision(2, 0)));
            tx.commitUnchanged();
        }
        assertBroken("rows: row 6/0 of table key_row is change 2 of a key created at 2");
    }

    @Test
    void aRunningMembersDataIsRefusedInOneLine() {
        member.stop();
        try (OfflineMember running = OfflineMember.open(member.dataDir(), null)) {
            assertTrue(running.toString().contains("OfflineMember"));
            for (List<String> command : List.of(
                    List.of("verify", "--data-dir=" + member.dataDir()),
                    List.of("migrate", "--target-version=3.6", "--data-dir=" + member.dataDir()),
                    List.of("wal", "dump", "--data-dir=" + member.dataDir()),
                    List.of("hashkv", member.dataDir().toString()))) {
                assertEquals(1, member.run(command.toArray(String[]::new)), command::toString);
                assertEquals(
                        "Error: data dir " + member.dataDir()
                                + " is in use by another process; stop that one or choose another --data-dir\n",
                        member.err());
            }
        }
        assertEquals(0, member.verify());
    }
}
