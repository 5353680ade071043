package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.MemberIdentity;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberAddResponse;
import io.drawbore.server.EtcdVersion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Members of other versions. One minor apart they are in a cluster together, as during a rolling upgrade; two minors
 * apart they refuse each other and say both versions. Who makes the mistake again is in the mutants of {@code
 * versions}. Members of other versions are ours that say that they are.
 */
class VersionScenariosTest {
    private static final String OLD = "3.5.21";
    private static final String NEXT = "3.8.0";
    private static final String BEFORE = "3.6.4";

    /** After which members count as long in touch with each other. */
    private static final Duration HEALTHY = Duration.ofSeconds(6);

    private static Machine join(Scene scene, String name, String version) {
        MemberAddRequest request = MemberAddRequest.newBuilder()
                .addPeerURLs("http://" + name + ":2380")
                .setIsLearner(true)
                .build();
        MemberAddResponse added = scene.answer(scene.leader().server().memberAdd(request, Caller.SELF));
        MemberIdentity identity =
                new MemberIdentity(added.getMember().getID(), added.getHeader().getClusterId());
        Machine machine = scene.cluster().join(name, identity);
        scene.network().says(identity.memberId(), version);
        // what was sent before that is not what this is about
        scene.pass(Duration.ofMillis(10));
        machine.start();
        return machine;
    }

    private static String clusterVersion(Machine machine) {
        return machine.server().versions().cluster();
    }

    private static Scene ofThree(long seed) {
        Scene scene = Scene.of(seed, 3);
        scene.membersChange();
        scene.pass(HEALTHY);
        assertEquals("3.7.0", clusterVersion(scene.leader()));
        return scene;
    }

    @Test
    void aRefusalNamesBothVersions() {
        for (String far : List.of(OLD, "3.9.0", "2.7.0", "4.7.0")) {
            String text = EtcdVersion.NEWEST.refusalOf(far).orElseThrow();
            assertTrue(text.contains("3.7.0"), text);
            assertTrue(text.contains(far.substring(0, 3) + ".0"), text);
        }
        for (String near : List.of(BEFORE, "3.7.9", NEXT, "", "not_decided")) {
            assertTrue(EtcdVersion.NEWEST.refusalOf(near).isEmpty(), near);
        }
    }

    /** Mutant: two minors are near enough. */
    @Test
    void aMemberTwoMinorsAwayDoesNotJoin() {
        Scene scene = ofThree(1);
        Machine old = join(scene, "m4", OLD);
        for (int i = 0; i < 10; i++) {
            scene.put(scene.leaderAmong(scene.machines().subList(0, 3)), "k", "v" + i);
            scene.pass(Duration.ofSeconds(1));
        }
        assertTrue(old.isRunning(), "it ended, and is no Drawbore");
        assertFalse(old.server().hasLeader());
        assertEquals(List.of(), old.server().members());
        assertEquals("3.7.0", clusterVersion(scene.leaderAmong(scene.machines().subList(0, 3))));
    }

    /** Mutant: as above. */
    @Test
    void aMemberThatComesBackTwoMinorsOlderIsLeftAloneUntilItIsUpgraded() {
        Scene scene = ofThree(2);
        Machine replaced = scene.others(scene.leader()).getFirst();
        List<Machine> others = scene.others(replaced);
        replaced.kill();
        scene.network().says(replaced.id(), OLD);
        replaced.start();
        for (int i = 0; i < 10; i++) {
            scene.put(scene.leaderAmong(others), "k", "v" + i);
            scene.pass(Duration.ofSeconds(1));
        }
        assertFalse(replaced.server().hasLeader());
        assertEquals("3.7.0", clusterVersion(scene.leaderAmong(others)));
        // when it is upgraded, to the minor before even
        replaced.kill();
        scene.network().says(replaced.id(), BEFORE);
        replaced.start();
        scene.pass(Duration.ofSeconds(3));
        assertTrue(replaced.server().hasLeader());
        assertEquals("v9", scene.get(replaced, "k"));
        scene.allAreEqual();
    }

    /** A rolling upgrade. */
    @Test
    void membersOneMinorApartAreOneCluster() {
        for (String near : List.of(BEFORE, NEXT)) {
            Scene scene = ofThree(3);
            Machine other = join(scene, "m4", near);
            scene.pass(HEALTHY);
            assertTrue(other.server().hasLeader());
            assertTrue(other.server().isLearner());
            scene.put(scene.leader(), "k", "v");
            scene.pass(Duration.ofSeconds(1));
            assertEquals(4, other.server().members().size());
        }
    }

    /** Ours in a cluster that is two minors older ends, and says both versions. Mutant: who is alone never ends. */
    @Test
    void whoIsTwoMinorsFromAllOthersEndsAndSaysWhy() {
        Scene scene = ofThree(4);
        Machine ours = scene.machines().getLast();
        for (Machine other : scene.others(ours)) {
            scene.network().says(other.id(), OLD);
        }
        scene.pass(Duration.ofSeconds(10));
        assertFalse(ours.isRunning());
        assertTrue(ours.stopReason().contains("3.7.0") && ours.stopReason().contains("3.5.0"), ours.stopReason());
        // and it says so at each start
        ours.start();
        scene.pass(Duration.ofSeconds(10));
        assertFalse(ours.isRunning());
        scene.put(scene.leaderAmong(scene.others(ours)), "k", "v");
    }

    /** One of the others is enough to stay for: who is too old may be about to be upgraded. Mutant: it is not. */
    @Test
    void whoCanBeTogetherWithOneStays() {
        Scene scene = Scene.of(5, 5);
        scene.machines().subList(0, 3).forEach(old -> scene.network().says(old.id(), OLD));
        scene.pass(Duration.ofSeconds(20));
        for (Machine ours : scene.machines().subList(3, 5)) {
            assertTrue(ours.isRunning());
            assertFalse(ours.server().hasLeader());
        }
    }
}
