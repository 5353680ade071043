package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What init systems, orchestrators and scripts expect of an etcd's process. */
class ProcessContractTest {
    @TempDir
    Path folder;

    private final Ports ports = Ports.free();

    @Test
    void aLifeFromReadyToStopped() throws IOException {
        try (MemberProcess member = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            assertEquals(2, client.put("a", "1"), "the line is printed only when the port answers");
            assertEquals("rwx------", mode(folder.resolve("data")));
            assertEquals("rwx------", mode(folder.resolve("data/member")));
            assertEquals(143, member.terminate());
            assertAllLinesAreJson(member.lines());
            assertEquals(1, member.lines().stream().filter(line -> line.contains(MemberProcess.READY)).count());
            for (final int port : List.of(ports.client(), ports.peer())) {
                new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            }
        }
        try (MemberProcess again = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            assertEquals(List.of(new Stored("a", "1", 2)), client.all(0));
            again.signal("INT");
            assertEquals(130, again.awaitEnd());
            assertAllLinesAreJson(again.lines());
        }
    }

    /** Nobody would ever delete it, and the folder may forbid that programs are loaded from there. */
    @Test
    void aKilledMemberLeavesNothingAmongTemporaryFiles() throws Exception {
        final Path temporary = Files.createDirectory(folder.resolve("tmp"));
        try (MemberProcess member = MemberProcess.start(
                folder,
                Map.of("DRAWBORE_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary),
                MemberProcess.home().resolve("bin/drawbore"),
                ports.flags(folder.resolve("data")))) {
            member.awaitLine(MemberProcess.READY);
            member.kill();
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void aStoppedProcessGoesOn() throws Exception {
        try (MemberProcess member = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            final long before = client.put("a", "1");
            member.signal("STOP");
            final var waiting = CompletableFuture.supplyAsync(() -> {
                try (JsonClient other = new JsonClient(ports)) {
                    return other.put("b", "2");
                } catch (final IOException refused) {
                    throw new IllegalStateException(refused);
                }
            });
            // longer than an election timeout
            Assertions.assertThrows(TimeoutException.class, () -> waiting.get(2, TimeUnit.SECONDS));
            member.signal("CONT");
            assertEquals(before + 1, waiting.get(60, TimeUnit.SECONDS));
            assertEquals(before + 2, client.put("c", "3"));
            assertEquals(143, member.terminate());
        }
    }

    @Test
    void peopleGetReadableLines() {
        try (MemberProcess member = MemberProcess.ready(folder, ports, "--log-format=console")) {
            assertEquals(143, member.terminate());
            for (final String line : member.lines()) {
                assertFalse(line.startsWith("{"), line);
                assertTrue(line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+\\s+(INFO|WARN|info|warn)\\s+\\S+:\\d+\\s+.+"), line);
            }
        }
    }

    @Test
    void throughALinkWithVariablesInAFolderOfItsOwn() throws IOException {
        final Path link = Files.createSymbolicLink(folder.resolve("etcd"),
                MemberProcess.home().resolve("bin/drawbore"));
        final Map<String, String> environment = Map.of(
                "ETCD_NAME", "born",
                "ETCD_INITIAL_CLUSTER", "born=" + ports.peerUrl(),
                "ETCD_PORT_2379_TCP", "tcp://10.0.0.1:2379",
                "JAVA_TOOL_OPTIONS", "-Dignored=true");
        final List<String> flags = ports.urls().subList(1, ports.urls().size());
        try (MemberProcess member = MemberProcess.start(folder, environment, link, flags)) {
            member.awaitLine(MemberProcess.READY);
            assertTrue(Files.isDirectory(folder.resolve("born.etcd/member")), "the default data dir");
            assertEquals("rwx------", mode(folder.resolve("born.etcd")));
            assertEquals(143, member.terminate());
            assertAllLinesAreJson(member.lines());
            final List<String> unknown =
                    member.lines().stream().filter(line -> line.contains("unrecognized environment variable")).toList();
            assertEquals(1, unknown.size(), member::text);
            assertTrue(unknown.getFirst().contains("ETCD_PORT_2379_TCP"), member::text);
        }
    }

    @Test
    void aFileSaysAll() throws IOException {
        final Path file = Files.writeString(folder.resolve("m.yaml"), String.join("\n",
                "name: m",
                "data-dir: " + folder.resolve("data"),
                "listen-client-urls: " + ports.clientUrl(),
                "advertise-client-urls: " + ports.clientUrl(),
                "listen-peer-urls: " + ports.peerUrl(),
                "initial-advertise-peer-urls: " + ports.peerUrl(),
                "initial-cluster: m=" + ports.peerUrl()));
        try (MemberProcess member = MemberProcess.start(folder, List.of("--config-file=" + file));
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            assertEquals(2, client.put("a", "1"));
        }
        final Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "nme: m\nlog-level: loud\n");
        final String text = refused(Map.of(), List.of("--config-file=" + wrong));
        assertTrue(text.contains("nme") && text.contains("loud"), text);
    }

    @Test
    void mistakesAreToldTogether() throws IOException {
        final String text = refused(Map.of("ETCD_NAME", "other"), List.of("--name=m", "--nonsense",
                "--snapshot-count=x"));
        assertTrue(text.contains("ETCD_NAME"), text);
        assertTrue(text.contains("-nonsense"), text);
        assertTrue(text.contains("-snapshot-count"), text);
        assertNothingWasMade();
    }

    @Test
    void whatIsToldOfTheClusterCountsOnlyBeforeThereIsALog() throws IOException {
        final var several = new ArrayList<>(ports.flags(folder.resolve("data")));
        several.add("--initial-cluster=m=" + ports.peerUrl() + ",n=http://127.0.0.1:1");
        several.add("--initial-cluster-state=existing");
        final String text = refused(Map.of(), several);
        assertTrue(text.contains("could not retrieve cluster information from the given URLs"), text);
        final var stranger = new ArrayList<>(ports.flags(folder.resolve("data")));
        stranger.add("--initial-cluster=n=" + ports.peerUrl());
        assertTrue(refused(Map.of(), stranger).contains("couldn't find local name"));
        try (MemberProcess member = MemberProcess.ready(folder, ports)) {
            assertEquals(143, member.terminate());
        }
        try (MemberProcess again = MemberProcess.start(folder, several)) {
            again.awaitLine(MemberProcess.READY);
        }
    }

    private String refused(final Map<String, String> environment, final List<String> arguments) {
        final Path program = MemberProcess.home().resolve("bin/drawbore");
        try (MemberProcess member = MemberProcess.start(folder, environment, program, arguments)) {
            assertTrue(Set.of(1, 2).contains(member.awaitEnd()), member::text);
            assertAllLinesAreJson(member.lines());
            assertFalse(member.text().contains(MemberProcess.READY), member::text);
            return member.text();
        }
    }

    private void assertNothingWasMade() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            assertEquals(List.of(), found.toList());
        }
    }

    private static String mode(final Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void assertAllLinesAreJson(final List<String> lines) {
        assertFalse(lines.isEmpty());
        for (final String line : lines) {
            assertTrue(line.startsWith("{"), line);
            final JsonObject object = JsonParser.parseString(line).getAsJsonObject();
            assertTrue(object.keySet().containsAll(Set.of("level", "ts", "caller", "msg")), line);
        }
    }
}
