package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.interop.Waiting;
import io.drawbore.testkit.ModuleJar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A plug-in that does all that a plug-in shouldn't, in the distribution as it is shipped. */
@Timeout(180)
class BadPluginTest {
    private static final int KEYS = 200;

    @TempDir
    Path folder;

    private final Ports ports = Ports.free();

    @BeforeEach
    void writePlugin() throws IOException {
        final List<Path> lib;
        try (Stream<Path> jars = Files.list(MemberProcess.home().resolve("lib"))) {
            lib = jars.toList();
        }
        try (var source = BadPluginTest.class.getResourceAsStream("/bad-plugin/BadPlugin.java.txt")) {
            new ModuleJar(lib)
                    .with("module-info.java", """
                            module acme.bad {
                                requires io.drawbore.api;
                                requires org.slf4j;
                                provides io.drawbore.api.Plugin with acme.bad.BadPlugin;
                                uses io.drawbore.api.Plugin;
                            }
                            """)
                    .with("acme/bad/BadPlugin.java", new String(source.readAllBytes(), StandardCharsets.UTF_8))
                    .with("META-INF/drawbore/plugin.properties", """
                            name=bad
                            version=1.0
                            api=1.0
                            config=does
                            """)
                    .write(folder.resolve("plugins/bad/acme-bad.jar"));
        }
    }

    private MemberProcess start(final String does, final Map<String, String> environment, final String... flags) {
        final List<String> all = new ArrayList<>(ports.flags(
                folder.resolve("data"),
                "--plugins-dir=" + folder.resolve("plugins"),
                "--plugin-config=bad.does=" + does));
        all.addAll(List.of(flags));
        return MemberProcess.start(folder, environment, MemberProcess.home().resolve("bin/drawbore"), all);
    }

    private MemberProcess ready(final String does) {
        final MemberProcess member = start(does, Map.of());
        member.awaitLine(MemberProcess.READY);
        return member;
    }

