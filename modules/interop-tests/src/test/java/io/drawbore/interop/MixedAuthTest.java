package io.drawbore.interop;

import static io.drawbore.interop.ServerKind.DRAWBORE;
import static io.drawbore.interop.ServerKind.ETCD_3_6;
import static io.drawbore.interop.ServerKind.ETCD_3_7;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ours and real etcds in one cluster know the same users, whichever of them is told of them and whichever leads. */
@Tag("full")
class MixedAuthTest {
    private static final String ROOT = "--user=root:r";
    private static final String ALICE = "--user=alice:a";

    /** Long enough for a key to be put on a lease before that ends, and to be waited for. */
    private static final String LEASE_SECONDS = "6";

    @TempDir
    Path folder;

    static Stream<List<ServerKind>> mixtures() {
        return Stream.of(List.of(DRAWBORE, ETCD_3_7, ETCD_3_7), List.of(DRAWBORE, DRAWBORE, ETCD_3_6));
    }

    @ParameterizedTest
    @MethodSource("mixtures")
    void allMembersKnowTheSameUsers(final List<ServerKind> kinds) throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, kinds)) {
            cluster.ctlAt(0, "user", "add", "root:r");
            cluster.ctlAt(1, "user", "grant-role", "root", "root");
            cluster.ctlAt(2, "role", "add", "writer");
            cluster.ctlAt(0, "role", "grant-permission", "writer", "readwrite", "--prefix", "a");
            cluster.ctlAt(1, "user", "add", "alice:a");
            cluster.ctlAt(2, "user", "grant-role", "alice", "writer");
            cluster.ctlAt(0, "auth", "enable");
            for (int leader = 0; leader < cluster.size(); leader++) {
                final int leads = leader;
                cluster.moveLeader(leader, ROOT);
                for (int i = 0; i < cluster.size(); i++) {
                    final int at = i;
                    cluster.ctlAt(i, ALICE, "put", "a" + i, "by " + leader);
                    assertEquals("a" + i + "\nby " + leader, cluster.ctlAt((i + 1) % 3, ALICE, "get", "a" + i));
                    refused("permission denied", () -> cluster.ctlAt(at, ALICE, "put", "b", "1"));
                    refused("permission denied", () -> cluster.ctlAt(at, ALICE, "user", "list"));
                    refused("user name is empty", () -> cluster.ctlAt(at, "get", "a" + leads));
                    refused("invalid user ID or password", () -> cluster.ctlAt(at, "--user=alice:b", "get", "a"));
                }
                cluster.ctlAt(leader, ROOT, "user", "add", "later" + leader + ":x");
                final String lease = cluster.ctlAt(leader, ROOT, "lease", "grant", LEASE_SECONDS).split(" ")[1];
                cluster.ctlAt(leader, ROOT, "put", "leased", "x", "--lease=" + lease);
                Cluster.await(() -> cluster.ctlAt(leads, ROOT, "get", "leased").isEmpty());
            }
            final String users = cluster.ctlAt(0, ROOT, "user", "list");
            assertEquals(5, users.lines().count());
            for (int i = 1; i < cluster.size(); i++) {
                assertEquals(users, cluster.ctlAt(i, ROOT, "user", "list"));
                assertEquals(
                        cluster.ctlAt(0, ROOT, "role", "get", "writer"),
                        cluster.ctlAt(i, ROOT, "role", "get", "writer"));
            }
            cluster.ctlAt(2, ROOT, "auth", "disable");
            cluster.assertSame();
        }
    }

    private static void refused(final String reason, final Runnable request) {
        final AssertionError refusal = assertThrows(AssertionError.class, request::run);
        assertTrue(String.valueOf(refusal.getMessage()).contains(reason), refusal::toString);
    }
}
