package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts expect of the process before it is a member. */
class LauncherTest {
    private static final Path BIN = Path.of(System.getProperty("drawbore.distribution")).resolve("bin");

    @TempDir
    Path folder;

    @Test
    void theFirstLineOfTheVersionIsEtcds() {
        final Ran ran = run("etcd", "--version");
        assertEquals(0, ran.exitCode());
        assertTrue(ran.output().contains("etcd Version: 3.7.1\n"), ran.output());
        assertTrue(ran.output().contains("\nDrawbore Version: "), ran.output());
    }

    @Test
    void theHomeIsFoundThroughLinksFromAnywhere() throws IOException {
        final Path inner = Files.createSymbolicLink(folder.resolve("inner"), BIN.resolve("etcd"));
        final Path outer = Files.createSymbolicLink(folder.resolve("outer"), folder.relativize(inner));
        final Ran ran = Ran.command(
                List.of("sh", "-c", "cd / && exec " + outer + " --version <&-"), "", Ran.PATIENCE);
        assertEquals(0, ran.exitCode(), ran::output);
    }

    @Test
    void everyMistakeIsOneJsonLine() {
        final Ran ran = run("drawbore", "--nonsense", "--max-wals=x");
        assertEquals(2, ran.exitCode());
        final List<String> lines = ran.output().lines().filter(line -> line.startsWith("{")).toList();
        assertEquals(2, lines.size(), ran::output);
        assertTrue(lines.getFirst().contains("flag provided but not defined: -nonsense"), ran.output());
        assertTrue(lines.getLast().contains("invalid value \\\"x\\\" for flag -max-wals: parse error"), ran.output());
    }

    @Test
    void anUnknownCommandIsRefused() {
        final Ran ran = run("drawbore", "nonsense");
        assertEquals(1, ran.exitCode());
        assertTrue(ran.output().contains("\"nonsense\" is not a valid flag or command"), ran.output());
    }

    @Test
    void aStoreThatNobodyOffersIsRefused() {
        final Ran ran = run("drawbore", "--log-store=nonsense", "--data-dir=" + folder.resolve("data"));
        assertEquals(1, ran.exitCode());
        assertTrue(ran.output().contains("--log-store=nonsense is offered by no plug-in"), ran.output());
    }

    @Test
    void aVersionThatNoMemberCanBeOfIsRefused() {
        final Ran ran = run("drawbore", "--emulated-version=3.5", "--data-dir=" + folder.resolve("data"));
        assertEquals(1, ran.exitCode());
        assertTrue(ran.output().contains("is no version that a member can be of; there are: 3.6, 3.7"), ran.output());
        assertTrue(Files.notExists(folder.resolve("data")));
    }

    @Test
    void withoutAJavaItSaysWhatToInstall() {
        final Ran ran = Ran.command(
                List.of("env", "DRAWBORE_JAVA_HOME=" + folder, BIN.resolve("drawbore").toString()), "", Ran.PATIENCE);
        assertEquals(1, ran.exitCode());
        assertEquals(1, ran.output().lines().count());
        assertTrue(ran.output().contains("is no Java 25 or newer"), ran.output());
    }

    private static Ran run(final String program, final String... arguments) {
        final var command = new ArrayList<>(List.of(BIN.resolve(program).toString()));
        command.addAll(List.of(arguments));
        return Ran.command(command, "", Ran.PATIENCE);
    }
}
