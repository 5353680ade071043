package io.drawbore.launcher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process whose end hangs, as in a shutdown hook that a plug-in has added. */
@Timeout(180)
class WatchdogTest {
    /** Ends by itself where it is told a status, else by a signal; and then hangs. */
    static final class Hanging {
        private Hanging() {}

        public static void main(final String[] arguments) throws InterruptedException {
            final CountDownLatch never = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                Watchdog.set(Duration.ofMillis(100));
                hang(never);
            }));
            System.out.println("ready");
            if (arguments.length > 0) {
                System.exit(Integer.parseInt(arguments[0]));
            }
            never.await();
        }

        private static void hang(final CountDownLatch never) {
            try {
                never.await();
            } catch (final InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Process start(final String... arguments) throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Hanging.class.getName());
        builder.command().addAll(List.of(arguments));
        return builder.start();
    }

    private static int signalled(final String signal) throws IOException, InterruptedException {
        final Process process = start();
        try (BufferedReader reader = process.inputReader()) {
            assertEquals("ready", reader.readLine());
            assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor());
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aSignalEndsAProcessThatHangsWithTheSignalsCode() throws Exception {
        assertEquals(143, signalled("TERM"));
        assertEquals(130, signalled("INT"));
    }

    @Test
    void anExitThatHangsEndsAsAFailure() throws Exception {
        assertEquals(1, start("0").waitFor());
    }
}
