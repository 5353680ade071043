package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeRequest.DowngradeAction;
import io.drawbore.proto.etcdserverpb.DowngradeResponse;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Versions of whole clusters: stores follow the cluster's, up at once and down when nothing needs them up there. Who
 * makes the mistake again is in the mutants of {@code downgrades}.
 */
class DowngradeScenariosTest {
    /** Two looks at versions, and what they lead to. */
    private static final Duration FOLLOWED = Duration.ofSeconds(12);

    private static Scene scene(long seed) {
        return Scene.of(seed, 3, options -> options.migrator(MemberFlags.migrator()));
    }

    private static CompletableFuture<DowngradeResponse> asked(Machine machine, DowngradeAction action, String to) {
        return machine.server()
                .downgrade(
                        DowngradeRequest.newBuilder().setAction(action).setVersion(to).build(), Caller.SELF);
    }

    private static StatusResponse status(Scene scene, Machine machine) {
        return scene.answer(machine.server().status(Caller.SELF));
    }

    private static void allAreOf(Scene scene, String version) {
        for (Machine machine : scene.machines()) {
            assertEquals(version, machine.server().versions().cluster(), machine.name());
            assertEquals(version, status(scene, machine).getStorageVersion(), machine.name());
        }
    }

    @Test
    void aClusterIsOfItsMembersVersionAndItsStoresFollowAtOnce() {
        Scene scene = scene(1);
        scene.pass(Duration.ofSeconds(5));
        allAreOf(scene, "3.7.0");
        scene.allAreEqual();
    }

    @Test
    void aDowngradeIsAskedForByTheRules() {
        Scene scene = scene(2);
        scene.pass(Duration.ofSeconds(5));
        Machine follower = scene.others(scene.leader()).getFirst();
        String invalid = EtcdError.INVALID_DOWNGRADE_TARGET_VERSION.text();
        String format = EtcdError.WRONG_DOWNGRADE_VERSION_FORMAT.text();
        scene.isRefused(format, asked(follower, DowngradeAction.VALIDATE, ""));
        scene.isRefused(format, asked(follower, DowngradeAction.ENABLE, "three"));
        scene.isRefused(format, asked(follower, DowngradeAction.ENABLE, "3"));
        scene.isRefused(invalid, asked(follower, DowngradeAction.VALIDATE, "3.7"));
        scene.isRefused(invalid, asked(follower, DowngradeAction.ENABLE, "3.5.0"));
        scene.isRefused(invalid, asked(follower, DowngradeAction.ENABLE, "2.6"));
        // one that is not under way is taken back without a word, as in etcd
        assertEquals(
                "3.7",
                scene.answer(asked(follower, DowngradeAction.CANCEL, "")).getVersion());
        assertEquals(
                "3.7",
                scene.answer(asked(follower, DowngradeAction.VALIDATE, "3.6")).getVersion());
        assertFalse(status(scene, follower).getDowngradeInfo().getEnabled());
        assertFalse(scene.answer(follower.server().downgradeEnabled()));
        scene.answer(asked(follower, DowngradeAction.ENABLE, "3.6.3"));
        assertTrue(scene.answer(follower.server().downgradeEnabled()));
        scene.isRefused(EtcdError.DOWNGRADE_IN_PROCESS.text(), asked(follower, DowngradeAction.ENABLE, "3.6"));
    }

    @Test
    void everyMemberGoesDownAndUpAgain() {
        Scene scene = scene(3);
        scene.pass(Duration.ofSeconds(5));
        for (int round = 0; round < 2; round++) {
            scene.answer(asked(scene.leader(), DowngradeAction.ENABLE, "3.6"));
            scene.pass(FOLLOWED);
            allAreOf(scene, "3.6.0");
            for (Machine machine : scene.machines()) {
                assertEquals("3.6.0", status(scene, machine).getDowngradeInfo().getTargetVersion());
            }
            scene.put(scene.leader(), "k" + round, "v");
            scene.answer(asked(scene.leader(), DowngradeAction.CANCEL, ""));
            scene.pass(FOLLOWED);
            allAreOf(scene, "3.7.0");
            assertFalse(status(scene, scene.leader()).getDowngradeInfo().getEnabled());
        }
        scene.allAreEqual();
    }

    /** A downgrade is shared state: who leads, and who is started again, goes on with it. */
    @Test
    void aDowngradeHoldsThroughLeadersStartsAndSnapshots() {
        Scene scene = scene(4);
        scene.pass(Duration.ofSeconds(5));
        Machine old = scene.leader();
        Machine late = scene.others(old).getFirst();
        Machine other = scene.others(old).getLast();
        scene.answer(asked(old, DowngradeAction.ENABLE, "3.6"));
        // when the leader that was asked ends before it has done anything
        old.kill();
        scene.leaderAmong(scene.others(old));
        old.start();
        for (int looks = 0; looks < 2_000 && !other.server().versions().cluster().equals("3.6.0"); looks++) {
            scene.pass(Duration.ofMillis(10));
        }
        // and one that was told ends before its store is there, and gets another's
        late.kill();
        for (int i = 0; i < 200; i++) {
            scene.write(other, "n", "v" + i);
        }
        late.start();
        scene.pass(FOLLOWED);
        allAreOf(scene, "3.6.0");
        scene.machines().forEach(Machine::kill);
        scene.machines().forEach(Machine::start);
        scene.pass(Duration.ofSeconds(5));
        allAreOf(scene, "3.6.0");
        scene.answer(asked(scene.leader(), DowngradeAction.CANCEL, ""));
        scene.pass(FOLLOWED);
        allAreOf(scene, "3.7.0");
        scene.allAreEqual();
    }

    /** Members end at any moment of a downgrade, one after the other, and all of them come to one version. */
    @Test
    void aDowngradeHoldsWhoeverEndsWhenever() {
        for (int seed = 1; seed <= 2; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Scene scene = scene(seed);
            scene.pass(Duration.ofSeconds(5));
            for (String version : List.of("3.6.0", "3.7.0", "3.6.0")) {
                boolean down = version.equals("3.6.0");
                scene.insist(() -> asked(
                        scene.leader(), down ? DowngradeAction.ENABLE : DowngradeAction.CANCEL, down ? "3.6" : ""));
                for (int ends = 0; ends < 8; ends++) {
                    Machine one = scene.machines().get(random.nextInt(3));
                    one.kill();
                    scene.pass(Duration.ofMillis(random.nextInt(1_500)));
                    one.start();
                    scene.pass(Duration.ofMillis(random.nextInt(800)));
                }
                scene.pass(FOLLOWED.multipliedBy(2));
                allAreOf(scene, version);
            }
            scene.allAreEqual();
        }
    }
}
