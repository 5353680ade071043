package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.V2Translator;
import io.drawbore.membership.Member;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.testkit.Survival;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * v2 requests in the log of a cluster, as members of etcd 3.5 write them. Who makes the mistake again is in the mutants
 * of {@code v2}.
 */
class V2ScenariosTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Two looks at versions. */
    private static final Duration FOLLOWED = Duration.ofSeconds(10);

    private static Scene scene(long seed) {
        Scene scene = Scene.of(
                seed, 3, options -> options.v2(MemberFlags.translator()).migrator(MemberFlags.migrator()));
        scene.pass(FOLLOWED);
        return scene;
    }

    private static Set<String> clientUrls(Machine machine, long member) {
        return machine.server().members().stream()
                .filter(one -> one.id() == member)
                .map(Member::clientUrls)
                .flatMap(List::stream)
                .collect(Collectors.toSet());
    }

    private static void allSay(Scene scene, long member, String url) {
        for (Machine machine : scene.machines()) {
            assertEquals(Set.of(url), clientUrls(machine, member), machine.name());
        }
    }

    private static void writes(Machine through, long member, int url) {
        new OldWriter(through).write(OldWriter.attributes(member, "old", "http://old:" + url));
    }

    /** Mutant: its entry is not stored as applied. */
    @Test
    void aV2RequestIsAppliedOnceThroughCrashes() {
        for (Survival survival : Survival.values()) {
            Scene scene = scene(1);
            Machine told = scene.machines().getFirst();
            long member = told.id();
            for (int round = 1; round <= 3; round++) {
                writes(scene.leader(), member, round);
                scene.pass(SOON);
                allSay(scene, member, "http://old:" + round);
                // when the member itself says something newer, and the stores forget the last of it
                told.kill();
                told.start();
                scene.pass(Duration.ofSeconds(3));
                scene.machines().forEach(machine -> machine.losePower(survival));
                scene.machines().forEach(Machine::start);
                scene.leader();
                scene.pass(Duration.ofSeconds(3));
                // then the older one does not come back
                allSay(scene, member, "http://" + told.name() + ":2379");
            }
            scene.allAreEqual();
            scene.noAlarmIsRaised();
        }
    }

    /** Members write them bare or wrapped as today's requests. Mutant: who wrapped it is not heard. */
    @Test
    void aWrappedV2RequestIsOneToo() {
        Scene scene = scene(2);
        long member = scene.machines().getFirst().id();
        String path = "/0/members/" + Long.toHexString(member) + "/attributes";
        Request request = Request.newBuilder()
                .setMethod("PUT")
                .setPath(path)
                .setVal("{\"name\":\"m1\",\"clientURLs\":[\"http://wrapped:1\"]}")
                .build();
        new OldWriter(scene.leader()).write(OldWriter.inEnvelope(request));
        scene.pass(SOON);
        allSay(scene, member, "http://wrapped:1");
        scene.allAreEqual();
    }

    /** The version that they decide is the cluster's, stores follow it, and go up again with the members. */
    @Test
    void storesFollowAVersionThatAV2RequestDecided() {
        Scene scene = scene(3);
        Machine late = scene.others(scene.leader()).getFirst();
        late.kill();
        new OldWriter(scene.leader()).write(OldWriter.clusterVersion("3.5.0"));
        scene.pass(FOLLOWED);
        for (Machine machine : scene.others(late)) {
            assertEquals("3.5.0", machine.server().versions().cluster());
            assertEquals("3.5.0", machine.server().versions().storage());
        }
        late.start();
        scene.pass(FOLLOWED);
        for (Machine machine : scene.machines()) {
            assertEquals("3.7.0", machine.server().versions().cluster());
            assertEquals("3.7.0", machine.server().versions().storage());
        }
        scene.allAreEqual();
        scene.noAlarmIsRaised();
    }

    /** Who was away knows what v2 requests said from the entries as well as from another's store. */
    @Test
    void whoWasAwayKnowsWhatV2RequestsSaid() {
        for (int puts : List.of(5, 200)) {
            Scene scene = scene(4);
            Machine leader = scene.leader();
            Machine late = scene.others(leader).getFirst();
            late.kill();
            writes(leader, leader.id(), 7);
            for (int i = 0; i < puts; i++) {
                scene.put(leader, "n", "v" + i);
            }
            late.start();
            scene.pass(Duration.ofSeconds(5));
            allSay(scene, leader.id(), "http://old:7");
            scene.allAreEqual();
        }
    }

    /**
     * A member that rejects what the others translate stops before the entry, at every start, and names it; it has not
     * gone another way than they when it translates at last. Mutant: it passes over the request.
     */
    @Test
    void whoRejectsBesideThoseThatTranslateStopsUntilItTranslates() {
        int[] made = {0};
        Scene scene = Scene.of(
                5, 3, options -> options.v2(made[0]++ < 2 ? MemberFlags.translator() : V2Translator.REJECT));
        scene.pass(FOLLOWED);
        Machine rejects = scene.machines().getLast();
        List<Machine> others = scene.others(rejects);
        rejects.mayStop(true);
        long member = others.getFirst().id();
        writes(scene.leader(), member, 1);
        scene.pass(SOON);
        assertFalse(rejects.isRunning());
        String reason = rejects.stopReason();
        String path = "PUT /0/members/" + Long.toHexString(member) + "/attributes";
        assertTrue(reason.matches("log entry [0-9]+/[0-9]+ holds a v2 request that has no meaning here, " + path
                + ": v2 requests are rejected by --v2-compat=reject"), reason);
        for (int i = 0; i < 10; i++) {
            scene.write(scene.leaderAmong(others), "n", "v" + i);
        }
        rejects.start();
        scene.pass(SOON);
        assertFalse(rejects.isRunning());
        assertEquals(reason, rejects.stopReason());
        // when it translates
        rejects.mayStop(false);
        rejects.flags(options -> options.v2(MemberFlags.translator()));
        rejects.start();
        scene.pass(Duration.ofSeconds(3));
        allSay(scene, member, "http://old:1");
        assertEquals("v9", scene.get(rejects, "n"));
        scene.allAreEqual();
        scene.noAlarmIsRaised();
    }

    /** Where others may write v2 requests at any time nobody starts that rejects them. Mutant: he does. */
    @Test
    void whoRejectsDoesNotStartBesideMembersThatWriteThem() {
        Scene scene = scene(6);
        Machine late = scene.others(scene.leader()).getFirst();
        Machine rejects = scene.others(scene.leader()).getLast();
        late.kill();
        new OldWriter(scene.leader()).write(OldWriter.clusterVersion("3.5.0"));
        scene.pass(SOON);
        rejects.kill();
        rejects.flags(options -> options.v2(V2Translator.REJECT));
        rejects.mayStop(true);
        assertFalse(rejects.start());
        assertTrue(rejects.stopReason().contains("start with --v2-compat=translate"), rejects.stopReason());
    }

    /** What clients once kept has no place any more, and is not thrown away in silence. */
    @Test
    void keysOfTheV2StoreStopEveryMember() {
        Scene scene = scene(7);
        scene.machines().forEach(machine -> machine.mayStop(true));
        new OldWriter(scene.leader()).write(OldWriter.oldKey("k"));
        scene.pass(SOON);
        for (Machine machine : scene.machines()) {
            assertFalse(machine.isRunning());
            assertTrue(machine.stopReason().contains("no meaning here, PUT /1/k: "), machine.stopReason());
        }
    }
}
