package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.MemberIdentity;
import io.drawbore.proto.etcdserverpb.Member;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberAddResponse;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.etcdserverpb.MemberPromoteResponse;
import io.drawbore.proto.etcdserverpb.MemberRemoveRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What went wrong in etcd with members, most of it because two places knew who they are. Who makes the mistake again is
 * in the mutants of {@code members}.
 */
class MembershipScenariosTest {
    /** After which members count as long in touch with each other. */
    private static final Duration HEALTHY = Duration.ofSeconds(6);

    private static MemberAddResponse addLearner(Scene scene, String name) {
        MemberAddRequest request = MemberAddRequest.newBuilder()
                .addPeerURLs("http://" + name + ":2380")
                .setIsLearner(true)
                .build();
        return scene.answer(scene.leader().server().memberAdd(request, Caller.SELF));
    }

    private static CompletableFuture<MemberPromoteResponse> promotion(Scene scene, long id) {
        MemberPromoteRequest request = MemberPromoteRequest.newBuilder().setID(id).build();
        return scene.leader().server().memberPromote(request, Caller.SELF);
    }

    private static void start(Scene scene, MemberAddResponse added, String name) {
        scene.cluster()
                .join(name, new MemberIdentity(
                        added.getMember().getID(), added.getHeader().getClusterId()))
                .start();
    }

    private static List<Member> members(Scene scene, Machine machine) {
        MemberListRequest request = MemberListRequest.newBuilder().setLinearizable(true).build();
        return scene.insist(() -> machine.server().memberList(request, Caller.SELF)).getMembersList();
    }

    private static void restartAll(Scene scene) {
        List<Machine> running =
                scene.machines().stream().filter(Machine::isRunning).toList();
        running.forEach(Machine::kill);
        running.forEach(machine -> machine.start());
    }

    /**
     * etcd 13196, 20967 and 19557: a promotion was written to one of two stores of members, and after an upgrade or a
     * restart the voter was a learner again. Mutant: a promotion is not written.
     */
    @Test
    void aLearnerThatWasPromotedVotesAfterEveryRestart() {
        Scene scene = Scene.of(13196, 3);
        scene.membersChange();
        scene.pass(HEALTHY);
        MemberAddResponse added = addLearner(scene, "m4");
        start(scene, added, "m4");
        scene.pass(HEALTHY);
        scene.insist(() -> promotion(scene, added.getMember().getID()));
        for (int restart = 0; restart < 2; restart++) {
            restartAll(scene);
            for (Machine machine : scene.machines()) {
                assertEquals(4, members(scene, machine).size());
                assertEquals(
                        List.of(),
                        members(scene, machine).stream().filter(Member::getIsLearner).toList());
            }
        }
        scene.write(scene.leader(), "k", "v");
    }

    /** etcd 20793 and 21694: members that had been removed were there again after a restart. */
    @Test
    void aMemberThatWasRemovedStaysAwayAfterEveryRestart() {
        Scene scene = Scene.of(20793, 3);
        scene.membersChange();
        scene.pass(HEALTHY);
        Machine gone = scene.others(scene.leader()).getFirst();
        long id = scene.id(gone);
        scene.answer(scene.leader().server()
                .memberRemove(MemberRemoveRequest.newBuilder().setID(id).build(), Caller.SELF));
        scene.pass(HEALTHY);
        for (int restart = 0; restart < 2; restart++) {
            restartAll(scene);
            for (Machine machine : scene.machines()) {
                if (machine.isRunning()) {
                    assertEquals(
                            0,
                            members(scene, machine).stream().filter(member -> member.getID() == id).count());
                }
            }
        }
        assertEquals(2, members(scene, scene.leader()).size());
    }

    /** etcd 15096: a learner that had never been started was given a vote, and the majority was gone. */
    @Test
    void aLearnerThatWasNeverStartedGetsNoVote() {
        Scene scene = Scene.of(15096, 3);
        scene.membersChange();
        scene.pass(HEALTHY);
        MemberAddResponse added = addLearner(scene, "m4");
        scene.pass(HEALTHY);
        scene.isRefused(EtcdError.LEARNER_NOT_READY.text(), promotion(scene, added.getMember().getID()));
    }
}
