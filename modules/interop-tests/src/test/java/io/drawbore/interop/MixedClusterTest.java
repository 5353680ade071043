package io.drawbore.interop;

import static io.drawbore.interop.ServerKind.DRAWBORE;
import static io.drawbore.interop.ServerKind.ETCD_3_6;
import static io.drawbore.interop.ServerKind.ETCD_3_7;

import io.drawbore.testkit.Certificates;
import java.io.IOException;
import java.nio.file.Files;
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
            ClusterScenes.eachLeads(cluster);
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
        try (Cluster cluster = Cluster.found(
                folder, List.of(ETCD_3_7, ETCD_3_7, ETCD_3_7))) {
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
        try (Cluster cluster = Cluster.found(folder, List.of(DRAWBORE, ETCD_3_7, DRAWBORE), Cluster.Setup.of())) {
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

    /** Who is asked and doesn't lead asks the leader, which is of the other kind. */
    @Test
    void learnersAreGivenVotesByLeadersOfEitherKind() throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, List.of(ETCD_3_7, DRAWBORE, ETCD_3_7))) {
            ClusterScenes.learnersGetVotes(cluster, DRAWBORE, ETCD_3_7);
        }
    }

    /** Who was away needs what the others' logs no longer have; a new member has nothing at all. */
    @ParameterizedTest
    @MethodSource("mixtures")
    void whoFellBehindGetsASnapshot(final List<ServerKind> kinds) throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, kinds, ClusterScenes.SHORT_LOGS)) {
            ClusterScenes.eachFallsBehind(cluster);
            ClusterScenes.oneJoinsLate(cluster, DRAWBORE);
        }
    }

    /** The etcds compare hashes with the others, at their start and all the time, and find nothing. */
    @Test
    void theCorruptionChecksOfEtcdAreSilent() throws InterruptedException {
        final Cluster.Setup setup = new Cluster.Setup(
                "http",
                List.of(),
                List.of(
                        "--feature-gates=InitialCorruptCheck=true,CompactHashCheck=true",
                        "--corrupt-check-time=1s",
                        "--compact-hash-check-time=1s"));
        try (Cluster cluster = Cluster.found(folder, List.of(ETCD_3_7, DRAWBORE, ETCD_3_7), setup)) {
            ClusterScenes.corruptionChecksAreSilent(cluster);
        }
    }

    @Test
    void membersOfOneMachineTalkThroughItsFileSystem() throws InterruptedException {
        final Cluster.Setup setup = new Cluster.Setup("unix", List.of(), List.of());
        try (Cluster cluster = Cluster.found(folder, List.of(ETCD_3_7, DRAWBORE, DRAWBORE), setup)) {
            for (int i = 0; i < cluster.size(); i++) {
                cluster.moveLeader(i);
                cluster.putAtEach("turn" + i, "x");
                cluster.assertSame();
            }
            cluster.kill(1);
            cluster.restart(1);
            cluster.putAtEach("back", "x");
            cluster.assertSame();
        }
    }

    @Test
    void membersProveEachOtherWhoTheyAre() throws InterruptedException, IOException {
        final Certificates certificates =
                new Certificates(Files.createDirectories(folder.resolve("certificates"))).issue("peer");
        final Cluster.Setup setup = new Cluster.Setup(
                "https",
                List.of(
                        "--peer-cert-file=" + certificates.certificate("peer", ""),
                        "--peer-key-file=" + certificates.certificate("peer", "-key"),
                        "--peer-trusted-ca-file=" + certificates.authority(),
                        "--peer-client-cert-auth=true"),
                List.of());
        try (Cluster cluster = Cluster.found(folder, List.of(ETCD_3_7, DRAWBORE, DRAWBORE), setup)) {
            for (int i = 0; i < cluster.size(); i++) {
                cluster.moveLeader(i);
                cluster.putAtEach("turn" + i, "x");
                cluster.assertSame();
            }
            certificates.issue("peer");
            cluster.kill(0);
            cluster.putAtEach("without", "x");
            cluster.restart(0);
            cluster.putAtEach("renewed", "x");
            cluster.assertSame();
        }
    }
}
