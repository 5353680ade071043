package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a test process was given stays its own, however many run at once and whether a member listens there or not. */
class FreePortsTest {
    private static final int MANY = 600;

    @Test
    void noOtherTestProcessIsGivenThem() throws Exception {
        final var all = new ArrayList<>(FreePorts.take(MANY));
        try (Taker one = Taker.start();
                Taker other = Taker.start()) {
            all.addAll(one.ports());
            all.addAll(other.ports());
        }
        assertEquals(3 * MANY, new HashSet<>(all).size());
    }

    /** Another test process: takes so many, tells which, and holds them until its input ends. */
    static final class Taker implements AutoCloseable {
        private final Process process;

        private Taker(final Process process) {
            this.process = process;
        }

        /** What it runs. */
        public static void main(final String[] args) throws IOException {
            System.out.println(String.join(
                    " ", FreePorts.take(MANY).stream().map(String::valueOf).toList()));
            System.in.transferTo(System.out);
        }

        static Taker start() throws IOException {
            return new Taker(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Taker.class.getName())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }

        List<Integer> ports() throws IOException {
            final BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
            return Stream.of(reader.readLine().split(" ")).map(Integer::valueOf).toList();
        }

        @Override
        public void close() throws Exception {
            process.getOutputStream().close();
            process.waitFor();
        }
    }
}
