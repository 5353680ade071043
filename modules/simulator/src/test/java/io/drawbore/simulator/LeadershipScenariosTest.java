package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.testkit.Survival;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Who leads when a leader's disk blocks, when it stands still, and when it is gone. Who makes the mistake again is in
 * the mutants of {@code leadership}.
 */
class LeadershipScenariosTest {
    private static final long LEASE = 77;
    private static final Duration SOON = Duration.ofMillis(400);

    private static long term(Scene scene, Machine machine) {
        return scene.answer(machine.server().status(Caller.SELF)).getRaftTerm();
    }

    /** Whom a member takes for the leader, 0 for nobody. */
    private static long leaderOf(Scene scene, Machine machine) {
        return scene.answer(machine.server().status(Caller.SELF)).getLeader();
    }

    private static CompletableFuture<PutResponse> putThrough(Scene scene, Machine machine, String value) {
        return scene.asksToPut(machine, Scene.putRequest("k", value).build());
    }

    /**
     * etcd 15247: a leader whose disk blocked went on as the leader for as long as it did, and afterwards. Here another
     * leads within two elections, writes go on, and leases that are renewed there live on when the disk is free.
     */
    @Test
    void aLeaderWhoseDiskBlocksIsFollowedByAnother() {
        for (int seed = 1; seed <= 3; seed++) {
            Scene scene = Scene.of(15247 + seed, 3);
            Machine old = scene.leader();
            scene.grant(old, LEASE, 4);
            scene.put(old, "leased", "v", LEASE);
            // given a sync that takes its time
            old.blockSync(Duration.ofSeconds(12));
            CompletableFuture<PutResponse> blocked = putThrough(scene, old, "blocked");
            scene.pass(Scene.ELECTION.multipliedBy(3));
            // then another leads, and does what it is asked
            Machine next = scene.leaderAmong(scene.others(old));
            scene.put(next, "k", "next");
            for (int i = 0; i < 12; i++) {
                assertEquals(4, scene.renew(next, LEASE));
                scene.pass(Duration.ofSeconds(1));
            }
            assertNotEquals(scene.id(old), leaderOf(scene, old));
            assertEquals("v", scene.get(old, "leased"));
            assertEquals(EtcdError.TIMEOUT.text(), scene.refusalOf(blocked));
            scene.allAreEqual();
        }
    }

    /**
     * etcd 15247 where nobody took over meanwhile: who stood still for longer than an election timeout may do so again,
     * and asks another to lead. Mutant: a leader that stood still leads on.
     */
    @Test
    void aLeaderThatStoodStillHandsOver() {
        for (int seed = 1; seed <= 3; seed++) {
            Scene scene = Scene.of(152470 + seed, 3);
            Machine old = scene.leader();
            scene.grant(old, LEASE, 3);
            scene.put(old, "leased", "v", LEASE);
            // given that all stand still, so that nobody misses the leader
            scene.machines().forEach(machine -> machine.pause(Duration.ofMillis(2_500)));
            scene.pass(Duration.ofMillis(2_500).plus(SOON));
            // then another leads at once, and the lease has its time
            assertNotEquals(scene.id(old), leaderOf(scene, old));
            assertEquals("v", scene.get(old, "leased"));
            scene.pass(Duration.ofSeconds(2));
            assertEquals("v", scene.get(old, "leased"));
            scene.write(old, "k", "after");
        }
    }

    /** One that stood still for less than that is left alone. */
    @Test
    void aLeaderThatStoodStillForAMomentLeadsOn() {
        Scene scene = Scene.of(1, 3);
        Machine leader = scene.leader();
        long before = term(scene, leader);
        for (int i = 0; i < 5; i++) {
            leader.blockSync(Duration.ofMillis(700));
            scene.write(leader, "k", "v" + i);
        }
        assertEquals(scene.id(leader), leaderOf(scene, leader));
        assertEquals(before, term(scene, leader));
    }

