package io.drawbore.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A program that has run.
 *
 * @param exitCode its exit code; -1 where it was ended because it took too long
 * @param output what it printed
 * @param errors what it printed as errors; progress bars among them
 */
record Command(int exitCode, String output, String errors) {
    private static final int SHOWN = 300;

    /** Runs it to its end, or ends it when the time is over. */
    static Command run(final List<String> command, final Duration patience) {
        try {
            final Path output = Files.createTempFile("bench", ".out");
            final Path errors = Files.createTempFile("bench", ".err");
            try {
                final Process process = new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
                process.getOutputStream().close();
                final boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.destroyForcibly().waitFor();
                }
                return new Command(ended ? process.exitValue() : -1, read(output), read(errors));
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** The last thing it said that is not a progress bar, for a message. */
    String complaint() {
        final String said = (output + "\n" + errors)
                .lines()
                .filter(line -> !line.isBlank() && !line.contains("p/s"))
                .collect(Collectors.joining("; "));
        final String why = exitCode == -1 ? "took too long; " + said : said;
        return why.length() > SHOWN ? why.substring(0, SHOWN) + "..." : why;
    }

    private static String read(final Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
