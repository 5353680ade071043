package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * etcdctl, the Go client and jetcd, each told of all three members, write while every member in turn is killed and
 * started again, and then stopped and continued: nothing that they were acknowledged is lost. How long each was left
 * without an answer is written to a file beside the reports, for etcd itself too: a client whose member stands still
 * waits for its own time limit, whoever leads.
 */
@Tag("full")
class ClusterClientsTest {
    private static final Duration CALM = Duration.ofSeconds(1);
    private static final Duration STOPPED = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"DRAWBORE", "ETCD_3_7"})
    void nothingAcknowledgedIsLost(final ServerKind kind) throws Exception {
        try (Cluster cluster = Cluster.found(folder, Collections.nCopies(3, kind))) {
            cluster.awaitLeader();
            final String endpoints = cluster.endpoints();
            final List<AcknowledgedPuts> clients = List.of(
                    AcknowledgedPuts.etcdctl(endpoints),
                    AcknowledgedPuts.goClient(endpoints),
                    AcknowledgedPuts.jetcd(endpoints));
            final var told = new StringBuilder();
            try {
                goOn(clients);
                tell(told, "before", clients);
                for (int i = 0; i < cluster.size(); i++) {
                    cluster.kill(i);
                    goOn(clients);
                    cluster.restart(i);
                    goOn(clients);
                }
                tell(told, "members killed and started", clients);
                for (int i = 0; i < cluster.size(); i++) {
                    cluster.member(i).signal("STOP");
                    Waiting.pass(STOPPED);
                    cluster.member(i).signal("CONT");
                    goOn(clients);
                }
                tell(told, "members stopped for " + STOPPED.toSeconds() + " s and continued", clients);
            } finally {
                for (final AcknowledgedPuts client : clients) {
                    client.close();
                }
            }
            Files.writeString(Path.of("target", "cluster-clients-" + kind + ".txt"), told);
            for (int i = 0; i < cluster.size(); i++) {
                final Set<String> there = cluster.ctlAt(i, "get", "", "--prefix", "--keys-only")
                        .lines()
                        .collect(Collectors.toCollection(HashSet::new));
                for (final AcknowledgedPuts client : clients) {
                    assertEquals(List.of(), client.keys().stream().filter(key -> !there.contains(key)).toList());
                }
            }
            cluster.assertSame();
        }
    }

    /** Every client is acknowledged something from now on, and then a second passes. */
    private static void goOn(final List<AcknowledgedPuts> clients) {
        final List<Integer> before =
                clients.stream().map(client -> client.keys().size()).toList();
        for (int i = 0; i < clients.size(); i++) {
            final AcknowledgedPuts client = clients.get(i);
            final int known = before.get(i);
            Waiting.until("a client that goes on", () -> client.keys().size() > known);
        }
        Waiting.pass(CALM);
    }

    private static void tell(
            final StringBuilder told, final String phase, final List<AcknowledgedPuts> clients) {
        told.append(phase).append('\n');
        for (final AcknowledgedPuts client : clients) {
            told.append("  ")
                    .append(client.keys().getFirst().split("-")[0])
                    .append(": ")
                    .append(client.keys().size())
                    .append(" puts acknowledged by then, at most ")
                    .append(client.longestPause().toMillis())
                    .append(" ms without one\n");
        }
    }
}