    /**
     * A disk that blocks must not leave clients without any answer: who can't be answered is told so in time. Mutant:
     * nobody is told while the raft thread stands still.
     */
    @Test
    void whoAsksAMemberWhoseDiskBlocksIsToldThatItTookTooLong() {
        Scene scene = Scene.of(3, 3);
        Machine blocked = scene.leader();
        scene.grant(blocked, LEASE, 60);
        blocked.blockSync(Duration.ofSeconds(60));
        CompletableFuture<PutResponse> first = putThrough(scene, blocked, "v");
        scene.pass(Duration.ofSeconds(1));
        CompletableFuture<PutResponse> write = putThrough(scene, blocked, "w");
        CompletableFuture<RangeResponse> read = blocked.server().range(Scene.range("k"), Caller.SELF);
        CompletableFuture<LeaseKeepAliveResponse> renewal = scene.renewal(blocked, LEASE);
        scene.pass(Duration.ofSeconds(9));
        scene.isRefused(EtcdError.TIMEOUT.text(), first);
        scene.isRefused(EtcdError.TIMEOUT.text(), write);
        scene.isRefused(EtcdError.TIMEOUT.text(), read);
        scene.isRefused(EtcdError.TIMEOUT.text(), renewal);
    }

    /**
     * A process that ended says so by its machine, and nobody has to wait until it was silent for an election timeout.
     * Mutants: nobody takes notice; who takes notice waits for his time all the same.
     */
    @Test
    void aLeaderThatIsGoneIsFollowedSoonerThanOneThatIsSilent() {
        for (int seed = 1; seed <= 5; seed++) {
            assertTrue(untilTheNext(seed, Machine::kill).compareTo(Scene.ELECTION) < 0, "not sooner");
            Duration silent = untilTheNext(seed, machine -> machine.losePower(Survival.SYNCED_ONLY));
            assertTrue(silent.compareTo(Scene.ELECTION) >= 0, "silence was taken for an end");
        }
    }

    private interface End {
        void come(Machine machine);
    }

    private static Duration untilTheNext(long seed, End end) {
        Scene scene = Scene.of(seed, 3);
        scene.pass(Duration.ofSeconds(2));
        Machine old = scene.leader();
        end.come(old);
        long start = scene.cluster().schedule().now();
        Machine next = scene.leaderAmong(scene.others(old));
        scene.write(next, "k", "v");
        return Duration.ofNanos(scene.cluster().schedule().now() - start);
    }

    /** In a cluster of five too, where three have to agree, and again and again. */
    @Test
    void leadersMayEndOneAfterTheOther() {
        Scene scene = Scene.of(5, 5);
        for (int round = 0; round < 6; round++) {
            scene.pass(Duration.ofSeconds(2));
            Machine old = scene.leader();
            long before = term(scene, old);
            old.kill();
            scene.pass(SOON.multipliedBy(2));
            Machine next = scene.leaderAmong(scene.others(old));
            assertEquals(before + 1, term(scene, next), "more than one election");
            old.start();
        }
        scene.allAreEqual();
    }

    /**
     * A member that wrongly takes the leader for gone, on one side of a partition, asks the others and is told that it
     * is there. Mutants: who hears of it stands for election without asking; he does so again and again.
     */
    @Test
    void aMemberThatIsWrongAboutItDisturbsNobody() {
        for (boolean hears : new boolean[] {true, false}) {
            Scene scene = Scene.of(6, 3);
            scene.pass(Duration.ofSeconds(2));
            Machine leader = scene.leader();
            long before = term(scene, leader);
            Machine wrong = scene.others(leader).getFirst();
            if (!hears) {
                scene.network().cut(scene.id(leader), scene.id(wrong));
            }
            for (int i = 0; i < 20; i++) {
                wrong.server().gone(scene.id(leader));
                scene.put(leader, "k", "v" + i);
                scene.pass(Duration.ofMillis(100));
            }
            assertEquals(scene.id(leader), leaderOf(scene, leader));
            scene.network().heal();
            scene.pass(Duration.ofSeconds(1));
            assertEquals(before, term(scene, wrong));
            assertEquals(scene.id(leader), leaderOf(scene, wrong));
            scene.allAreEqual();
        }
    }

    /** Three that are started and in touch don't wait a whole election timeout to agree on who leads. */
    @Test
    void whoStartsAmongOthersWaitsLessForTheFirstElection() {
        Duration waited = Duration.ZERO;
        Duration advanced = Duration.ZERO;
        for (int seed = 1; seed <= 10; seed++) {
            Duration whole = founding(seed, false);
            assertTrue(whole.compareTo(Scene.ELECTION) >= 0, whole::toString);
            waited = waited.plus(whole);
            advanced = advanced.plus(founding(seed, true));
        }
        assertTrue(advanced.multipliedBy(2).compareTo(waited) < 0, advanced + " of " + waited);
    }

    /** How long it takes until the first write is answered. */
    private static Duration founding(long seed, boolean advance) {
        Scene scene = Scene.of(seed, 3, options -> options.initialElectionTickAdvance(advance));
        return Duration.ofNanos(scene.cluster().schedule().now());
    }
}
