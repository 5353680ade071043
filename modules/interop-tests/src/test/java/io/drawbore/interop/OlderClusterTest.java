package io.drawbore.interop;

import static io.drawbore.interop.ServerKind.DRAWBORE;
import static io.drawbore.interop.ServerKind.DRAWBORE_AS_3_6;
import static io.drawbore.interop.ServerKind.ETCD_3_5;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ours, as members of 3.6, in one cluster with real etcds 3.5, which write v2 requests; and the way up and back. */
@Tag("full")
class OlderClusterTest {
    @TempDir
    Path folder;

    static Stream<List<ServerKind>> mixtures() {
        return Stream.of(
                List.of(ETCD_3_5, ETCD_3_5, DRAWBORE_AS_3_6), List.of(DRAWBORE_AS_3_6, ETCD_3_5, DRAWBORE_AS_3_6));
    }

    /** Whoever is asked knows all members by name and where clients reach them. */
    private static void allAreKnown(final Cluster cluster) {
        for (int asked = 0; asked < cluster.size(); asked++) {
            final int of = asked;
            for (int i = 0; i < cluster.size(); i++) {
                final String known = ", started, m" + i + ", ";
                final String reached = ", " + cluster.client(i) + ", ";
                Cluster.await(() -> cluster.ctlAt(of, "member", "list")
                        .lines()
                        .anyMatch(line -> line.contains(known) && line.contains(reached)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mixtures")
    void eachMemberLeadsAndIsKnownToTheOthers(final List<ServerKind> kinds) throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, kinds)) {
            cluster.awaitClusterVersion("3.5.0");
            final int ours = kinds.indexOf(DRAWBORE_AS_3_6);
            assertTrue(cluster.versions(ours).contains("\"etcdserver\":\"3.6."), cluster.versions(ours));
            cluster.awaitInStatus("\"storageVersion\":\"3.5.0\"", Collections.frequency(kinds, DRAWBORE_AS_3_6));
            allAreKnown(cluster);
            ClusterScenes.eachLeads(cluster);
            // at each start they write of themselves again, by v2 requests, whoever leads
            for (int i = 0; i < cluster.size(); i++) {
                cluster.moveLeader((i + 1) % cluster.size());
                cluster.kill(i);
                cluster.putAtEach("meanwhile" + i, "2");
                cluster.restart(i);
                cluster.putAtEach("after" + i, "3");
                cluster.assertSame();
            }
            allAreKnown(cluster);
        }
    }

    @Test
    void learnersAreGivenVotesByLeadersOfEitherKind() throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, List.of(ETCD_3_5, DRAWBORE_AS_3_6, ETCD_3_5))) {
            ClusterScenes.learnersGetVotes(cluster, DRAWBORE_AS_3_6, ETCD_3_5);
            allAreKnown(cluster);
        }
    }

    /** An etcd 3.5 reads who the members are from the v2 store in a snapshot, and keys from the rest of it. */
    @ParameterizedTest
    @MethodSource("mixtures")
    void whoFellBehindGetsASnapshot(final List<ServerKind> kinds) throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, kinds, ClusterScenes.SHORT_LOGS)) {
            cluster.awaitClusterVersion("3.5.0");
            ClusterScenes.eachFallsBehind(cluster);
            for (final ServerKind kind : List.of(DRAWBORE_AS_3_6, ETCD_3_5)) {
                ClusterScenes.oneJoinsLate(cluster, kind);
            }
            allAreKnown(cluster);
        }
    }

    /** The etcds compare hashes with the others, at their start, all the time and at compactions, and find nothing. */
    @Test
    void theCorruptionChecksOfEtcdAreSilent() throws InterruptedException {
        final Cluster.Setup setup = new Cluster.Setup(
                "http",
                List.of(),
                List.of(
                        "--experimental-initial-corrupt-check=true",
                        "--experimental-corrupt-check-time=1s",
                        "--experimental-compact-hash-check-enabled=true",
                        "--experimental-compact-hash-check-time=1s"));
        try (Cluster cluster = Cluster.found(folder, List.of(ETCD_3_5, DRAWBORE_AS_3_6, ETCD_3_5), setup)) {
            ClusterScenes.corruptionChecksAreSilent(cluster);
        }
    }

    /** A member needs no other's keys where its log still begins with the cluster's first entry. */
    @Test
    void aMemberGoesOnWithTheWholeLogOfAnEtcd() throws InterruptedException, IOException {
        try (Cluster cluster = Cluster.found(folder, Collections.nCopies(3, ETCD_3_5))) {
            cluster.awaitClusterVersion("3.5.0");
            for (int i = 0; i < cluster.size(); i++) {
                cluster.putMany(i, "before" + i + "-", 50);
                cluster.stop(i);
                cluster.takeOverLog(i, DRAWBORE_AS_3_6);
                cluster.putAtEach("after" + i, "x");
                cluster.assertSame();
            }
            allAreOf(cluster, "3.6.0");
            allAreKnown(cluster);
        }
    }

    @Test
    void whoRejectsV2DoesNotStartBesideThem() throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, List.of(ETCD_3_5, ETCD_3_5, DRAWBORE_AS_3_6))) {
            cluster.awaitClusterVersion("3.5.0");
            final String joining = cluster.refusedToJoin(DRAWBORE_AS_3_6, "--v2-compat=reject");
            assertTrue(joining.contains("--v2-compat=reject"), joining);
            assertFalse(joining.contains("ready to serve"), joining);
            cluster.stop(2);
            final String again = cluster.refused(2, "--v2-compat=reject");
            assertTrue(again.contains("the cluster is of version 3.5.0, whose members write v2 requests"), again);
            cluster.restart(2);
            cluster.putAtEach("after", "x");
            cluster.assertSame();
        }
    }

    /** All the way up, and all the way back, while a client writes. */
    @Test
    void aClusterMovesFromEtcd35ToOursOf37AndBack() throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, Collections.nCopies(3, ETCD_3_5));
                AcknowledgedPuts traffic = AcknowledgedPuts.jetcd(cluster.endpoints())) {
            cluster.awaitClusterVersion("3.5.0");
            for (int i = 0; i < cluster.size(); i++) {
                cluster.stop(i);
                cluster.replace(i, DRAWBORE_AS_3_6);
                goesOn(cluster, traffic);
            }
            allAreOf(cluster, "3.6.0");
            for (int i = 0; i < cluster.size(); i++) {
                cluster.stop(i);
                cluster.restartAs(i, DRAWBORE);
                goesOn(cluster, traffic);
            }
            allAreOf(cluster, "3.7.0");
            cluster.ctl("downgrade", "enable", "3.6");
            allAreOf(cluster, "3.6.0");
            for (int i = 0; i < cluster.size(); i++) {
                cluster.stop(i);
                cluster.restartAs(i, DRAWBORE_AS_3_6);
                goesOn(cluster, traffic);
            }
            cluster.awaitInStatus("\"enabled\":true", 0);
            cluster.ctl("downgrade", "enable", "3.5");
            allAreOf(cluster, "3.5.0");
            // no etcd joins while a downgrade is under way; one that was added keeps the cluster from going up again
            cluster.stop(0);
            cluster.replace(0, ETCD_3_5, "downgrade", "cancel");
            goesOn(cluster, traffic);
            for (int i = 1; i < cluster.size(); i++) {
                cluster.stop(i);
                cluster.replace(i, ETCD_3_5);
                goesOn(cluster, traffic);
            }
            cluster.awaitClusterVersion("3.5.0");
            traffic.close();
            final Set<String> there = new HashSet<>(
                    cluster.ctlAt(0, "get", "", "--prefix", "--keys-only").lines().toList());
            assertEquals(
                    List.of(),
                    traffic.keys().stream().filter(key -> !there.contains(key)).toList());
            allAreKnown(cluster);
            cluster.assertSame();
        }
    }

    private static void goesOn(final Cluster cluster, final AcknowledgedPuts traffic) {
        final int before = traffic.keys().size();
        Waiting.until("a client that goes on", () -> traffic.keys().size() > before);
        cluster.assertSame();
    }

    private static void allAreOf(final Cluster cluster, final String version) {
        cluster.awaitClusterVersion(version);
        cluster.awaitInStatus("\"storageVersion\":\"" + version + "\"", cluster.size());
        cluster.assertSame();
    }
}
