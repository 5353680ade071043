package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/etcdutl beside the real etcdutl 3.7, and bin/drawbore util on the data of members that were stopped. */
@Tag("full")
class OfflineToolsTest {
    private static final List<String> FORMATS = List.of("simple", "table", "json", "fields", "protobuf", "nonsense");

    @TempDir
    Path folder;

    private static String etcdctl(final ServerProcess server, final String... words) {
        final var command = new ArrayList<>(Ran.patient(Programs.go("etcdctl-3.6"), server.client()));
        command.addAll(List.of(words));
        final Ran ran = Ran.etcdctl(command, "");
        assertEquals(0, ran.exitCode(), () -> String.join(" ", command) + ": " + ran.output());
        return ran.output();
    }

    /** 24 changes of five keys; history up to revision 13 is given up. */
    private static void fill(final ServerProcess server) {
        for (int i = 0; i < 20; i++) {
            etcdctl(server, "put", "k" + i % 5, "value " + i);
            if (i % 5 == 4) {
                etcdctl(server, "del", "k" + i % 4);
            }
        }
        etcdctl(server, "compact", "13", "--physical");
    }

    /** Hash and its revision, as the running member says them. */
    private static String onlineHash(final ServerProcess server, final long revision) {
        final String[] said =
                etcdctl(server, "endpoint", "hashkv", "--rev=" + revision).split(", ", -1);
        return said[1] + ", " + said[2];
    }

