package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process of the built distribution, with what it printed. Closing kills it. */
final class MemberProcess implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String READY = "ready to serve client requests";
    private static final String ENDED = "\0ended";

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
    private final Thread collector;

    private MemberProcess(final Process process) {
        this.process = process;
        collector = Thread.ofPlatform().daemon().name("output").start(this::collect);
    }

    /** The built distribution's folder; skips the test where there is none. */
    static Path home() {
        final Path home = Path.of(System.getProperty("drawbore.distribution"));
        if (!Files.isExecutable(home.resolve("bin/drawbore"))) {
            abort("no distribution at " + home + ": build it with ./start");
        }
        return home;
    }

    /** Starts the distribution's launcher in a folder. */
    static MemberProcess start(final Path folder, final List<String> arguments) {
        return start(folder, Map.of(), home().resolve("bin/drawbore"), arguments);
    }

    /** Starts a program with nothing on standard input. */
    static MemberProcess start(
            final Path folder, final Map<String, String> environment, final Path program,
                    final List<String> arguments) {
        final var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        final var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return new MemberProcess(builder.start());
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A single member with its data in {@code folder/data}, once it is ready. */
    static MemberProcess ready(final Path folder, final Ports ports, final String... more) {
        final MemberProcess member = start(folder, ports.flags(folder.resolve("data"), more));
        member.awaitLine(READY);
        return member;
    }

    /** Waits for a line that holds a text, and answers it; fails where the process ends before. */
    String awaitLine(final String text) {
        try {
            String line = "";
            while (!line.contains(text)) {
                line = unread.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (line == null || line.equals(ENDED)) {
                    kill();
                    throw new AssertionError("no line with \"" + text + "\":\n" + text());
                }
            }
            return line;
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Waits for the end and answers the exit code; then all output is there. */
    int awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                kill();
                throw new AssertionError("the process does not end:\n" + text());
            }
            collector.join();
            return process.exitValue();
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Sends a signal by its name. */
    void signal(final String name) {
        try {
            final Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            assertEquals(0, kill.waitFor(), () -> "kill -" + name);
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** SIGTERM; answers the exit code. */
    int terminate() {
        signal("TERM");
        return awaitEnd();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
            collector.join();
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The lines so far. */
    List<String> lines() {
        return List.copyOf(output);
    }

    String text() {
        return String.join("\n", output);
    }

    @Override
    public void close() {
        kill();
    }

    private void collect() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.add(line);
                unread.add(line);
            }
        } catch (final IOException ended) {
            output.add("(" + ended.getMessage() + ")");
        }
        unread.add(ENDED);
    }
}
