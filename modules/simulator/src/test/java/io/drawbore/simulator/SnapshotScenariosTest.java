package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.MemberIdentity;
import io.drawbore.membership.Member;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberAddResponse;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.etcdserverpb.MoveLeaderRequest;
import io.drawbore.testkit.Survival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * What went wrong in etcd with stores that are sent from one member to another. Who makes the mistake again is in the
 * mutants of {@code snapshots}; more of them, without a number, are in {@link SnapshotTransferTest}.
 */
class SnapshotScenariosTest {
    /** More than a leader keeps in memory. */
    private static final int MANY = 120;

    private static final long LEASE = 77;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** After which members count as long in touch with each other. */
    private static final Duration HEALTHY = Duration.ofSeconds(6);

    private static void until(Scene scene, BooleanSupplier condition) {
        long end = scene.cluster().schedule().now() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(scene.cluster().schedule().now() < end && scene.cluster().schedule().step(), "it never came");
        }
    }

    /** So many writes, after which no log reaches back. */
    private static void writeMany(Scene scene, Machine through) {
        for (int i = 0; i < MANY; i++) {
            scene.put(through, "k" + i % 10, "v" + i);
        }
        scene.pass(Duration.ofMillis(200));
    }

    private static SnapshotPost post(Scene scene) {
        return scene.network().post();
    }

    private static void moveLeader(Scene scene, Machine from, Machine to) {
        scene.insist(() -> from.server().moveLeader(
                MoveLeaderRequest.newBuilder().setTargetID(scene.id(to)).build(), Caller.SELF));
    }

    /**
     * etcd 18055 and 20133: a second snapshot came while the first was about to be installed, and took its file away;
     * the member ended. Here two leaders send one each, at all distances in time. Mutant: a snapshot that raft does not
     * take has the file of the one that it takes deleted.
     */
    @Test
    void twoSnapshotsOneAfterTheOtherHarmNothing() {
        int both = 0;
        for (int moment = 0; moment < 24; moment++) {
            Scene scene = Scene.of(18055, 3);
            Machine first = scene.leader();
            Machine away = scene.others(first).getFirst();
            Machine second = scene.others(first).getLast();
            away.kill();
            writeMany(scene, first);
            post(scene).chunkTime(Duration.ofMillis(4));
            away.start();
            until(scene, () -> post(scene).underWay() > 0);
            // when leadership goes to the other one, at some moment of the transfer
            scene.pass(Duration.ofMillis(2L * moment));
            moveLeader(scene, first, second);
            scene.put(second, "k", "next");
            both += post(scene).underWay() > 1 ? 1 : 0;
            until(scene, () -> post(scene).underWay() == 0 && post(scene).delivered() > 0);
            // then the member has everything, and after a restart too
            assertEquals("next", scene.get(away, "k"));
            scene.allAreEqual();
            away.losePower(Survival.SYNCED_ONLY);
            away.start();
            assertEquals("next", scene.get(away, "k"));
            scene.allAreEqual();
        }
        assertTrue(both > 0, "never were there two");
    }

    /**
     * etcd 20221, 9775 and 15271: when a member's store had been replaced, its watchers began again where they had not
     * asked for, or were told of what they had seen. Here one waits for the future, one has seen all, one is behind.
     * Mutant: watchers are not told that the store was replaced.
     */
    @Test
    void watchersGoOnWhereTheyAreWhenTheStoreIsReplaced() {
        Scene scene = Scene.of(20221, 3);
        Machine leader = scene.leader();
        Machine away = scene.others(leader).getFirst();
        for (int i = 0; i < 10; i++) {
            scene.put(away, "k", "before" + i);
        }
        long before = scene.revision(away);
        WatchedKeys present = new WatchedKeys(away, 0);
        WatchedKeys history = new WatchedKeys(away, before - 5);
        WatchedKeys future = new WatchedKeys(away, before + MANY + 5);
        scene.pass(Duration.ofSeconds(1));
        scene.isolate(away);
        Machine next = scene.leaderAmong(scene.others(away));
        writeMany(scene, next);
        scene.network().heal();
        until(scene, () -> post(scene).delivered() > 0);
        for (int i = 0; i < 10; i++) {
            scene.put(next, "k", "after" + i);
            present.asksForProgress();
            future.asksForProgress();
        }
        scene.pass(Duration.ofSeconds(1));
        long newest = scene.revision(away);
        assertEquals(revisions(before + 1, newest), revisions(present));
        assertEquals(revisions(before - 5, newest), revisions(history));
        assertEquals(revisions(before + MANY + 5, newest), revisions(future));
    }

    private static List<Long> revisions(long first, long last) {
        List<Long> all = new ArrayList<>();
        for (long revision = first; revision <= last; revision++) {
            all.add(revision);
        }
        return all;
    }

    private static List<Long> revisions(WatchedKeys watched) {
        return watched.events().stream()
                .map(event -> Long.valueOf(event.substring(event.lastIndexOf(' ') + 1)))
                .toList();
    }

    /**
     * etcd 11613 and 20271: a defragmentation, or a read, got hold of a store that was being replaced, and the member
     * ended. Mutant: of etcd 18055, the second.
     */
    @Test
    void whatIsAskedOfAStoreThatIsBeingReplacedIsAnsweredByOneOrTheOther() {
        for (int moment = 0; moment < 12; moment++) {
            Scene scene = Scene.of(20271, 3);
            Machine leader = scene.leader();
            Machine away = scene.others(leader).getFirst();
            scene.put(leader, "k0", "old");
            away.kill();
            writeMany(scene, leader);
            scene.compact(leader, MANY / 2);
            away.start();
            until(scene, () -> post(scene).underWay() > 0);
            while (post(scene).underWay() > 0 || !"v110".equals(local(scene, away))) {
                var _ = away.server().defragment(Caller.SELF);
                var _ = away.server().hash(Caller.SELF);
                String found = local(scene, away);
                assertTrue(List.of("", "old", "v110").contains(found), () -> "half a store: " + found);
                scene.pass(Duration.ofNanos(50_000L * (moment + 1)));
            }
            scene.write(away, "k0", "after");
            scene.allAreEqual();
        }
    }

    private static String local(Scene scene, Machine machine) {
        return Scene.value(scene.answer(
                machine.server().range(Scene.range("k0").toBuilder().setSerializable(true).build(), Caller.SELF)));
    }

    /**
     * A new member whose leader's log does not reach back to the beginning, as is usual, gets everything with a
     * snapshot: keys, leases, members and itself. Of the family of etcd 14571: what it keeps in memory is of that store
     * too. Mutants: leases, alarms or members of before stay in memory.
     */
    @Test
    void aNewMemberThatJoinsByASnapshotIsAMemberLikeAnyOther() {
        Scene scene = Scene.of(14571, 3);
        scene.membersChange();
        scene.pass(HEALTHY);
        scene.grant(scene.leader(), LEASE, 600);
        scene.put(scene.leader(), "leased", "v", LEASE);
        writeMany(scene, scene.leader());
        MemberAddResponse added = scene.answer(scene.leader()
                .server()
                .memberAdd(
                        MemberAddRequest.newBuilder()
                                .addPeerURLs("http://m4:2380")
                                .setIsLearner(true)
                                .build(),
                        Caller.SELF));
        long id = added.getMember().getID();
        Machine fresh = scene.cluster()
                .join("m4", new MemberIdentity(id, added.getHeader().getClusterId()));
        fresh.start();
        until(scene, () -> post(scene).delivered() > 0);
        scene.pass(HEALTHY);
        assertTrue(fresh.server().isLearner());
        assertEquals("v110", local(scene, fresh));
        scene.insist(() -> scene.leader()
                .server()
                .memberPromote(MemberPromoteRequest.newBuilder().setID(id).build(), Caller.SELF));
        // when it leads, and again when it has started anew
        for (int round = 0; round < 2; round++) {
            scene.pass(Duration.ofSeconds(2));
            assertFalse(fresh.server().isLearner());
            assertEquals(4, fresh.server().members().size());
            assertEquals(
                    List.of(),
                    fresh.server().members().stream().filter(Member::learner).toList());
            moveLeader(scene, scene.leader(), fresh);
            assertEquals(600, scene.renew(fresh, LEASE));
            fresh.losePower(Survival.SYNCED_ONLY);
            fresh.start();
        }
        scene.revoke(scene.leader(), LEASE);
        assertEquals("", scene.get(fresh, "leased"));
        scene.allAreEqual();
    }
}
