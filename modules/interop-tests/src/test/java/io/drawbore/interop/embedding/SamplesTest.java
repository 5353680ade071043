package io.drawbore.interop.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drawbore.interop.process.Distribution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The sample projects, copied out of the checkout and built by a Maven of their own, which takes our artifacts from the
 * local repository: {@code ./verify} installs them before these tests run.
 */
@Tag("full")
class SamplesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"5.8.2", "5.14.4", "6.1.3"})
    void aProjectOnJava17TestsWithItsOwnJunit(final String junit) throws Exception {
        final String output = maven("junit", "test", "-Djunit.version=" + junit);
        assertTrue(output.contains("Tests run: 4, Failures: 0, Errors: 0, Skipped: 0"), output);
    }

    @Test
    void aSpringBootApplicationHasItsMemberInside() throws Exception {
        final String built = maven("spring-boot", "package");
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

    private String maven(final String sample, final String... arguments) throws Exception {
        final Path repository = repository();
        final Path artifact = repository.resolve("io/drawbore/drawbore-bom");
        assumeTrue(Files.isDirectory(artifact), artifact + " is missing: ./verify and ./start install it");
        copy(checkout().resolve("docs/samples").resolve(sample), folder.resolve(sample));
        final var command = new ArrayList<>(List.of("mvn", "-B", "-ntp", "-Dmaven.repo.local=" + repository));
        command.addAll(List.of(arguments));
        final var builder = new ProcessBuilder(command)
                .directory(folder.resolve(sample).toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("maven.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("DRAWBORE_HOME", Distribution.home().toString());
        final int exitCode = start(builder).waitFor();
        final String output = Files.readString(folder.resolve("maven.log"), StandardCharsets.UTF_8);
        assertEquals(0, exitCode, output);
        return output;
    }

    private static Process start(final ProcessBuilder maven) {
        try {
            return maven.start();
        } catch (final IOException missing) {
            return abort("Maven is missing on the PATH");
        }
    }

    /** Which one this build uses: Surefire says so. */
    private static Path repository() {
        final String told = System.getProperty("localRepository");
        assumeTrue(told != null, "these tests run in a Maven build");
        return Path.of(told);
    }

    private static Path checkout() {
        return Distribution.home().resolve("../../..").normalize();
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                if (!from.relativize(file).startsWith("target")) {
                    Files.copy(file, to.resolve(from.relativize(file)));
                }
            }
        }
    }
}
