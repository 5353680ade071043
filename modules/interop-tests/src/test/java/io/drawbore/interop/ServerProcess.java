package io.drawbore.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One server process in a folder of its own, on free ports. Closing kills it. */
final class ServerProcess implements AutoCloseable {
    private static final String READY = "ready to serve client requests";
    private static final Pattern OWN_VERSION = Pattern.compile("\"etcdserver\":\"([0-9]+\\.[0-9]+)\\.");

    private final Process process;
    private final String client;
    private final String peer;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final Thread collector;

    private ServerProcess(final Process process, final String client, final String peer) {
        this.process = process;
        this.client = client;
        this.peer = peer;
        collector = Thread.ofPlatform().daemon().name("output").start(this::collect);
    }

    /** Starts a single member named {@code m} with its data in {@code folder/data}, and waits until it is ready. */
    static ServerProcess start(final ServerKind kind, final Path folder, final String... flags) {
        final List<Integer> ports = FreePorts.take(2);
        final String client = "http://127.0.0.1:" + ports.get(0);
        final String peer = "http://127.0.0.1:" + ports.get(1);
        final var all = new ArrayList<>(List.of("--initial-cluster=m=" + peer));
        all.addAll(List.of(flags));
        final ServerProcess server = launch(kind, "m", folder, client, peer, all);
        server.awaitReady();
        if (kind.isEtcd()) {
            server.awaitVersions();
        }
        return server;
    }

    /** The same of a distribution in some folder, with flags that each member has. */
    static ServerProcess of(final Path distribution, final Path folder) {
        final List<Integer> ports = FreePorts.take(2);
        final String client = "http://127.0.0.1:" + ports.get(0);
        final String peer = "http://127.0.0.1:" + ports.get(1);
        final List<String> flags = List.of("--initial-cluster=m=" + peer);
        final ServerProcess server =
                launch(distribution.resolve("bin/drawbore"), Map.of(), "m", folder, client, peer, flags);
        server.awaitReady();
        return server;
    }

    /** Starts a member with its data in {@code folder/data}, and does not wait. */
    static ServerProcess launch(
            final ServerKind kind,
            final String name,
            final Path folder,
            final String client,
            final String peer,
            final List<String> flags) {
        final var all = new ArrayList<>(kind.flags());
        flags.stream().map(kind::words).forEach(all::add);
        return launch(kind.program(), kind.variables(), name, folder, client, peer, all);
    }

    private static ServerProcess launch(
            final Path program,
            final Map<String, String> variables,
            final String name,
            final Path folder,
            final String client,
            final String peer,
            final List<String> flags) {
        final var command = new ArrayList<>(List.of(
                program.toString(),
                "--name=" + name,
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer));
        command.addAll(flags);
        try {
            Files.createDirectories(folder);
            final ProcessBuilder builder = new ProcessBuilder(command)
                    // a socket's file is where its members were started
                    .directory((peer.startsWith("unix") ? folder.getParent() : folder).toFile())
                    .redirectErrorStream(true);
            builder.environment().putAll(variables);
            return new ServerProcess(builder.start(), client, peer);
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Where clients are served. */
    String client() {
        return client;
    }

    /** Where peers are served. */
    String peer() {
        return peer;
    }

    /** The lines printed so far, errors included. */
    List<String> output() {
        return List.copyOf(output);
    }

    /** Whether it has a file mapped into its memory now. */
    boolean maps(final Path file) throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/maps")).contains(file.toString());
    }

    /** SIGTERM; answers the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        return awaitEnd();
    }

    /** Sends a signal by its name. */
    void signal(final String name) {
        Ran.well("kill", "-" + name, Long.toString(process.pid()));
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGKILL, without waiting. */
    void end() {
        process.destroyForcibly();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** Waits until it has ended by itself; answers the exit code. Then all output is there. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(Ran.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("the server did not end: " + lastLines());
        }
        if (!collector.join(Ran.PATIENCE)) {
            throw new IllegalStateException("the server has ended and its output has not: " + lastLines());
        }
        return process.exitValue();
    }

    /** Waits until it serves clients. */
    void awaitReady() {
        if (!ready.completeOnTimeout(false, Ran.PATIENCE.toSeconds(), TimeUnit.SECONDS).join()) {
            process.destroyForcibly();
            throw new IllegalStateException("the server did not become ready: " + lastLines());
        }
    }

    /** An etcd that is ready decides in a moment, or some seconds later, of which version its cluster and store are. */
    private void awaitVersions() {
        Waiting.until("the versions of an etcd's cluster and store", () -> areDecided(versions()));
    }

    private static boolean areDecided(final String said) {
        final Matcher own = OWN_VERSION.matcher(said);
        return own.find()
                && said.contains("\"etcdcluster\":\"" + own.group(1) + ".0\"")
                && (!said.contains("\"storage\"") || said.contains("\"storage\":\"" + own.group(1) + ".0\""));
    }

    /** What it says of versions, in JSON. */
    String versions() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            final HttpRequest request =
                    HttpRequest.newBuilder(URI.create(client + "/version")).timeout(Ran.PATIENCE).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private String lastLines() {
        return String.join("\n", output.subList(Math.max(0, output.size() - 20), output.size()));
    }

    private void collect() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.add(line);
                if (line.contains(READY)) {
                    ready.complete(true);
                }
            }
        } catch (final IOException ended) {
            output.add("(" + ended.getMessage() + ")");
        }
        ready.complete(false);
    }
}
