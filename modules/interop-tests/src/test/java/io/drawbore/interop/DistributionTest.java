package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is handed on: archives that need no JDK, Debian packages, and the same bytes whoever builds them. */
@Tag("full")
class DistributionTest {
    private static final String PLATFORM = "linux-x86_64";
    private static final long LARGEST = 60L << 20;

    /** For an AOT cache, too, which is made at the lowest priority beside whatever else the machine does. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    static Path folder;

    private static Path built;

    @BeforeAll
    static void theArchivesAreBuilt() throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "needs an amd64 machine");
        built = build("one");
    }

    @Test
    void twoBuildsGiveTheSameBytes() throws IOException {
        Path again = build("two");

        assertTrue(Files.readString(built.resolve("SHA256SUMS")).contains(PLATFORM + ".tar.gz"));
        assertEquals(Files.readString(built.resolve("SHA256SUMS")), Files.readString(again.resolve("SHA256SUMS")));
        Ran checked = shell("cd " + built + " && sha256sum --check SHA256SUMS");
        assertEquals(0, checked.exitCode(), checked::output);
    }

    @Test
    void anArchiveRunsWithoutAnyJava() throws Exception {
        Path home = unpacked("runs");
        Path archive = built.resolve(archive());
        assertTrue(Files.size(archive) <= LARGEST, () -> archive + " has more than 60 MiB");

        Ran version = shell("env -i PATH=/usr/bin:/bin " + home + "/bin/drawbore --version");
        assertEquals(0, version.exitCode(), version::output);

        try (ServerProcess member = ServerProcess.of(home, folder.resolve("member"))) {
            assertTrue(member.maps(home.resolve("native/libsqlitejdbc.so")));
            assertTrue(
                    member.output().stream().allMatch(line -> line.startsWith("{")),
                    () -> String.join("\n", member.output()));
        }
    }

    @Test
    void anAotCacheThatDoesNotFitIsPassedOverInSilence() throws Exception {
        Path home = unpacked("aot");
        assertEquals(0, shell(home + "/bin/drawbore aot").exitCode());
        assertTrue(Files.size(home.resolve("aot/drawbore.aot")) > 1 << 20);
        says(home, "", "etcd Version");

        says(home, "-XX:-UseG1GC -XX:+UseSerialGC", "etcd Version");
        Path moved = Files.move(home, home.resolveSibling("moved"));
        says(moved, "", "etcd Version");
        try (Stream<Path> jars = Files.list(moved.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2026-11-22T00:00:00Z")));
            }
        }
        says(moved, "", "etcd Version");
        Files.writeString(moved.resolve("aot/drawbore.aot"), "no cache at all");
        says(moved, "", "etcd Version");
    }

    @Test
    void theBillOfMaterialsSaysWhatEachPartIsAndNeeds() throws Exception {
        JsonObject bill = JsonParser.parseString(Files.readString(unpacked("bill").resolve("sbom.cdx.json")))
                .getAsJsonObject();
        JsonArray components = bill.getAsJsonArray("components");
        assertTrue(components.toString().contains("pkg:maven/org.xerial/sqlite-jdbc@"));
        components.forEach(one -> assertTrue(one.getAsJsonObject().has("licenses"), one::toString));

        Map<String, Set<String>> needs = new HashMap<>();
        for (JsonElement one : bill.getAsJsonArray("dependencies")) {
            JsonObject node = one.getAsJsonObject();
            needs.put(
                    node.get("ref").getAsString(),
                    node.getAsJsonArray("dependsOn").asList().stream()
                            .map(JsonElement::getAsString)
                            .collect(Collectors.toSet()));
        }
        assertEquals(Set.of(lib(needs, "drawbore-launcher"), "runtime"), needs.get("drawbore"));
        assertTrue(needs.get(lib(needs, "drawbore-backend-sqlite")).contains(lib(needs, "sqlite-jdbc")));
        Set<String> reached = new HashSet<>();
        reach("drawbore", needs, reached);
        Set<String> all = components.asList().stream()
                .map(one -> one.getAsJsonObject().get("bom-ref").getAsString())
                .collect(Collectors.toSet());
        all.add("drawbore");
        assertEquals(all, reached);
    }

    private static String lib(Map<String, Set<String>> needs, String artifact) {
        return needs.keySet().stream()
                .filter(path -> path.startsWith("lib/" + artifact + "-"))
                .findFirst()
                .orElseThrow();
    }

    private static void reach(String from, Map<String, Set<String>> needs, Set<String> reached) {
        if (reached.add(from)) {
            needs.get(from).forEach(next -> reach(next, needs, reached));
        }
    }

    /** Half a minute after a start, beside the member; whoever ends the member before it is done ends it too. */
    @Test
    void aMemberHasItsAotCacheMadeForLaterStarts() throws Exception {
        Path home = unpacked("later");
        Path cache = home.resolve("aot/drawbore.aot");
        Path fits = home.resolve("aot/fits");
        try (ServerProcess member = ServerProcess.of(home, folder.resolve("ended-early"))) {
            Waiting.until("the making of a cache", PATIENCE, () -> isBeingMade(home));
            assertEquals(143, member.terminate());
            Waiting.until("its end", PATIENCE, () -> !isBeingMade(home));
            assertTrue(Files.notExists(cache));
        }
        try (ServerProcess member = ServerProcess.of(home, folder.resolve("first"))) {
            assertFalse(member.maps(cache));
            Waiting.until("the cache", PATIENCE, () -> Files.exists(fits));
            assertTrue(
                    member.output().stream().allMatch(line -> line.startsWith("{")),
                    () -> String.join("\n", member.output()));
        }
        try (ServerProcess member = ServerProcess.of(home, folder.resolve("later"))) {
            assertTrue(member.maps(cache));
        }
    }

