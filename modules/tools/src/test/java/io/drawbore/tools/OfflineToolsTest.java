package io.drawbore.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.proto.etcdserverpb.DowngradeVersionTestRequest;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineToolsTest {
    @TempDir
    Path folder;

    private StoppedMember member;
    private String data;

    @BeforeEach
    void prepare() throws IOException {
        member = new StoppedMember(folder.resolve("data")).withHistory();
        data = member.dataDir().toString();
    }

    private void assertFails(int exitCode, String error, String... line) {
        assertEquals(exitCode, member.run(line));
        assertEquals("Error: " + error, member.err().lines().findFirst().orElse(""));
        assertEquals("", member.out());
    }

    @Test
    void aCommandLineThatIsNoneIsRefusedAsEtcdutlDoes() {
        String file = member.store().toString();
        assertFails(1, "unknown command \"nonsense\" for \"etcdutl\"", "nonsense");
        assertFails(1, "unknown flag: --wrong", "hashkv", file, "--wrong");
        assertFails(1, "unknown flag: --rev", "version", "--rev", "3");
        assertFails(1, "unknown shorthand flag: 'x' in -x", "-x");
        assertFails(1, "accepts 1 arg(s), received 0", "hashkv");
        assertFails(1, "flag needs an argument: 'w' in -w", "hashkv", file, "-w");
        assertFails(1, "invalid argument \"x\" for \"--rev\" flag: strconv.ParseInt: parsing \"x\": invalid syntax",
                "hashkv", file, "--rev", "x");
        assertFails(1, "invalid argument \"1\" for \"--timeout\" flag: time: invalid duration \"1\"",
                "version", "--timeout=1");
        assertFails(1, "required flag(s) \"data-dir\", \"target-version\" not set", "migrate");
        assertFails(1, "required flag(s) \"target-version\" not set", "migrate", "--data-dir", data);
        assertFails(1, "stat nofile: no such file or directory", "hashkv", "nofile");
        assertFails(128, "snapshot status requires exactly one argument", "snapshot", "status");
        assertFails(4, "unsupported output format", "hashkv", file, "-w", "xml");
        assertFails(4, "protobuf not supported as output format", "hashkv", file, "--write-out=protobuf");
    }

    @Test
    void helpIsForEachCommandAndForAll() {
        assertEquals(0, member.run());
        assertTrue(member.out().contains("  snapshot status   Prints what a snapshot holds"), member.out());
        assertEquals(0, member.run("migrate", "--help"));
        assertTrue(member.out().contains("Usage:\n  etcdutl migrate [flags]\n"), member.out());
        assertEquals(0, member.run("help", "migrate"));
        assertTrue(member.out().contains("Usage:\n  etcdutl migrate [flags]\n"), member.out());
        assertEquals(0, member.run("wal"));
        assertTrue(member.out().contains("etcdutl wal dump"), member.out());
        assertEquals(0, member.run("vers"));
        assertTrue(member.out().startsWith("etcdutl version: 3.7."), member.out());
    }

    @Test
    void theHashIsSaidInEveryForm() {
        member.compact(5).stop();
        assertEquals(0, member.run("hashkv", data), member::err);
        String hash = member.out().substring(0, member.out().indexOf(','));
        assertEquals(hash + ", 9, 5\n", member.out());
        member.run("-w", "json", "hashkv", data);
        assertEquals("{\"hash\":" + hash + ",\"hashRevision\":9,\"compactRevision\":5}\n", member.out());
        member.run("hashkv", "-wfields", data);
        assertEquals("\"Hash\" : " + hash + "\n\"Hash revision\" : 9\n\"Compact revision\" : 5\n", member.out());
        member.run("hashkv", data, "--write-out=table", "--rev=7");
        assertTrue(member.out().contains(" │ HASH REVISION │ COMPACT REVISION │\n"), member.out());
        assertTrue(member.out().contains(" │             7 │                5 │\n"), member.out());
        assertFails(1, "mvcc: required revision has been compacted", "hashkv", data, "--rev=4");
        assertFails(1, "mvcc: required revision is a future revision", "hashkv", data, "--rev=10");
    }

    @Test
    void aStoreIsMigratedDownAndUpAStepAtATime() {
        member.stop();
        assertEquals(0, member.run("migrate", "--data-dir", data, "--target-version", "3.5"), member::err);
        assertEquals("updated storage version: 3.6.0\nupdated storage version: 3.5.0\n", member.err());
        assertEquals(0, member.verify(), member::out);
        assertTrue(member.out().contains("version, ok, 3.5.0\n"), member.out());
        assertEquals(0, member.run("migrate", "--data-dir", data, "--target-version", "3.7"));
        assertEquals(0, member.run("migrate", "--data-dir", data, "--target-version", "3.7"));
        assertEquals("storage version up-to-date: 3.7.0\n", member.err());
        assertEquals(0, member.verify(), member::out);
    }

    @Test
    void aTargetThatMakesNoSenseIsRefused() {
        member.stop();
        assertFails(128, "wrong target version format, expected \"X.Y\", got \"3\"",
                "migrate", "--data-dir", data, "--target-version", "3");
        assertFails(128, "target version \"3.4\" not supported. Minimal \"3.5\"",
                "migrate", "--data-dir", data, "--target-version", "3.4");
        assertFails(128, "failed to parse target version: strconv.ParseInt: parsing \"a\": invalid syntax",
                "migrate", "--data-dir", data, "--target-version", "a.b");
        assertEquals(1, member.run("migrate", "--data-dir", data, "--target-version", "3.8"));
        assertTrue(member.err().startsWith("Error: cannot create migration plan: version \"3.8.0\" is not supported"),
                member.err());
        assertFails(1, "stat " + folder.resolve("none") + ": no such file or directory",
                "migrate", "--data-dir", folder.resolve("none").toString(), "--target-version", "3.6");
        assertFalse(Files.exists(folder.resolve("none")));
    }

    @Test
    void aLogThatNeedsANewerVersionKeepsTheStoreWhereItIsUnlessForced() {
        member.add(InternalRaftRequest.newBuilder()
                        .setDowngradeVersionTest(DowngradeVersionTestRequest.newBuilder().setVer("3.7.0")))
                .stop();
        assertFails(
                1,
                "cannot downgrade storage, WAL contains newer entries, as the target version (3.6.0) is lower than the"
                        + " version (3.7.0) detected from WAL logs",
                "migrate", "--data-dir", data, "--target-version", "3.6");
        assertEquals(0, member.run("migrate", "--data-dir", data, "--target-version", "3.6", "--force"));
        assertTrue(member.err().endsWith("updated storage version: 3.6.0\n"), member.err());
    }

    @Test
    void whatTheMemberWasMadeOfIsChosenByItsFlags() {
        member.stop();
        assertFails(
                1,
                "migrator up-only doesn't lead a store of 3.7.0 down to 3.6.0",
                "migrate", "--data-dir", data, "--target-version", "3.6", "--storage-migrator=up-only");
        assertFails(
                1,
                "--backend=none is offered by no plug-in; 'drawbore plugins' lists what is",
                "hashkv", data, "--backend=none");
        assertFails(1, "unknown flag: --backend", "wal", "dump", "--data-dir", data, "--backend=sqlite");
    }

    @Test
    void aStoreThatHasAppliedNothingIsOfNoVersion() throws IOException {
        StoppedMember empty = new StoppedMember(folder.resolve("empty"));
        empty.openStore().close();
        empty.writeLog(empty.entries());
        assertEquals(1, empty.run("migrate", "--data-dir", empty.dataDir().toString(), "--target-version", "3.6"));
        assertTrue(empty.err().startsWith("Error: cannot detect storage schema version"), empty.err());
    }

    @Test
    void theLogIsPrintedEntryByEntry() {
        member.stop();
        assertEquals(0, member.run("wal", "dump", "--data-dir", data));
        assertTrue(member.err().startsWith("member aa of cluster cc, "), member.err());
        assertTrue(member.out().startsWith("1, 1, conf, type: ConfChangeAddNode node_id: 170 context: "), member.out());
        assertTrue(member.out().contains("1, 2, empty, \n"), member.out());
        assertTrue(member.out().contains("1, 4, put, put { key: \"k0\" value: \"value 0\" }\n"), member.out());
        assertEquals(11, member.out().lines().count());

        assertEquals(0, member.run("wal", "dump", "--wal-dir", member.wal().toString(), "--start-index=9",
                "--entry-type=delete_range,conf", "-w", "json"));
        assertEquals(
                "{\"term\":1,\"index\":10,\"type\":\"delete_range\",\"data\":\"delete_range { key: \\\"k2\\\" }\"}\n",
                member.out());
    }

    @Test
    void sizesReadAsInEtcdsTools() {
        assertEquals("0 B", ByteSize.text(0));
        assertEquals("999 B", ByteSize.text(999));
        assertEquals("1.0 kB", ByteSize.text(1_000));
        assertEquals("20 kB", ByteSize.text(20_480));
        assertEquals("9.9 MB", ByteSize.text(9_949_999));
        assertEquals("10 MB", ByteSize.text(9_999_999));
        assertEquals("2.1 GB", ByteSize.text(2_147_483_648L));
    }
}
