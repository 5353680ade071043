package io.drawbore.bbolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Builds and runs the Go programs that judge us; a test that needs one is skipped without Go. */
final class GoPrograms {
    private static final Path SOURCES = Path.of("src", "test", "go").toAbsolutePath();
    private static final Path PROGRAMS = Path.of("target", "go-bin").toAbsolutePath();

    private GoPrograms() {}

    /**
     * Builds a package for a folder of {@code src/test/go}, whose go.mod says which version of it. Go's own cache makes
     * a second build a matter of a second.
     */
    static Path build(String folder, String pkg) throws IOException, InterruptedException {
        assumeTrue(isGoHere(), "go is not on the PATH: the real bbolt and etcd cannot be built");
        Files.createDirectories(PROGRAMS);
        final Path program = PROGRAMS.resolve(pkg.equals(".") ? folder : pkg.replaceAll("[^a-z]", "-"));
        final Path lock = PROGRAMS.resolve("lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            assertTrue(held.isValid());
            run(SOURCES.resolve(folder), "go", "build", "-o", program.toString(), pkg);
        }
        return program;
    }

    private static boolean isGoHere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
    }

    /** Runs a command to its end, which must be a good one, and returns what it printed on its standard output. */
    static List<String> run(Path folder, String... command) throws IOException, InterruptedException {
        final Path output = Files.createTempFile("command", ".out");
        final Path errors = Files.createTempFile("command", ".err");
        final Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        final int code = process.waitFor();
        final List<String> lines = Files.readAllLines(output);
        final List<String> complaints = Files.readAllLines(errors);
        Files.delete(output);
        Files.delete(errors);
        assertEquals(0, code, () -> String.join(" ", command) + ": " + lines + complaints);
        return lines;
    }
}
