package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that has run.
 *
 * @param exitCode its exit code; -1 where it was ended
 * @param output what it printed, errors included
 */
public record Ran(int exitCode, String output) {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** For a whole session of a client's, whose programs give up a minute before. */
    static final Duration SESSION = Duration.ofMinutes(5);

    /**
     * etcdctl, told to be patient: left to itself it gives up the connection after two seconds and the command after
     * five, for which a machine at work may stand still.
     */
    public static List<String> patient(final Path etcdctl, final String endpoints) {
        return List.of(etcdctl.toString(), "--endpoints=" + endpoints, "--dial-timeout=50s", "--command-timeout=50s");
    }

    /** The same, said by variables. */
    static final Map<String, String> PATIENT =
            Map.of("ETCDCTL_DIAL_TIMEOUT", "50s", "ETCDCTL_COMMAND_TIMEOUT", "50s");

    /** Runs etcdctl to its end. */
    static Ran etcdctl(final List<String> command, final String input) {
        return command(command, input, PATIENCE);
    }

    /** Runs a program of the machine to its end, and fails where it fails. */
    static void well(final String... command) {
        final Ran ran = command(List.of(command), "", PATIENCE);
        assertEquals(0, ran.exitCode(), () -> String.join(" ", command) + ": " + ran.output());
    }

    static Ran command(final List<String> command, final String input, final Duration patience) {
        return run(command, input, Integer.MAX_VALUE, patience);
    }

    /** Runs a program that doesn't end, and ends it after so many lines. */
    static Ran lines(final List<String> command, final int lines) {
        return run(command, "", lines, PATIENCE);
    }

    /** What it has started, too: its output ends with the last of them. */
    private static void endWithAll(final Process process) {
        final List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private static Ran run(final List<String> command, final String input, final int limit, final Duration patience) {
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        try {
            final Process process = builder.start();
            final var timer = CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS);
            final var deadline = CompletableFuture.runAsync(() -> endWithAll(process), timer);
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            final var output = new ArrayList<String>();
            try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                String line = reader.readLine();
                while (line != null) {
                    output.add(line);
                    line = output.size() < limit ? reader.readLine() : null;
                }
            }
            final boolean cut = output.size() >= limit;
            if (cut) {
                process.destroy();
            }
            final int exitCode = process.waitFor();
            deadline.cancel(false);
            return new Ran(cut ? -1 : exitCode, String.join("\n", output));
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
