package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs of the machine that some tests need. */
final class Tools {
    private Tools() {}

    /** Runs one to its end; skips the test where it is missing. */
    static void run(final String... command) throws IOException {
        final int exitCode = tryRun(command);
        assertEquals(0, exitCode, () -> String.join(" ", command));
    }

    /** Runs one to its end and answers its exit code; skips the test where it is missing. */
    static int tryRun(final String... command) throws IOException {
        final Process process;
        try {
            process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        } catch (final IOException missing) {
            return abort(command[0] + " is missing");
        }
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            final int exitCode = process.waitFor();
            if (exitCode != 0) {
                System.err.print(output);
            }
            return exitCode;
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
