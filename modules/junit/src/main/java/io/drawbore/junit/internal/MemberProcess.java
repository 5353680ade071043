package io.drawbore.junit.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A member in a process of its own, on a port that the system chose. Its standard input is held open: where this JVM
 * ends, however it does, the member ends too. Any thread.
 */
public final class MemberProcess {
    private static final int KEPT_LINES = 1_000;
    private static final int SHOWN_LINES = 40;
    private static final Pattern SERVING = Pattern.compile("serving client traffic.*127\\.0\\.0\\.1:(\\d+)");
    private static final Duration FAREWELL = Duration.ofSeconds(5);
    private static final long QUIET_MILLIS = 100;
    private static final long MOST_NANOS = 1_000_000_000;
    private static final String ANY_PORT = "http://127.0.0.1:0";

    private final Process process;
    private final Path folder;
    private final Deque<String> lines = new ArrayDeque<>();
    private final CompletableFuture<Integer> ready = new CompletableFuture<>();
    private volatile boolean untouched = true;
    private long printed;

    private MemberProcess(final Process process, final Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /** What it is told. A distribution's own defaults must not change what the extension relies on. */
    static List<String> command(final Path program, final Settings settings, final Path folder) {
        final List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--name=test",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + ANY_PORT,
                "--advertise-client-urls=" + ANY_PORT,
                "--listen-peer-urls=" + ANY_PORT,
                "--initial-advertise-peer-urls=" + ANY_PORT,
                "--initial-cluster=test=" + ANY_PORT,
                // it is made fresh through the gateway, which stands where clients are served
                "--enable-grpc-gateway=true",
                "--listen-client-http-urls=",
                // its port is read from its log
                "--log-outputs=stderr",
                // a test's data need not outlast a loss of power
                "--unsafe-no-fsync"));
        if (!settings.tells("log-level")) {
            command.add("--log-level=info");
        }
        command.addAll(settings.flags());
        return command;
    }

    /**
     * Starts one, which is ready later.
     *
     * @param folder for its data; made here, and deleted at its end
     * @throws UncheckedIOException where it can't be started
     */
    static MemberProcess begin(final Path program, final Settings settings, final Path folder) {
        final ProcessBuilder builder = new ProcessBuilder(command(program, settings, folder)).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
        final List<String> options = new ArrayList<>();
        // it ends before better code would pay
        options.add("-XX:TieredStopAtLevel=1");
        options.addAll(settings.javaOptions());
        options.add("-Ddrawbore.end-with-stdin=true");
        builder.environment().merge("DRAWBORE_JAVA_OPTS", String.join(" ", options), (told, ours) -> told + " " + ours);
        final MemberProcess member;
        try {
            Files.createDirectories(folder);
            member = new MemberProcess(builder.directory(folder.toFile()).start(), folder);
        } catch (final IOException failed) {
            throw new UncheckedIOException("Drawbore cannot be started: " + failed.getMessage(), failed);
        }
        final Thread reader = new Thread(member::read, "drawbore-output-" + member.process.pid());
        reader.setDaemon(true);
        reader.start();
        return member;
    }

    /**
     * Waits until it is ready.
     *
     * @throws IllegalStateException where it ends before or isn't ready in time, with what it printed; it has ended
     *     then
     */
    void awaitReady(final Duration patience) {
        try {
            ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (final TimeoutException late) {
            throw unusable("was not ready within " + patience.toSeconds() + " s");
        } catch (final ExecutionException ended) {
            throw unusable("ended before it was ready");
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unusable("was not waited for");
        }
    }

    private IllegalStateException unusable(final String why) {
        end();
        final List<String> all = output();
        return new IllegalStateException("the member of Drawbore " + why + "; it printed:\n"
                + String.join("\n", all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size())));
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                keep(line);
                final Matcher serving = SERVING.matcher(line);
                if (serving.find()) {
                    ready.complete(Integer.valueOf(serving.group(1)));
                }
            }
        } catch (final IOException closed) {
            keep("(" + closed.getMessage() + ")");
        }
        ready.completeExceptionally(new IllegalStateException("the member has ended"));
    }

    private void keep(final String line) {
        synchronized (lines) {
            lines.addLast(line);
            printed++;
            if (lines.size() > KEPT_LINES) {
                lines.removeFirst();
            }
            lines.notifyAll();
        }
    }

    /** The client port. */
    public int port() {
        return ready.join();
    }

    /** The newest lines. */
    public List<String> output() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** How many lines it has printed so far. */
    long printed() {
        synchronized (lines) {
            return printed;
        }
    }

    /** The newest lines that came after so many, and what is on its way: until none comes for a moment. */
    List<String> outputAfter(final long earlier) {
        synchronized (lines) {
            final long end = System.nanoTime() + MOST_NANOS;
            long before;
            do {
                before = printed;
                try {
                    lines.wait(QUIET_MILLIS);
                } catch (final InterruptedException impatient) {
                    Thread.currentThread().interrupt();
                    break;
                }
            } while (printed > before && System.nanoTime() < end);
            return lines.stream().skip(Math.max(0, lines.size() - (printed - earlier))).toList();
        }
    }

    /** Whether no test has had it yet. */
    boolean isUntouched() {
        return untouched;
    }

    /** A test has it. */
    void touch() {
        untouched = false;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end, and doesn't wait. */
    void askToEnd() {
        process.destroy();
    }

    /** Ends it, with what it has started, and deletes its data; returns when both is done. Harmless a second time. */
    void end() {
        askToEnd();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                if (!process.waitFor(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (final InterruptedException later) {
                interrupted = true;
            }
        }
        try {
            process.getOutputStream().close();
            RunFolder.delete(folder);
        } catch (final IOException left) {
            System.err.println("drawbore: " + folder + " could not be deleted: " + left);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
