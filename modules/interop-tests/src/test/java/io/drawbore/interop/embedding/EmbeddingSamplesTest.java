package io.drawbore.interop.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drawbore.interop.Ran;
import io.drawbore.interop.Samples;
import io.drawbore.interop.process.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The sample projects that have a member for their tests or inside, copied out of the checkout and built by a Maven of
 * their own, which takes our artifacts from the local repository: {@code ./verify} installs them before.
 */
@Tag("full")
class EmbeddingSamplesTest {
    private static final String ALL_OF_JUNITS = "Tests run: 4, Failures: 0, Errors: 0, Skipped: 0";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"5.8.2", "5.14.4", "6.1.3"})
    void aProjectOnJava17TestsWithItsOwnJunit(final String junit) throws IOException {
        final String output = maven("junit", inPlace(), "test", "-Djunit.version=" + junit);
        assertTrue(output.contains(ALL_OF_JUNITS), output);
    }

    @Test
    void aProjectThatNamesNoDistributionTakesTheOneOnItsClassPath() throws IOException {
        final String classifier = "linux-x86_64";
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "needs an amd64 machine");
        assumeTrue(
                Samples.localRepository().stream().anyMatch(repository -> isInstalled(repository, classifier)),
                "drawbore-distribution is not installed for " + classifier + ": ./verify -Pdist does");
        final Path cache = folder.resolve("cache");

        final String output = maven(
                "junit", Map.of("XDG_CACHE_HOME", cache.toString()), "test", "-Partifact",
                "-Ddrawbore.platform=" + classifier);
        assertTrue(output.contains(ALL_OF_JUNITS), output);
        try (Stream<Path> unpacked = Files.walk(cache, 4)) {
            assertTrue(unpacked.anyMatch(path -> path.endsWith("bin/drawbore")), "it was unpacked");
        }
    }

    @Test
    void aSpringBootApplicationHasItsMemberInside() throws Exception {
        final String built = maven("spring-boot", inPlace(), "package");
        assertTrue(built.contains("Tests run: 2, Failures: 0, Errors: 0, Skipped: 0"), built);
        assertEquals(List.of("note: hello"), notes("hello"));
        assertEquals(List.of("note: hello", "note: again"), notes("again"));
    }

    /** What the packed application prints; its data stays. */
    private List<String> notes(final String word) throws Exception {
        final List<String> arguments = List.of(
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                folder.resolve("spring-boot/target/spring-boot-sample-1.0.0.jar").toString(),
                "--notes.data=" + folder.resolve("notes"),
                word);
        try (JavaProgram program = JavaProgram.start(folder, arguments)) {
            final String output = program.awaitEnd();
            assertEquals(0, program.exitCode(), output);
            assertTrue(!output.contains("WARNING:"), output);
            return output.lines().filter(line -> line.startsWith("note: ")).toList();
        }
    }

    private String maven(final String sample, final Map<String, String> variables, final String... arguments)
            throws IOException {
        final var environment = new HashMap<>(variables);
        environment.putIfAbsent("DRAWBORE_HOME", "");
        final Ran ran = Samples.maven(Samples.copy(sample, folder), environment, List.of(arguments));
        assertEquals(0, ran.exitCode(), ran::output);
        return ran.output();
    }

    /** The distribution that was built with these tests. */
    private static Map<String, String> inPlace() {
        return Map.of("DRAWBORE_HOME", Distribution.home().toString());
    }

    private static boolean isInstalled(final String repository, final String classifier) {
        final Path artifact = Path.of(repository, "io/drawbore/drawbore-distribution");
        if (!Files.isDirectory(artifact)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(artifact)) {
            return files.anyMatch(file -> file.toString().endsWith("-" + classifier + ".jar"));
        } catch (final IOException unreadable) {
            return false;
        }
    }
}
