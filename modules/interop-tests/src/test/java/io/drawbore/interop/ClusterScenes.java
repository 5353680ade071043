package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.stream.IntStream;

/** What members of both kinds go through together, whatever releases they are of. In the end all have the same. */
final class ClusterScenes {
    /** What an etcd says that has compared its hash with those of two others. */
    private static final String CHECKED = "\"msg\":\"finished peer corruption check\",\"number-of-peers-checked\":2";

    /** Soon nobody's log has any more what a member missed that was away. */
    static final Cluster.Setup SHORT_LOGS = Cluster.Setup.of("--snapshot-count=20", "--snapshot-catchup-entries=5");

    private ClusterScenes() {}

    /** Each leads, and is asked for keys and leases like all others. */
    static void eachLeads(final Cluster cluster) {
        for (int i = 0; i < cluster.size(); i++) {
            cluster.moveLeader(i);
            cluster.putAtEach("turn" + i, "x");
            final String lease = cluster.ctlAt((i + 1) % cluster.size(), "lease", "grant", "600").split(" ")[1];
            cluster.ctlAt((i + 2) % cluster.size(), "put", "leased", "x", "--lease=" + lease);
            cluster.ctlAt(i, "lease", "timetolive", lease, "--keys");
            cluster.ctlAt((i + 1) % cluster.size(), "lease", "keep-alive", lease, "--once");
            cluster.ctlAt((i + 2) % cluster.size(), "lease", "revoke", lease);
            cluster.assertSame();
        }
    }

    /** A learner of each kind gets its vote by a leader of the other, through one that doesn't lead. */
    static void learnersGetVotes(final Cluster cluster, final ServerKind ours, final ServerKind etcd)
            throws InterruptedException {
        cluster.putAtEach("before", "x");
        cluster.moveLeader(0);
        final int first = cluster.join(ours, "--learner");
        cluster.promote(first, 1);
        cluster.moveLeader(1);
        final int second = cluster.join(etcd, "--learner");
        cluster.promote(second, 0);
        cluster.moveLeader(first);
        cluster.putAtEach("after", "x");
        cluster.assertSame();
    }

    /** With {@link #SHORT_LOGS}: who was away gets a snapshot of its leader. */
    static void eachFallsBehind(final Cluster cluster) throws InterruptedException {
        for (int i = 0; i < cluster.size(); i++) {
            final int sender = (i + 1) % cluster.size();
            cluster.moveLeader(sender);
            cluster.stop(i);
            cluster.moveLeader(sender);
            final int sent = snapshotsOfOthers(cluster, i);
            cluster.putMany(sender, "away" + i + "-", 150);
            cluster.ctlAt(sender, "compaction", String.valueOf(100 * (i + 1)));
            cluster.restart(i);
            cluster.putAtEach("back" + i, "x");
            cluster.assertSame();
            final int away = i;
            Waiting.until("a snapshot to be sent", () -> snapshotsOfOthers(cluster, away) > sent);
            awaitSnapshotAt(cluster, i);
        }
    }

    /** Lines about snapshots of all but one, of whom the one that leads sends them. */
    private static int snapshotsOfOthers(final Cluster cluster, final int away) {
        return IntStream.range(0, cluster.size())
                .filter(member -> member != away)
                .map(member -> cluster.logged(member, "database snapshot").size())
                .sum();
    }

    /** Waits until a member has said, since its start, that it gets one. */
    private static void awaitSnapshotAt(final Cluster cluster, final int member) {
        Waiting.until(
                "a snapshot to come", () -> !cluster.logged(member, "receiving database snapshot").isEmpty());
    }

    /** With {@link #SHORT_LOGS}: a new member has nothing at all, and gets a snapshot. */
    static void oneJoinsLate(final Cluster cluster, final ServerKind kind) throws InterruptedException {
        final int joined = cluster.join(kind);
        cluster.putAtEach("joined" + joined, "x");
        cluster.assertSame();
        awaitSnapshotAt(cluster, joined);
    }

    /** The etcds 0 and 2 of three, told to compare hashes with the others, at start and all the time, find nothing. */
    static void corruptionChecksAreSilent(final Cluster cluster) throws InterruptedException {
        for (int round = 1; round <= 3; round++) {
            cluster.moveLeader(0);
            cluster.putMany(1, "round" + round + "-", 100);
            cluster.ctlAt(0, "compaction", String.valueOf(80 * round));
            final int checks = cluster.logged(0, CHECKED).size();
            Waiting.until("another corruption check", () -> {
                // who doesn't lead checks nothing
                cluster.moveLeader(0);
                return cluster.logged(0, CHECKED).size() > checks;
            });
            cluster.stop(2);
            cluster.restart(2);
            cluster.assertSame();
        }
        for (final int etcd : List.of(0, 2)) {
            assertEquals(List.of(), cluster.logged(etcd, "mismatch"));
            assertEquals(List.of(), cluster.logged(etcd, "corrupt", "\"level\":\"error\""));
        }
        assertFalse(cluster.logged(2, "initial corruption checking passed").isEmpty(), "nothing was checked");
    }
}
