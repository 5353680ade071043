package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Message;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.Plugin;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.LeaseCheckpoint;
import io.drawbore.proto.etcdserverpb.LeaseCheckpointRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.membershippb.DowngradeInfoSetRequest;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.testkit.ModuleJar;
import io.drawbore.wal.DiskVfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A third party's plug-ins: compiled against what is open to them, dropped into a folder, chosen by flag. */
class PluginFolderTest {
    private static final String REFUSED = "failed to load plug-ins";

    /** A member warns of the flag for its name, and where the machine has let it stand still. */
    private static final Pattern EXPECTED = Pattern.compile("--name|stood still");

    @TempDir
    Path folder;

    private final Ports ports = Ports.free();

    private Path plugins() {
        return folder.resolve("plugins");
    }

    private Path data() {
        return folder.resolve("data");
    }

    private void install(final String name, final ModuleJar jar) {
        jar.write(plugins().resolve(name).resolve("acme.jar"));
    }

    private MemberProcess start(final String... flags) {
        final List<String> all = new ArrayList<>(ports.flags(data(), flags));
        all.add("--plugins-dir=" + plugins());
        return MemberProcess.start(folder, all);
    }

    private List<String> run(final int exitCode, final String... arguments) {
        try (MemberProcess command = MemberProcess.start(folder, List.of(arguments))) {
            assertEquals(exitCode, command.awaitEnd(), command::text);
            return command.lines();
        }
    }

    /** A start that plug-ins' faults keep from happening. */
    private String refused(final String... flags) {
        try (MemberProcess member = start(flags)) {
            assertEquals(1, member.awaitEnd(), member::text);
            assertTrue(member.text().contains(REFUSED), member::text);
            return JsonParser.parseString(member.lines().getLast()).getAsJsonObject().get("error").getAsString();
        }
    }

    @Test
    void aStoreIsSwappedByFlagAndTheStartPrintsLogLinesOnly() throws IOException {
        install("store", ThirdParty.backend());
        final List<String> listed = run(0, "plugins", "--plugins-dir=" + plugins());
        assertTrue(
                listed.stream()
                        .anyMatch(line -> line.matches("acme-store +1\\.2 +1\\.0 +" + plugins().resolve("store"))),
                listed::toString);
        assertTrue(listed.contains("  backend: acme"), listed::toString);
        // nobody wants this one, so what is wrong with it stops nobody
        Files.createDirectories(plugins().resolve("empty"));
        final String[] flags = {"--plugins=acme-store", "--backend=acme", "--plugin-config=acme-store.mark=blue"};
        try (MemberProcess member = start(flags);
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            assertEquals(2, client.put("a", "1"));
            assertEquals(143, member.terminate());
            for (final String line : member.lines()) {
                final JsonObject parsed = JsonParser.parseString(line).getAsJsonObject();
                assertTrue(parsed.has("level") && parsed.has("msg"), line);
                assertTrue(
                        !parsed.get("level").getAsString().equals("warn") || EXPECTED.matcher(line).find(), line);
            }
        }
        assertTrue(Files.exists(data().resolve("member/store/opened-by-acme")), "the choice is used");
    }

    @Test
    void whoCallsExitWhileItIsMadeIsNamed() {
        install("gone", ThirdParty.plugin("gone", "public Acme() { System.exit(4); }"));
        try (MemberProcess member = start()) {
            assertEquals(4, member.awaitEnd(), member::text);
            assertTrue(member.text().contains("plug-in \\\"acme-gone\\\" has called exit"), member::text);
        }
    }

    @Test
    void aTranslatorOfV2RequestsIsSwappedByFlag() throws IOException {
        install("v2", ThirdParty.translator());
        leaveInTheLog(InternalRaftRequest.newBuilder()
                .setV2(Request.newBuilder()
                        .setID(1)
                        .setMethod("PUT")
                        .setPath("/acme/hello")
                        .setVal("world"))
                .build());
        try (MemberProcess member = start()) {
            assertEquals(1, member.awaitEnd(), member::text);
            assertTrue(member.text().contains("holds a v2 request that has no meaning here"), member::text);
        }
        try (MemberProcess member = start("--v2-compat=acme");
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            assertTrue(
                    client.post("/v3/kv/range", "{\"key\":\"aGVsbG8=\"}").body().contains("\"value\":\"d29ybGQ=\""));
        }
    }

    @Test
    void aStorageMigratorIsSwappedByFlag() throws IOException {
        install("storage", ThirdParty.migrator());
        try (MemberProcess member = start("--storage-migrator=acme");
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            assertEquals("", storageVersion(client), "3.7 is none that it knows, so nothing is followed");
            assertEquals(143, member.terminate());
        }
        try (MemberProcess member = start();
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            assertEquals("3.7.0", storageVersion(client));
        }
    }

