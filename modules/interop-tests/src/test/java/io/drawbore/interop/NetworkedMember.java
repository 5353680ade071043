package io.drawbore.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A member of a cluster, on a host of its own with a small disk of its own. Closing kills it. */
final class NetworkedMember implements AutoCloseable {
    private static final int CLIENT_PORT = 2379;
    private static final int PEER_PORT = 2380;
    /** Room for the log's segments, one of them made ahead, and the store. */
    private static final String DISK = "size=320m";

    private final TestNetwork network;
    private final ServerKind kind;
    private final int host;
    private final Path disk;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private String name;
    private int lives;
    private Process process;

    NetworkedMember(final TestNetwork network, final ServerKind kind, final int host, final Path folder)
            throws IOException {
        this.network = network;
        this.kind = kind;
        this.host = host;
        name = "m" + host;
        disk = Files.createDirectories(folder.resolve(name));
        Ran.well("mount", "-t", "tmpfs", "-o", DISK, "tmpfs", disk.toString());
    }

    String name() {
        return name;
    }

    /** The next member on this host is another one. */
    void rename() {
        name = "m" + host + "-" + ++lives;
    }

    int host() {
        return host;
    }

    ServerKind kind() {
        return kind;
    }

    String client() {
        return "http://" + network.address(host) + ":" + CLIENT_PORT;
    }

    String peer() {
        return "http://" + network.address(host) + ":" + PEER_PORT;
    }

    /** How it stands in the list of founders. */
    String founder() {
        return name + "=" + peer();
    }

    /**
     * Starts it, on the data that it has; doesn't wait for it.
     *
     * @param cluster all members, as founders are named
     * @param state {@code new} or {@code existing}
     */
    void start(final String cluster, final String state) {
        final var command = new ArrayList<>(network.on(host));
        command.addAll(List.of(
                kind.program().toString(),
                "--name=" + name,
                "--data-dir=" + disk.resolve(name),
                "--listen-client-urls=" + client(),
                "--advertise-client-urls=" + client(),
                "--listen-peer-urls=" + peer(),
                "--initial-advertise-peer-urls=" + peer(),
                "--initial-cluster=" + cluster,
                "--initial-cluster-state=" + state,
                "--snapshot-count=2000"));
        try {
            process = new ProcessBuilder(command)
                    .directory(disk.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
        final Process started = process;
        Thread.ofPlatform().daemon().name("output").start(() -> collect(started));
    }

    private void collect(final Process started) {
        try (BufferedReader reader = started.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(output::add);
        } catch (final IOException | UncheckedIOException ended) {
            output.add("(" + ended.getMessage() + ")");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void signal(final String signal) {
        Ran.well("kill", "-" + signal, Long.toString(process.pid()));
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Takes all the room that is left, until {@link #emptyDisk}. */
    void fillDisk() {
        Ran.command(
                List.of("dd", "if=/dev/zero", "of=" + disk.resolve("filler"), "bs=64k"), "", Ran.PATIENCE);
    }

    void emptyDisk() throws IOException {
        Files.delete(disk.resolve("filler"));
    }

    /** Forgets all that the member wrote. */
    void wipe() {
        Ran.well("rm", "-rf", disk.resolve(name).toString());
    }

    /** What was printed last. */
    String lastLines() {
        final String state = process != null && isAlive() ? ", alive:\n" : ", ended:\n";
        return name + state + String.join("\n", output.subList(Math.max(0, output.size() - 30), output.size()));
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor(Ran.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        Ran.well("umount", "--lazy", disk.toString());
    }
}
