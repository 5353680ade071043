package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.server.LeaseOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What a next leader knows of the time that is left of leases. Who makes the mistake again is in the mutants of {@code
 * checkpoints}.
 */
class CheckpointScenariosTest {
    private static final long LEASE = 77;
    private static final int MANY = 400;

    /** A little longer than the pause between two checkpoints. */
    private static final Duration A_CHECKPOINT = Duration.ofSeconds(310);

    private static Scene scene(long seed) {
        return Scene.of(seed, 3, options -> options.leases(LeaseOptions.CHECKPOINTS));
    }

    private static void anotherLeads(Scene scene) {
        Machine old = scene.leader();
        scene.isolate(old);
        scene.leaderAmong(scene.others(old));
        scene.network().heal();
    }

    private static boolean isThere(Scene scene) {
        return !scene.get(scene.leader(), "k").isEmpty();
    }

    private static void leaseOf(Scene scene, long seconds) {
        Machine leader = scene.leader();
        scene.grant(leader, LEASE, seconds);
        scene.put(leader, "k", "v", LEASE);
    }

    /**
     * etcd 9888: each new leader began all leases anew; 13491 and 17132: with checkpoints, only as long as the first
     * leader that had sent them led. A lease that nobody renews ends when it was to end, whoever leads meanwhile.
     */
    @Test
    void aLeaseEndsInTimeThroughAnyNumberOfLeaders() {
        Scene scene = scene(9888);
        leaseOf(scene, 1_000);
        scene.pass(A_CHECKPOINT.multipliedBy(2));
        anotherLeads(scene);
        scene.pass(A_CHECKPOINT);
        anotherLeads(scene);
        // then 930 seconds and two elections are over
        scene.pass(Duration.ofSeconds(50));
        assertTrue(isThere(scene), "revoked early");
        scene.pass(Duration.ofSeconds(100));
        assertEquals("", scene.get(scene.leader(), "k"));
        scene.allAreEqual();
    }

    /** etcd 13508: what was left of a lease was forgotten where all members were started again. */
    @Test
    void whatIsLeftOfALeaseOutlivesTheProcesses() {
        Scene scene = scene(13508);
        leaseOf(scene, 700);
        scene.pass(A_CHECKPOINT);
        scene.machines().forEach(Machine::kill);
        scene.machines().forEach(Machine::start);
        scene.pass(Duration.ofSeconds(370));
        assertTrue(isThere(scene), "revoked early");
        scene.pass(Duration.ofSeconds(60));
        assertEquals("", scene.get(scene.leader(), "k"));
    }

    /** A member that got the store of another instead of entries knows what is left of leases too. */
    @Test
    void whatIsLeftOfALeaseComesWithASnapshot() {
        Scene scene = scene(1);
        leaseOf(scene, 700);
        Machine old = scene.leader();
        Machine late = scene.others(old).getFirst();
        late.kill();
        scene.pass(A_CHECKPOINT);
        // given entries enough for nobody to have the checkpoint's any more
        for (int i = 0; i < 200; i++) {
            scene.put(old, "n", "v" + i);
        }
        late.start();
        scene.pass(Duration.ofSeconds(5));
        // when only that one can lead
        old.kill();
        Machine other = scene.others(old).stream().filter(one -> !one.equals(late)).findFirst().orElseThrow();
        for (int tries = 0; tries < 20 && !scene.leaderAmong(scene.others(old)).equals(late); tries++) {
            other.kill();
            other.start();
            scene.pass(Duration.ofSeconds(2));
        }
        assertEquals(late, scene.leaderAmong(scene.others(old)));
        // then it ends when it was to end
        scene.pass(Duration.ofSeconds(330));
        assertTrue(!scene.get(late, "k").isEmpty(), "revoked early");
        scene.pass(Duration.ofSeconds(130));
        assertEquals("", scene.get(late, "k"));
    }

    /** A lease that is renewed has all its time again, and a next leader doesn't go by what was left before. */
    @Test
    void aRenewalCountsUnderTheNextLeader() {
        Scene scene = scene(2);
        leaseOf(scene, 400);
        scene.pass(A_CHECKPOINT);
        assertEquals(400, scene.renew(scene.leader(), LEASE));
        anotherLeads(scene);
        scene.pass(Duration.ofSeconds(200));
        assertTrue(isThere(scene), "revoked early");
        assertEquals(400, scene.renew(scene.leader(), LEASE));
    }

    /**
     * A renewal that meets a checkpoint of its lease on the way: it was told what is left, and then the client that all
     * is. What counts under the next leader is what the client was told.
     */
    @Test
    void aRenewalThatMeetsACheckpointCountsUnderTheNextLeader() {
        Scene scene = scene(13491);
        // given a network on which a checkpoint takes a while, and leases whose checkpoints are due at once
        scene.network().weather(new Network.Weather(Duration.ofMillis(30), Duration.ofMillis(80), 0, 0));
        Machine leader = scene.leader();
        List<CompletableFuture<LeaseGrantResponse>> grants = new ArrayList<>();
        for (int id = 1; id <= MANY; id++) {
            LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setID(id).setTTL(400).build();
            grants.add(leader.server().leaseGrant(request, Caller.SELF));
        }
        grants.forEach(scene::answer);
        // when each is renewed once, a little before its checkpoint or a little after or just then
        scene.pass(Duration.ofMillis(299_400));
        List<CompletableFuture<LeaseKeepAliveResponse>> renewals = new ArrayList<>();
        for (int id = 1; id <= MANY; id++) {
            renewals.add(scene.renewal(leader, id));
            scene.pass(Duration.ofMillis(4));
        }
        renewals.forEach(renewal -> assertEquals(400, scene.answer(renewal).getTTL()));
        anotherLeads(scene);
        // then they are there for as long as was told
        scene.pass(Duration.ofSeconds(250));
        Machine next = scene.leader();
        assertEquals(
                MANY,
                scene.insist(() ->
                                next.server().leaseLeases(LeaseLeasesRequest.getDefaultInstance(), Caller.SELF))
                        .getLeasesCount());
    }

    /** Members whose flags differ have the same digests and histories: the simulator compares them at every entry. */
    @Test
    void membersThatDoNotTellWhatIsLeftGetOnWithThoseThatDo() {
        int[] made = {0};
        Scene scene = Scene.of(
                3, 3, options -> made[0]++ == 0 ? options : options.leases(LeaseOptions.CHECKPOINTS));
        leaseOf(scene, 700);
        for (int leaders = 0; leaders < 3; leaders++) {
            scene.pass(A_CHECKPOINT);
            assertEquals(700, scene.renew(scene.leader(), LEASE));
            anotherLeads(scene);
        }
        assertTrue(isThere(scene), "revoked early");
        scene.allAreEqual();
    }
}