    /** Everything at once: judges that sleep and throw, a recorder that hangs, leaked threads, a flooded log. */
    @Test
    void whatItDoesHarmsNoRequestBeyondItsOwn() throws IOException {
        try (MemberProcess member = ready("sleep+throw+leak+flood");
                JsonClient client = new JsonClient(ports)) {
            final List<String> keys = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                client.put("k" + i, "v" + i);
                keys.add("k" + i);
            }
            assertEquals(KEYS, client.all(0).size());
            client.putAll(keys.subList(0, 10), "by a judge that throws and fails open");

            final HttpResponse<String> delete = client.post("/v3/kv/deleterange", "{\"key\":\"azA=\"}");
            assertEquals(503, delete.statusCode());
            assertTrue(delete.body()
                    .contains("admission \\\"sleeper\\\" of plug-in \\\"bad\\\" is not available: took longer than 1s"),
                    delete::body);
            assertEquals(KEYS, client.all(0).size());

            member.awaitLine("a plug-in logs too much");
            // the feed is told of the changes after those who made them
            Waiting.until("a failure of the feed", () -> metrics(client).contains("point=\"feed/watcher\""));
            final String metrics = metrics(client);
            assertCounted(metrics, "failures_total", ",point=\"admission/sleeper\"", "1");
            assertCounted(metrics, "failures_total", ",point=\"admission/thrower\"", "1");
            assertCounted(metrics, "failures_total", ",point=\"thread\"", "1");
            assertCounted(metrics, "failures_total", ",point=\"feed/watcher\"", "[1-9][0-9]*");
            assertCounted(metrics, "threads", "", "1[0-9]{2}");

            assertEquals(143, member.terminate(), member::text);
            assertTrue(member.text().contains("a plug-in has left threads behind"), member::text);
            assertTrue(member.text().contains("a thread of a plug-in has ended by an exception"), "a virtual one");
            final long flood = member.lines().stream().filter(line -> line.contains("flooding")).count();
            assertTrue(flood >= 1_000, () -> "lines that were let through: " + flood);
            assertTrue(member.lines().stream()
                    .filter(line -> line.contains("a plug-in logs too much"))
                    .allMatch(line -> line.contains("\"plug-in\":\"bad\"")));
        }
    }

    private static String metrics(final JsonClient client) {
        try {
            return client.get("/metrics").body();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A put whose answer may be lost, since the plug-in is told of it and ends the process. */
    private static void putTheLast(final JsonClient client, final String key) {
        try {
            client.put(key, "now");
        } catch (final IOException gone) {
            // as good an answer
        }
    }

    private static void assertCounted(
            final String metrics, final String name, final String labels, final String count) {
        final String line = "drawbore_plugin_" + name + "{plugin=\"bad\"" + labels + "} ";
        assertTrue(
                metrics.lines().anyMatch(one ->
                        one.startsWith(line) && one.substring(line.length()).matches(count)),
                () -> line + count + " is not in\n" + metrics);
    }

    @Test
    void whoCallsExitIsNamedAndNothingIsLost() throws IOException {
        assertNamed("exit");
    }

    @Test
    @Tag("full")
    void whoCallsExitOnAVirtualThreadIsNamedToo() throws IOException {
        assertNamed("virtual-exit");
    }

    private void assertNamed(final String how) throws IOException {
        try (MemberProcess member = ready(how);
                JsonClient client = new JsonClient(ports)) {
            for (int i = 0; i < 50; i++) {
                client.put("k" + i, "v" + i);
            }
            putTheLast(client, "exit");
            assertEquals(3, member.awaitEnd(), member::text);
            assertTrue(member.text().contains("plug-in \\\"bad\\\" has called exit"), member::text);
            assertTrue(member.text().contains("stopped"), member::text);
        }
        try (MemberProcess again = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            assertEquals(51, client.all(0).size());
            assertEquals(143, again.terminate());
        }
    }

    @Test
    void oneThatCannotStartIsNamedInOneLineAndNoStoreIsOpened() {
        try (MemberProcess member = start("fail-start", Map.of())) {
            assertEquals(1, member.awaitEnd(), member::text);
            assertTrue(member.text().contains(
                    "plug-in \\\"bad\\\" cannot start: java.lang.IllegalStateException: no licence"), member::text);
            assertFalse(Files.exists(folder.resolve("data/member")), "the store was not opened");
        }
    }

    @Test
    @Tag("full")
    void oneWhoseStartHangsIsNamedAndCanBeEnded() {
        try (MemberProcess member = start("hang-start", Map.of())) {
            member.awaitLine("a plug-in takes long to start; the member waits for it");
            assertEquals(143, member.terminate(), member::text);
        }
    }

    @Test
    void oneWhoseTokensHangWhenTheyAreOpenedIsNamedAndCanBeEnded() {
        try (MemberProcess member = start("hang-open", Map.of(), "--auth-token=bad")) {
            awaitNamed(member);
            assertEquals(143, member.terminate(), member::text);
            assertTrue(member.text().contains("stopped"), member::text);
        }
    }

    @Test
    @Tag("full")
    void oneThatHangsWhileItIsMadeIsNamedAndCanBeEnded() {
        try (MemberProcess member = start("nothing", Map.of("BAD_PLUGIN_WHEN_MADE", "hang"))) {
            awaitNamed(member);
            assertEquals(143, member.terminate(), member::text);
        }
    }

    private static void awaitNamed(final MemberProcess member) {
        member.awaitLine("\"a plug-in takes long to start; the member waits for it\",\"plug-in\":\"bad\","
                + "\"for\":\"5s\",\"in\":\"acme.bad.BadPlugin.hang\"");
    }

    @Test
    void oneThatCallsExitWhileItsPartIsOpenedIsNamed() {
        try (MemberProcess member = start("exit-open", Map.of(), "--auth-token=bad")) {
            assertEquals(3, member.awaitEnd(), member::text);
            assertTrue(member.text().contains("plug-in \\\"bad\\\" has called exit"), member::text);
            assertTrue(member.text().contains("stopped"), member::text);
        }
    }

    /** The thread that applies never ends then, and the member doesn't wait for it. */
    @Test
    void aStoreThatCallsExitIsNamedAndTheMemberStops() throws IOException {
        try (MemberProcess member = start("nothing", Map.of(), "--backend=bad");
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            client.put("a", "1");
            Files.createFile(folder.resolve("data/member/store/exit"));
            try {
                final HttpResponse<String> lost = client.post("/v3/kv/put", "{\"key\":\"Yg==\"}");
                assertEquals(503, lost.statusCode(), lost::body);
            } catch (final IOException gone) {
                // as good an answer
            }
            assertEquals(3, member.awaitEnd(), member::text);
            assertTrue(member.text().contains("plug-in \\\"bad\\\" has called exit"), member::text);
            assertTrue(member.text().contains("stopped"), member::text);
            assertFalse(member.text().contains("has not stopped well"), member::text);
        }
        try (MemberProcess again = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            assertEquals(1, client.one("a", 0).size());
            assertEquals(143, again.terminate());
        }
    }

    /** What one JVM can't fence: the process ends, and says above the JVM's own line who took the memory. */
    @Test
    @Tag("full")
    void whoTakesAllMemoryIsNamedAndNothingIsLost() throws IOException {
        try (MemberProcess member = start("hoard", Map.of("DRAWBORE_JAVA_OPTS", "-Xmx96m"));
                JsonClient client = new JsonClient(ports)) {
            member.awaitLine(MemberProcess.READY);
            client.put("k", "v");
            putTheLast(client, "hoard");
            assertEquals(3, member.awaitEnd(), member::text);
            final List<String> lines = member.lines();
            final String named = lines.stream()
                    .filter(line -> line.contains("hardly any memory is free after a collection"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(member.text()));
            assertTrue(named.contains("[\"bad "), named);
        }
        try (MemberProcess again = MemberProcess.ready(folder, ports);
                JsonClient client = new JsonClient(ports)) {
            assertEquals(1, client.one("k", 0).size());
            assertEquals(143, again.terminate());
        }
    }
}
