package io.drawbore.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A program that has run.
 *
 * @param exitCode its exit code; -1 where it was ended because it took too long
 * @param output what it printed
 * @param errors what it printed as errors; progress bars among them
 */
record Command(int exitCode, String output, String errors) {
    private static final int SHOWN = 200;
    private static final int TOOK_TOO_LONG = -1;

    /** How Go programs begin the line that matters, among progress bars and the stacks of a panic. */
    private static final Pattern REASON = Pattern.compile("^(panic:|rpc error:|etcdserver:|Error:)");

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
                return new Command(ended ? process.exitValue() : TOOK_TOO_LONG, read(output), read(errors));
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

    /** The line that says why it failed, cut to what a table can show. */
    String complaint() {
        final List<String> said = (output + "\n" + errors)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        final String last = said.isEmpty() ? "it said nothing" : said.getLast();
        final String line = said.stream()
                .filter(one -> REASON.matcher(one).find())
                .reduce((_, later) -> later)
                .orElse(last);
        final String why = exitCode == TOOK_TOO_LONG ? "took too long; " + line : line;
        return why.length() > SHOWN ? why.substring(0, SHOWN) + "..." : why;
    }

    private static String read(final Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
