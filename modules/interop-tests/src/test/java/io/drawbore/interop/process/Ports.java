package io.drawbore.interop.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where one member listens. */
record Ports(int client, int peer) {
    /** Two free ones. */
    static Ports free() {
        final InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket client = new ServerSocket(0, 1, loopback);
                ServerSocket peer = new ServerSocket(0, 1, loopback)) {
            return new Ports(client.getLocalPort(), peer.getLocalPort());
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String clientUrl() {
        return "http://127.0.0.1:" + client;
    }

    String peerUrl() {
        return "http://127.0.0.1:" + peer;
    }

    /** Only the URLs of the single member {@code m}. */
    List<String> urls() {
        return List.of(
                "--name=m",
                "--listen-client-urls=" + clientUrl(),
                "--advertise-client-urls=" + clientUrl(),
                "--listen-peer-urls=" + peerUrl(),
                "--initial-advertise-peer-urls=" + peerUrl());
    }

    /** All flags of the single member {@code m}. */
    List<String> flags(final Path dataDir, final String... more) {
        final var flags = new ArrayList<>(urls());
        flags.add("--initial-cluster=m=" + peerUrl());
        flags.add("--data-dir=" + dataDir);
        flags.addAll(List.of(more));
        return flags;
    }
}
