package io.drawbore.interop.embedding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A main class of these tests in a JVM of its own. Closing kills it. */
final class JavaProgram implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final BufferedReader reader;

    private JavaProgram(final Process process) {
        this.process = process;
        reader = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts {@code java} with these arguments and a folder for temporary files. */
    static JavaProgram start(final Path temporary, final List<String> arguments) {
        final var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary));
        command.addAll(arguments);
        final var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        try {
            return new JavaProgram(builder.start());
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Reads until a line holds a text. */
    void awaitLine(final String text) throws IOException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return;
            }
        }
        throw new AssertionError("no line with \"" + text + "\":\n" + output());
    }

    /** Waits until it ends by itself; all that it printed. */
    String awaitEnd() throws IOException, InterruptedException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
        }
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it doesn't end:\n" + output());
        }
        return output();
    }

    String output() {
        return String.join("\n", lines);
    }

    int exitCode() {
        return process.exitValue();
    }

    /** Processes that it has started and that live. */
    List<ProcessHandle> children() {
        return process.children().toList();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits until other processes have ended. */
    static void awaitEnd(final List<ProcessHandle> others)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (final ProcessHandle other : others) {
            other.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
