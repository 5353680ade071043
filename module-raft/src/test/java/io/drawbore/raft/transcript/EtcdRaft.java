package io.drawbore.raft.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * etcd-raft's own test environment in a process that carries out one stream of directives after the other, each on new
 * members. One thread uses it.
 */
final class EtcdRaft implements AutoCloseable {
    private static final Path SOURCE =
            Path.of("..", "modules", "interop-tests", "src", "test", "go", "rafttest").toAbsolutePath().normalize();
    private static final Path PROGRAM = Path.of("target", "rafttest").toAbsolutePath();
    private static final int BUILD_MINUTES = 15;
    private static final int MAX_OUTPUT = 64 << 20;

    private final Process process;
    private final OutputStream directives;
    private final InputStream outputs;

    private EtcdRaft(Process process) {
        this.process = process;
        directives = process.getOutputStream();
        outputs = new BufferedInputStream(process.getInputStream(), 1 << 16);
    }

    /** Builds the program; the test is skipped where Go is missing. Go's own cache makes a second build a quick one. */
    static void build() {
        try {
            Path log = Files.createTempFile("rafttest", ".log");
            Process build = new ProcessBuilder("go", "build", "-o", PROGRAM.toString(), ".")
                    .directory(SOURCE.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            assertTrue(build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES), "go build takes too long");
            assertEquals(0, build.exitValue(), () -> "go build of " + SOURCE + ": " + read(log));
            Files.delete(log);
        } catch (IOException missing) {
            abort("skipped: there is no `go` to build etcd-raft's test environment with");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Starts the program. */
    static EtcdRaft start() throws IOException {
        return new EtcdRaft(new ProcessBuilder(PROGRAM.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Carries out a stream, and returns it with etcd-raft's outputs, up to a panic. */
    List<Step> run(List<Step> stream) throws IOException {
        StringBuilder text = new StringBuilder();
        stream.forEach(step -> text.append(step.directive()));
        directives.write(text.append("====\n").toString().getBytes(StandardCharsets.UTF_8));
        directives.flush();
        List<Step> answered = new ArrayList<>(stream.size());
        for (Step step : stream) {
            answered.add(step.with(output()));
        }
        return answered;
    }

    private String output() throws IOException {
        int length = 0;
        for (int next = outputs.read(); next != '\n'; next = outputs.read()) {
            if (next < 0) {
                throw new EOFException("the program ended");
            }
            length = Math.addExact(Math.multiplyExact(length, 10), next - '0');
        }
        assertTrue(length <= MAX_OUTPUT, "an output of " + length + " bytes");
        return new String(outputs.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        directives.close();
        process.destroy();
    }
}
