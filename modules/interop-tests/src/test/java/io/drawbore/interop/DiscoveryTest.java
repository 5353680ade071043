package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of ours and a real etcd find each other in a list that another etcd keeps, and found a cluster; whoever comes
 * later is told that it is full. When the etcd is lost, the other goes on alone.
 */
@Tag("full")
class DiscoveryTest {
    private static final String PREFIX = "/_etcd/registry/token/";

    @TempDir
    Path folder;

    private static String ctl(final ServerProcess server, final String... arguments) {
        final var command = new ArrayList<>(Ran.patient(Programs.go("etcdctl-3.7"), server.client()));
        command.addAll(List.of(arguments));
        final Ran ran = Ran.command(command, "", Ran.PATIENCE);
        assertEquals(0, ran.exitCode(), () -> String.join(" ", command) + ": " + ran.output());
        return ran.output();
    }

    private ServerProcess launch(final ServerKind kind, final String name, final List<String> flags) {
        final List<Integer> ports = FreePorts.take(2);
        return ServerProcess.launch(
                kind,
                name,
                folder.resolve(name),
                "http://127.0.0.1:" + ports.get(0),
                "http://127.0.0.1:" + ports.get(1),
                flags);
    }

    @Test
    void foundersFindEachOtherAndOneGoesOnAlone() throws InterruptedException {
        try (ServerProcess registry = ServerProcess.start(ServerKind.ETCD_3_7, folder.resolve("registry"))) {
            ctl(registry, "put", PREFIX + "_config/size", "2");
            final List<String> flags =
                    List.of("--discovery-endpoints=" + registry.client(), "--discovery-token=token");
            try (ServerProcess ours = launch(ServerKind.DRAWBORE, "ours", flags)) {
                try (ServerProcess theirs = launch(ServerKind.ETCD_3_7, "theirs", flags)) {
                    ours.awaitReady();
                    theirs.awaitReady();
                    ctl(ours, "put", "a", "1");
                    assertEquals("a\n1", ctl(theirs, "get", "a"));
                    assertEquals(2, ctl(registry, "get", "--prefix", "--keys-only", PREFIX + "members").lines()
                            .filter(line -> !line.isEmpty())
                            .count());
                    try (ServerProcess late = launch(ServerKind.DRAWBORE, "late", flags)) {
                        assertTrue(late.awaitEnd() != 0);
                        assertTrue(
                                late.output().toString()
                                        .contains("failed to join discovery cluster (discovery: cluster is full)"),
                                () -> late.output().toString());
                    }
                    theirs.kill();
                }
                ours.kill();
            }
            try (ServerProcess alone = launch(ServerKind.DRAWBORE, "ours", List.of("--force-new-cluster"))) {
                alone.awaitReady();
                assertEquals("a\n1", ctl(alone, "get", "a"));
                ctl(alone, "put", "b", "2");
                assertEquals(1, ctl(alone, "member", "list").lines().count());
            }
            try (ServerProcess again = launch(ServerKind.DRAWBORE, "ours", List.of())) {
                again.awaitReady();
                assertEquals("b\n2", ctl(again, "get", "b"));
            }
        }
    }
}
