package io.drawbore.interop;

import static io.drawbore.interop.ServerKind.DRAWBORE;
import static io.drawbore.interop.ServerKind.ETCD_3_6;
import static io.drawbore.interop.ServerKind.ETCD_3_7;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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
    /** What an etcd says that has compared its hash with those of two others. */
    private static final String ALL_CHECKED =
            "\"msg\":\"finished peer corruption check\",\"number-of-peers-checked\":2";

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
            cluster.putAtEach("before", "x");
            cluster.moveLeader(0);
            final int ours = cluster.join(DRAWBORE, "--learner");
            cluster.promote(ours, 1);
            cluster.moveLeader(1);
            final int etcd = cluster.join(ETCD_3_7, "--learner");
            cluster.promote(etcd, 0);
            cluster.moveLeader(ours);
            cluster.putAtEach("after", "x");
            cluster.assertSame();
        }
    }

    /** Who was away needs what the others' logs no longer have; a new member has nothing at all. */
    @ParameterizedTest
    @MethodSource("mixtures")
    void whoFellBehindGetsASnapshot(final List<ServerKind> kinds) throws InterruptedException {
        final Cluster.Setup setup = Cluster.Setup.of("--snapshot-count=20", "--snapshot-catchup-entries=5");
        try (Cluster cluster = Cluster.found(folder, kinds, setup)) {
            for (int i = 0; i < cluster.size(); i++) {
                final int sender = (i + 1) % cluster.size();
                cluster.moveLeader(sender);
                cluster.stop(i);
                cluster.moveLeader(sender);
                cluster.putMany(sender, "away" + i + "-", 150);
                cluster.ctlAt(sender, "compaction", String.valueOf(100 * (i + 1)));
                cluster.restart(i);
                cluster.putAtEach("back" + i, "x");
                cluster.assertSame();
                assertFalse(cluster.logged(sender, "database snapshot").isEmpty(), "no snapshot was sent");
            }
            final int joined = cluster.join(DRAWBORE);
            cluster.putAtEach("joined", "x");
            cluster.assertSame();
            assertFalse(cluster.logged(joined, "receiving database snapshot").isEmpty(), "no snapshot came");
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
            cluster.moveLeader(0);
            for (int round = 1; round <= 3; round++) {
                cluster.putMany(1, "round" + round + "-", 100);
                cluster.ctlAt(0, "compaction", String.valueOf(80 * round));
                final int checks = cluster.logged(0, ALL_CHECKED).size();
                Cluster.await(() -> cluster.logged(0, ALL_CHECKED).size() > checks);
                cluster.stop(2);
                cluster.restart(2);
                cluster.moveLeader(0);
                cluster.assertSame();
            }
            for (final int etcd : List.of(0, 2)) {
                assertEquals(List.of(), cluster.logged(etcd, "mismatch"));
                assertEquals(List.of(), cluster.logged(etcd, "corrupt", "\"level\":\"error\""));
            }
            assertFalse(cluster.logged(2, "initial corruption checking passed").isEmpty(), "nothing was checked");
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