    private static Ran ours(final String... words) {
        final var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("drawbore.distribution")).resolve("bin/etcdutl").toString()));
        command.addAll(List.of(words));
        return Ran.command(command, "", Ran.PATIENCE);
    }

    private static Ran util(final String... words) {
        final var command = new ArrayList<>(List.of(Programs.drawbore().toString(), "util"));
        command.addAll(List.of(words));
        return Ran.command(command, "", Ran.PATIENCE);
    }

    /** What both print has to be the same, and of what both refuse the first line. */
    private static void assertAlike(final String... words) {
        final var command = new ArrayList<>(List.of(Programs.go("etcdutl-3.7").toString()));
        command.addAll(List.of(words));
        final Ran theirs = Ran.command(command, "", Ran.PATIENCE);
        final Ran ours = ours(words);
        final String asked = String.join(" ", words);
        assertEquals(theirs.exitCode(), ours.exitCode(), () -> asked + ": " + theirs.output() + ours.output());
        if (theirs.exitCode() == 0) {
            assertEquals(theirs.output(), ours.output(), asked);
        } else {
            assertEquals(
                    theirs.output().lines().findFirst(), ours.output().lines().findFirst(), asked);
        }
    }

    private static void assertReadAlike(final Path file, final List<String> formats) {
        for (final String format : formats) {
            assertAlike("snapshot", "status", file.toString(), "-w", format);
            assertAlike("-w", format, "hashkv", file.toString());
        }
        for (final String revision : List.of("12", "13", "16", "1000")) {
            assertAlike("hashkv", "--rev=" + revision, file.toString());
        }
    }

    @Test
    void filesAreReadAsEtcdutlReadsThem() throws IOException, InterruptedException {
        final Path ours = folder.resolve("ours.db");
        try (ServerProcess drawbore = ServerProcess.start(ServerKind.DRAWBORE, folder.resolve("drawbore"))) {
            etcdctl(drawbore, "snapshot", "save", folder.resolve("empty.db").toString());
            fill(drawbore);
            etcdctl(drawbore, "snapshot", "save", ours.toString());
        }
        assertReadAlike(ours, FORMATS);
        assertAlike("snapshot", "status", folder.resolve("empty.db").toString());
        assertAlike("hashkv", folder.resolve("empty.db").toString());
        try (ServerProcess etcd = ServerProcess.start(ServerKind.ETCD_3_7, folder.resolve("etcd"))) {
            fill(etcd);
            etcd.terminate();
        }
        assertReadAlike(folder.resolve("etcd/data/member/snap/db"), List.of("simple"));
    }

    @Test
    void mistakesAreThoseOfEtcdutl() throws IOException {
        final String none = folder.resolve("none").toString();
        assertAlike("nonsense");
        assertAlike("hashkv");
        assertAlike("hashkv", none);
        assertAlike("hashkv", none, "--rev=x");
        assertAlike("hashkv", none, "--wrong");
        assertAlike("snapshot", "status");
        assertAlike("snapshot", "status", none);
        assertAlike("migrate");
        assertAlike("migrate", "--data-dir", none);
        assertAlike("migrate", "--data-dir", none, "--target-version", "3");
        assertAlike("migrate", "--data-dir", none, "--target-version", "3.4");
        assertAlike("migrate", "--data-dir", none, "--target-version", "a.b");
        assertAlike("version");
        final Path cut = Files.write(folder.resolve("cut"), new byte[100]);
        assertEquals(1, ours("snapshot", "status", cut.toString()).exitCode());
        assertEquals(1, ours("hashkv", cut.toString()).exitCode());
    }

    @Test
    void aStoppedMembersDataIsLookedAtMigratedAndStartedAgain() throws IOException, InterruptedException {
        final Path home = folder.resolve("drawbore");
        final String data = home.resolve("data").toString();
        final String newest;
        final String older;
        try (ServerProcess drawbore = ServerProcess.start(ServerKind.DRAWBORE, home)) {
            fill(drawbore);
            newest = onlineHash(drawbore, 0);
            older = onlineHash(drawbore, 16);
            final Ran refused = util("hashkv", data);
            assertEquals(1, refused.exitCode());
            assertEquals(
                    "Error: data dir " + data
                            + " is in use by another process; stop that one or choose another --data-dir",
                    refused.output());
            drawbore.kill();
        }
        assertEquals(newest + ", 13", util("hashkv", data).output());
        assertEquals(older + ", 13", util("hashkv", data, "--rev=16").output());
        final Ran whole = util("verify", "--data-dir=" + data);
        assertEquals(0, whole.exitCode(), whole::output);
        assertEquals(8, whole.output().lines().filter(line -> line.contains(", ok, ")).count(), whole::output);

        final Ran down = util("migrate", "--data-dir=" + data, "--target-version=3.6");
        assertEquals("updated storage version: 3.6.0", down.output());
        final Ran again = util("verify", "--data-dir=" + data);
        assertTrue(again.output().contains("version, ok, 3.6.0\n"), again::output);
        final Ran dump = util("wal", "dump", "--data-dir=" + data, "--entry-type=put");
        assertEquals(21, dump.output().lines().count(), dump::output);

        try (ServerProcess drawbore = ServerProcess.start(ServerKind.DRAWBORE, home)) {
            assertEquals(newest, onlineHash(drawbore, 0));
            Waiting.until(
                    "the store to be of the cluster's version",
                    () -> etcdctl(drawbore, "endpoint", "status", "-w", "json")
                            .contains("\"storageVersion\":\"3.7.0\""));
            drawbore.terminate();
        }
        assertTrue(util("verify", "--data-dir=" + data).output().contains("version, ok, 3.7.0\n"));
    }

    @Test
    void anEtcdsLogIsPrinted() throws IOException, InterruptedException {
        try (ServerProcess etcd = ServerProcess.start(ServerKind.ETCD_3_7, folder.resolve("etcd"))) {
            etcdctl(etcd, "put", "greeting", "hello");
            etcd.terminate();
        }
        final Path wal = folder.resolve("etcd/data/member/wal");
        final Ran dump = util("wal", "dump", "--wal-dir=" + wal);
        assertEquals(0, dump.exitCode(), dump::output);
        assertTrue(dump.output().contains("put { key: \"greeting\" value: \"hello\" }"), dump::output);
        assertEquals(1, util("verify", "--data-dir=" + folder.resolve("etcd/data")).exitCode());
    }
}
