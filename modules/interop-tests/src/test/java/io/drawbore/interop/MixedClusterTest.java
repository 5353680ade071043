package io.drawbore.interop;

import static io.drawbore.interop.ServerKind.DRAWBORE;
import static io.drawbore.interop.ServerKind.ETCD_3_6;
import static io.drawbore.interop.ServerKind.ETCD_3_7;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ours and real etcds in one cluster. */
@Tag("full")
class MixedClusterTest {
    @TempDir
    Path folder;

    static Stream<List<ServerKind>> mixtures() {
        return Stream.of(
                List.of(ETCD_3_7, ETCD_3_7, DRAWBORE),
                List.of(DRAWBORE, DRAWBORE, ETCD_3_7),
                List.of(ETCD_3_6, ETCD_3_6, DRAWBORE),
                List.of(ETCD_3_7, DRAWBORE, ETCD_3_6));
    }

    @ParameterizedTest
    @MethodSource("mixtures")
    void eachMemberLeadsInTurn(final List<ServerKind> kinds) throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, kinds)) {
            for (int i = 0; i < cluster.size(); i++) {
                cluster.moveLeader(i);
                assertEquals(i, cluster.leader());
                cluster.putAtEach("turn" + i, "by " + kinds.get(i));
                final String lease = cluster.ctlAt((i + 1) % cluster.size(), "lease", "grant", "600").split(" ")[1];
                cluster.ctlAt((i + 2) % cluster.size(), "put", "leased", "x", "--lease=" + lease);
                cluster.ctlAt(i, "lease", "timetolive", lease, "--keys");
                cluster.ctlAt((i + 1) % cluster.size(), "lease", "keep-alive", lease, "--once");
                cluster.ctlAt((i + 2) % cluster.size(), "lease", "revoke", lease);
                cluster.assertSame();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mixtures")
    void anyMemberMayDieAndComeBack(final List<ServerKind> kinds) throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, kinds)) {
            for (int i = 0; i < cluster.size(); i++) {
                cluster.putAtEach("before" + i, "1");
                cluster.kill(i);
                cluster.putAtEach("meanwhile" + i, "2");
                cluster.restart(i);
                cluster.putAtEach("after" + i, "3");
                cluster.assertSame();
            }
        }
    }

    /** All etcds are replaced one by one, and then ours are. */
    @Test
    void aClusterMovesToDrawboreAndBack() throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, List.of(ETCD_3_7, ETCD_3_7, ETCD_3_7))) {
            for (final ServerKind kind : List.of(DRAWBORE, ETCD_3_7)) {
                for (int i = 0; i < cluster.size(); i++) {
                    cluster.putAtEach(kind + "-" + i, "x");
                    cluster.stop(i);
                    cluster.replace(i, kind);
                    cluster.assertSame();
                }
            }
        }
    }

    /** By etcd's steps: the cluster's version first, then the members' stores, then an etcd of 3.6; and up again. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aClusterIsDowngradedAndUpgraded(final int leader) throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, List.of(DRAWBORE, ETCD_3_7, DRAWBORE))) {
            cluster.awaitInStatus("\"storageVersion\":\"3.7.0\"", 3);
            cluster.moveLeader(leader);
            cluster.putAtEach("before", "1");
            cluster.ctl("downgrade", "validate", "3.6");
            cluster.ctl("downgrade", "enable", "3.6");
            cluster.awaitInStatus("\"storageVersion\":\"3.6.0\"", 3);
            cluster.awaitInStatus("\"targetVersion\":\"3.6.0\"", 3);
            cluster.putAtEach("ready", "2");
            cluster.assertSame();
            cluster.stop(1);
            cluster.restartAs(1, ETCD_3_6);
            cluster.putAtEach("down", "3");
            cluster.assertSame();
            // with one of 3.6 in it the cluster stays of 3.6
            cluster.ctl("downgrade", "cancel");
            cluster.awaitInStatus("\"enabled\":true", 0);
            cluster.awaitInStatus("\"storageVersion\":\"3.6.0\"", 3);
            cluster.stop(1);
            cluster.restartAs(1, ETCD_3_7);
            cluster.awaitInStatus("\"storageVersion\":\"3.7.0\"", 3);
            cluster.putAtEach("after", "4");
            cluster.assertSame();
        }
    }
}