    private static boolean isBeingMade(Path home) {
        try (Stream<Path> files = Files.list(Files.createDirectories(home.resolve("aot")))) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("making."));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void aDebianPackageHoldsAServiceAndNothingOfEtcds() throws Exception {
        assumeTrue(shell("command -v dpkg-deb").exitCode() == 0, "dpkg-deb is missing");
        Path deb;
        try (Stream<Path> files = Files.list(built)) {
            deb = files.filter(file -> file.toString().endsWith("_amd64.deb")).findFirst().orElseThrow();
        }
        String control = shell("dpkg-deb --info " + deb).output();
        assertTrue(control.contains("Package: drawbore") && control.contains("conffiles"), control);
        Path root = folder.resolve("deb");
        assertEquals(0, shell("dpkg-deb -x " + deb + " " + root).exitCode());

        assertTrue(Files.isSymbolicLink(root.resolve("usr/bin/drawbore")));
        assertTrue(Files.notExists(root.resolve("usr/bin/etcd")));
        assertTrue(Files.readString(root.resolve("etc/drawbore/drawbore.yaml")).contains("/var/lib/drawbore"));
        Ran version = shell("env -i PATH=/usr/bin:/bin " + root + "/usr/bin/drawbore --version");
        assertEquals(0, version.exitCode(), version::output);
    }

    private static void says(Path home, String options, String wanted) {
        Ran ran = shell("DRAWBORE_JAVA_OPTS='" + options + "' " + home + "/bin/drawbore --version");
        assertEquals(0, ran.exitCode(), ran::output);
        assertTrue(ran.output().startsWith(wanted), ran::output);
    }

    private static Path unpacked(String name) throws IOException {
        Path into = Files.createDirectories(folder.resolve(name));
        assertEquals(0, shell("tar xzf " + built.resolve(archive()) + " -C " + into).exitCode());
        try (Stream<Path> found = Files.list(into)) {
            return found.findFirst().orElseThrow();
        }
    }

    private static String archive() {
        try (Stream<Path> files = Files.list(built)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(PLATFORM + ".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Outside of the reactor, in a folder of another name. */
    private static Path build(String name) throws IOException {
        Path project = Files.createDirectories(folder.resolve(name));
        for (String file : List.of("pom.xml", "distribution.yaml")) {
            Files.copy(Samples.root().resolve("distribution").resolve(file), project.resolve(file));
        }
        Ran ran = Samples.maven(project, Map.of(), List.of("-q", "-Pdist", "-Ddrawbore.aot=false", "package"));
        assertEquals(0, ran.exitCode(), ran::output);
        return project.resolve("target");
    }

    private static Ran shell(String line) {
        return Ran.command(List.of("sh", "-c", line), "", PATIENCE);
    }
}
