package io.drawbore.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/** One member on free loopback ports. Owned by the bench's one thread; closing kills it. */
final class ServerProcess implements AutoCloseable {
    private static final String READY = "ready to serve client requests";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int KEPT_LINES = 40;

    private final Process process;
    private final String endpoint;
    private final ConcurrentLinkedDeque<String> lastLines = new ConcurrentLinkedDeque<>();
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();

    private ServerProcess(final Process process, final String endpoint) {
        this.process = process;
        this.endpoint = endpoint;
        Thread.ofPlatform().daemon().name("output").start(this::collect);
    }

    /** Starts a member with its data in the folder, new or left by an earlier process; doesn't wait for it. */
    static ServerProcess launch(
            final Path program, final Path data, final Place place, final String name, final String cluster) {
        final String client = "http://" + place.client();
        final String peers = place.peerUrl();
        final var builder = new ProcessBuilder(
                program.toString(),
                "--name=" + name,
                "--data-dir=" + data,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=" + cluster);
        builder.environment().put("DRAWBORE_JAVA_HOME", System.getProperty("java.home"));
        try {
            return new ServerProcess(builder.redirectErrorStream(true).start(), place.client());
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Waits until it says that it serves. */
    ServerProcess awaitReady() {
        if (!ready.completeOnTimeout(false, PATIENCE.toSeconds(), TimeUnit.SECONDS).join()) {
            close();
            throw new IllegalStateException("the server did not become ready:\n" + String.join("\n", lastLines));
        }
        return this;
    }

    /** Where clients are served: host and port. */
    String endpoint() {
        return endpoint;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it printed last. */
    String lastLines() {
        return String.join("\n", lastLines);
    }

    /** Ends it at once, as a crash would; its data stay. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Where a member listens, as host and port.
     *
     * @param client for clients
     * @param peer for other members
     */
    record Place(String client, String peer) {
        String peerUrl() {
            return "http://" + peer;
        }
    }

    /** Two addresses on loopback that are free; both are held until both are found, so that they differ. */
    static Place freePlace() {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Place("127.0.0.1:" + first.getLocalPort(), "127.0.0.1:" + second.getLocalPort());
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Removes a folder and what it holds. */
    static void remove(final Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (final Path file : new ArrayList<>(files.toList()).reversed()) {
                Files.delete(file);
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void collect() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lastLines.add(line);
                if (lastLines.size() > KEPT_LINES) {
                    lastLines.poll();
                }
                if (line.contains(READY)) {
                    ready.complete(true);
                }
            }
        } catch (final IOException ended) {
            lastLines.add("(" + ended.getMessage() + ")");
        }
        ready.complete(false);
    }
}
