package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vendor's distribution, of a pom.xml of ten lines and a descriptor, is built outside the reactor and started. */
@Tag("full")
class VendorDistributionTest {
    @TempDir
    Path folder;

    @Test
    void itStartsWithItsModulesItsPluginAndItsDefaults() throws Exception {
        Path vendor = Samples.copy("vendor-distribution", folder);
        assertEquals(10, Files.readAllLines(vendor.resolve("pom.xml")).size());
        build(Samples.copy("jsonl-feed", folder), "install");
        build(vendor, "package");
        Path home = vendor.resolve("target/acme-store");
        makesItsAotCache(home);

        assertTrue(namesIn(home.resolve("lib")).anyMatch(jar -> jar.startsWith("drawbore-backend-memory")));
        assertTrue(namesIn(home.resolve("lib")).noneMatch(jar -> jar.startsWith("drawbore-v2compat")));
        try (ServerProcess member = ServerProcess.of(home, folder.resolve("m"))) {
            assertEquals(200, put(member, 1000).statusCode());
            HttpResponse<String> refused = put(member, 5000);
            assertTrue(refused.body().contains("request is too large"), refused::body);
            Waiting.until("the plug-in has written the change", () -> changes().contains("\"key\""));
        }
    }

    /** SQLite is left out, a module of the JDK put in, and a plug-in that was there before is gone. */
    @Test
    void itStartsWithoutAWordWithAnotherStoreAndMoreOfTheJdk() throws Exception {
        Path vendor = Samples.copy("vendor-distribution", folder);
        Files.writeString(vendor.resolve("distribution.yaml"), """
                name: acme-store
                modules: [backend-memory, migrator]
                defaults: {backend: memory, v2-compat: reject}
                runtime: [java.prefs]
                """);
        Path home = vendor.resolve("target/acme-store");
        Files.createDirectories(home.resolve("plugins/jsonl/more"));
        build(vendor, "package");
        assertTrue(Files.notExists(home.resolve("plugins/jsonl")));
        makesItsAotCache(home);

        Ran modules = Ran.command(
                List.of(
                        "env",
                        "DRAWBORE_AOT=off",
                        "DRAWBORE_JAVA_OPTS=--show-module-resolution",
                        home.resolve("bin/drawbore").toString(),
                        "--version"),
                "",
                Ran.PATIENCE);
        assertTrue(modules.output().contains("root java.prefs"), modules::output);
        try (ServerProcess member = ServerProcess.of(home, folder.resolve("m"))) {
            assertEquals(200, put(member, 1000).statusCode());
            assertTrue(
                    member.output().stream().allMatch(line -> line.startsWith("{")),
                    () -> String.join("\n", member.output()));
        }
    }

    private static void makesItsAotCache(Path home) {
        Ran ran = Ran.command(List.of(home.resolve("bin/drawbore").toString(), "aot"), "", Duration.ofMinutes(5));
        assertEquals(0, ran.exitCode(), ran::output);
        assertTrue(Files.exists(home.resolve("aot/fits")));
    }

    private String changes() {
        try (Stream<Path> files = Files.walk(folder.resolve("m/data"))) {
            Path file = files.filter(path -> path.endsWith("changes.jsonl")).findFirst().orElse(null);
            return file == null ? "" : Files.readString(file);
        } catch (IOException stillWritten) {
            return "";
        }
    }

    private static Stream<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private static HttpResponse<String> put(ServerProcess member, int bytes) throws IOException, InterruptedException {
        String value = Base64.getEncoder().encodeToString(new byte[bytes]);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(member.client() + "/v3/kv/put"))
                            .timeout(Ran.PATIENCE)
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"key\":\"a2V5\",\"value\":\"" + value + "\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void build(Path project, String goal) {
        Ran built = Samples.maven(project, Map.of(), List.of("-q", "-DskipTests", goal));
        assertEquals(0, built.exitCode(), built::output);
    }
}