    private static String storageVersion(final JsonClient client) throws IOException {
        final JsonObject status = JsonParser.parseString(client.post("/v3/maintenance/status", "{}").body())
                .getAsJsonObject();
        return status.has("storageVersion") ? status.get("storageVersion").getAsString() : "";
    }

    /** In a cluster that was downgraded to 3.5, a checkpoint said that 500 seconds of 3,600 are left. */
    @Test
    void whatKeepsCheckpointsOfLeasesIsSwappedByFlag() throws IOException {
        install("lease", ThirdParty.persistence());
        final Message[] left = {
            InternalRaftRequest.newBuilder()
                    .setDowngradeInfoSet(DowngradeInfoSetRequest.newBuilder().setEnabled(true).setVer("3.5.0"))
                    .build(),
            InternalRaftRequest.newBuilder()
                    .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer("3.5.0"))
                    .build(),
            InternalRaftRequest.newBuilder()
                    .setLeaseGrant(LeaseGrantRequest.newBuilder().setID(7).setTTL(3_600))
                    .build(),
            InternalRaftRequest.newBuilder()
                    .setLeaseCheckpoint(LeaseCheckpointRequest.newBuilder()
                            .addCheckpoints(LeaseCheckpoint.newBuilder().setID(7).setRemainingTTL(500)))
                    .build()
        };
        leaveInTheLog(left);
        try (MemberProcess member = start("--emulated-version=3.6", "--lease-checkpoint-persist=acme");
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            final long ttl = timeToLive(client);
            assertTrue(ttl > 400 && ttl <= 500, () -> "left: " + ttl);
        }
    }

    private static long timeToLive(final JsonClient client) throws IOException {
        return JsonParser.parseString(client.post("/v3/lease/timetolive", "{\"ID\":\"7\"}").body())
                .getAsJsonObject()
                .get("TTL")
                .getAsLong();
    }

    /** A member that has run and stopped finds more in its log than it has applied. */
    private void leaveInTheLog(final Message... requests) {
        try (MemberProcess member = start("--emulated-version=3.6", "--plugins=none")) {
            member.awaitLine(MemberProcess.READY);
            assertEquals(143, member.terminate());
        }
        final LogStoreProvider logs = ServiceLoader.load(Plugin.class).stream()
                .flatMap(plugin -> plugin.get().logs().stream())
                .findFirst()
                .orElseThrow();
        final LogRecovery found = logs.open(
                new LogStoreProvider.Options(new DiskVfs(), data().resolve("member/wal"), 64_000_000, 0, true));
        final Entry last = found.entries().getLast();
        final List<Entry> more = new ArrayList<>();
        for (final Message request : requests) {
            more.add(Entry.newBuilder()
                    .setTerm(last.getTerm())
                    .setIndex(last.getIndex() + more.size() + 1)
                    .setData(request.toByteString())
                    .build());
        }
        found.log().append(
                HardState.newBuilder(found.hardState()).setCommit(last.getIndex() + more.size()).build(), more);
        found.log().close();
    }

    @Test
    void whatIsWrongKeepsAMemberFromStarting() {
        install("store", ThirdParty.backend());
        install("early", ThirdParty.plugin("early", "name=acme-early\nversion=1\napi=1.99\n", ""));
        assertEquals(
                "plug-in folder " + plugins().resolve("early") + " cannot be used: plug-in acme-early 1: it was written"
                        + " for API 1.99, and this Drawbore has 1.0: take a newer Drawbore, or an older version of the"
                        + " plug-in",
                refused());
        assertEquals(
                "--plugin-config: plug-in acme-store has no key \"colour\"; it has: mark",
                refused("--plugins=acme-store", "--plugin-config=acme-store.colour=blue"));
        assertEquals(
                "--plugins: there is no plug-in acme-late in " + plugins() + "; there are: acme-early, acme-store",
                refused("--plugins=acme-late"));
    }

    @Test
    void whoCallsExitIsRefusedBeforeItRuns() {
        install("store", ThirdParty.backend());
        install("rude", ThirdParty.plugin("rude", """
                public Acme() { System.exit(3); }
                private final Runnable end = () -> Runtime.getRuntime().halt(4);
                java.util.function.IntConsumer handedOn() { return System::exit; }
                """));
        final List<String> said = run(1, "plugins", "verify", "--plugins-dir=" + plugins());
        for (final String call : List.of(
                "<init> calls java.lang.System.exit",
                "lambda$new$0 calls java.lang.Runtime.halt",
                "handedOn calls java.lang.System.exit")) {
            final String fault = "plug-in folder " + plugins().resolve("rude")
                    + " cannot be used: in acme.jar acme.rude.Acme." + call;
            assertTrue(said.stream().anyMatch(line -> line.startsWith(fault)), said::toString);
        }
        final String good = "acme-store 1.2 for API 1.0, in 1 jar with 3 classes (";
        assertTrue(said.stream().anyMatch(line -> line.startsWith(good)), said::toString);
        assertEquals(1, run(0, "plugins", "verify", plugins().resolve("store").toString()).size());
    }
}
