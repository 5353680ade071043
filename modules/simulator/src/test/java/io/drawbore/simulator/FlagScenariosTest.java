package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeRequest.DowngradeAction;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Members of one cluster whose flags differ: the simulator compares their digests at every entry, and no member may be
 * said to be corrupt. Who makes the mistake again is in the mutants of {@code flags}.
 */
class FlagScenariosTest {
    private static final long LEASE = 77;

    /** A little longer than the pause between two checkpoints. */
    private static final Duration A_CHECKPOINT = Duration.ofSeconds(310);

    /** Two looks at versions, and what they lead to. */
    private static final Duration FOLLOWED = Duration.ofSeconds(12);

    private static final List<MemberFlags> CHECKPOINTS = List.of(
            new MemberFlags(50, 20, true, true, true),
            new MemberFlags(50, 20, true, false, true),
            new MemberFlags(50, 20, true, false, true));

    private static Scene scene(long seed, List<MemberFlags> flags) {
        int[] made = {0};
        Scene scene = Scene.of(seed, flags.size(), options -> flags.get(made[0]++).of(options));
        scene.pass(FOLLOWED);
        return scene;
    }

    private static void anotherLeads(Scene scene) {
        Machine old = scene.leader();
        scene.isolate(old);
        scene.leaderAmong(scene.others(old));
        scene.network().heal();
        scene.pass(Duration.ofSeconds(2));
    }

    /**
     * Below cluster version 3.6 each member keeps what is left of leases or not, as it was told; once the cluster is
     * newer all keep the same. Mutants: it counts in digests all the same; what was kept before stays.
     */
    @Test
    void whatSomeKeepOfLeasesBelow36IsNotCompared() {
        for (int seed = 1; seed <= 3; seed++) {
            Scene scene = scene(seed, CHECKPOINTS);
            // given a cluster of 3.5, for as long as one doesn't say its version
            Machine away = scene.others(scene.leader()).get(seed % 2);
            away.kill();
            new OldWriter(scene.leader()).write(OldWriter.clusterVersion("3.5.0"));
            scene.pass(Duration.ofSeconds(1));
            assertEquals("3.5.0", scene.leader().server().versions().cluster());
            scene.grant(scene.leader(), LEASE, 2_000);
            scene.pass(A_CHECKPOINT);
            scene.write(scene.leader(), "k", "v");
            // when it is back, the cluster is of 3.7, and leaders tell again what is left
            away.start();
            scene.pass(FOLLOWED);
            assertEquals("3.7.0", scene.leader().server().versions().cluster());
            scene.pass(A_CHECKPOINT);
            anotherLeads(scene);
            assertEquals(2_000, scene.renew(scene.leader(), LEASE));
            scene.allAreEqual();
            scene.noAlarmIsRaised();
        }
    }

    /** From 3.6 on no flag says anything of what is kept. Mutant: the flag decides. */
    @Test
    void whatIsKeptOfLeasesFrom36OnIsTheSameWithEveryFlag() {
        Scene scene = scene(4, CHECKPOINTS);
        scene.grant(scene.leader(), LEASE, 2_000);
        for (int leaders = 0; leaders < 2; leaders++) {
            scene.pass(A_CHECKPOINT);
            anotherLeads(scene);
        }
        scene.allAreEqual();
        scene.noAlarmIsRaised();
    }

    private static void asks(Scene scene, DowngradeAction action, String version) {
        DowngradeRequest request = DowngradeRequest.newBuilder()
                .setAction(action)
                .setVersion(version)
                .build();
        scene.insist(() -> scene.leader().server().downgrade(request, Caller.SELF));
    }

    /**
     * A store that only goes up stays of 3.7 in a cluster that goes down; who gets it sent is equal to the others too.
     * Mutant: the storage version counts in digests.
     */
    @Test
    void storesOfDifferentVersionsAreEqual() {
        Scene scene = scene(5, List.of(
                new MemberFlags(50, 20, false, false, false),
                new MemberFlags(50, 20, false, false, true),
                new MemberFlags(50, 20, false, false, true)));
        Machine stays = scene.machines().getFirst();
        asks(scene, DowngradeAction.ENABLE, "3.6");
        scene.pass(FOLLOWED);
        assertEquals("3.7.0", stays.server().versions().storage());
        for (Machine machine : scene.others(stays)) {
            assertEquals("3.6.0", machine.server().versions().storage());
            // when it gets the store of whoever leads
            machine.kill();
            for (int i = 0; i < 100; i++) {
                scene.write(scene.leader(), "n", "v" + i);
            }
            machine.start();
            scene.pass(FOLLOWED);
        }
        scene.allAreEqual();
        asks(scene, DowngradeAction.CANCEL, "");
        scene.pass(FOLLOWED);
        for (Machine machine : scene.machines()) {
            assertEquals("3.7.0", machine.server().versions().storage());
        }
        scene.allAreEqual();
        scene.noAlarmIsRaised();
    }

    /** Members release their logs when they want, so that one lacks nothing and another needs a store. */
    @Test
    void membersThatReleaseTheirLogsAtOtherTimesAreEqual() {
        Scene scene = scene(6, List.of(
                new MemberFlags(5, 1, true, false, true),
                new MemberFlags(40, 20, false, true, false),
                new MemberFlags(5_000, 2_000, false, false, true)));
        for (int round = 0; round < 3; round++) {
            Machine away = scene.machines().get(round);
            away.kill();
            for (int i = 0; i < 30; i++) {
                scene.write(scene.leader(), "n" + i % 5, "v" + round + i);
            }
            away.start();
            scene.pass(Duration.ofSeconds(3));
            anotherLeads(scene);
            scene.compact(scene.leader(), scene.revision(scene.leader()) - 5);
            scene.allAreEqual();
        }
        scene.noAlarmIsRaised();
    }
}
