package io.drawbore.interop.process;

import io.drawbore.interop.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where one member listens. */
record Ports(int client, int peer) {
    /** Two free ones. */
    static Ports free() {
        final List<Integer> ports = FreePorts.take(2);
        return new Ports(ports.get(0), ports.get(1));
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
