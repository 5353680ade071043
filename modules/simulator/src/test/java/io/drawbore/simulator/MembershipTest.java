package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.MemberIdentity;
import io.drawbore.proto.etcdserverpb.Member;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberAddResponse;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.etcdserverpb.MemberPromoteResponse;
import io.drawbore.proto.etcdserverpb.MemberRemoveRequest;
import io.drawbore.proto.etcdserverpb.MemberRemoveResponse;
import io.drawbore.proto.etcdserverpb.MoveLeaderRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.server.MemberRemovedException;
import io.drawbore.testkit.Survival;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Members come and go under a cluster that works. */
class MembershipTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** After which members count as long in touch with each other. */
    private static final Duration HEALTHY = Duration.ofSeconds(6);

    private SimulatedCluster cluster = new SimulatedCluster(7, 3);

    MembershipTest() {
        cluster.invariants().membersChange();
    }

    private void startAll() {
        cluster.start();
        pass(HEALTHY);
    }

    private void pass(Duration time) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        cluster.schedule().after(time.toNanos(), () -> over.complete(null));
        cluster.await(over, time.plusSeconds(1));
    }

    private Machine leader() {
        for (Machine machine : cluster.machines()) {
            if (machine.isRunning() && leaderOf(machine) == id(machine)) {
                return machine;
            }
        }
        throw new AssertionError("nobody leads");
    }

    private long leaderOf(Machine machine) {
        return cluster.await(machine.server().status(Caller.SELF), PATIENCE).getLeader();
    }

    private List<Machine> followers() {
        long leader = id(leader());
        return cluster.machines().stream()
                .filter(machine -> machine.isRunning() && id(machine) != leader)
                .toList();
    }

    private static long id(Machine machine) {
        return machine.server().identity().memberId();
    }

    private void put(Machine machine, String value) {
        PutRequest request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        again(() -> machine.server().put(request, Caller.SELF));
    }

    /** What was on its way to a leader that is gone is lost: a client tries again. */
    private <T> T again(Supplier<CompletableFuture<T>> attempt) {
        return cluster.await(attempt.get().exceptionallyCompose(_ -> attempt.get()), PATIENCE.multipliedBy(2));
    }

    private String get(Machine machine, boolean serializable) {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setSerializable(serializable)
                .build();
        return cluster.await(machine.server().range(request, Caller.SELF), PATIENCE)
                .getKvs(0).getValue().toStringUtf8();
    }

    private CompletableFuture<MemberAddResponse> add(Machine by, String name, boolean learner) {
        return by.server().memberAdd(
                MemberAddRequest.newBuilder()
                        .addPeerURLs("http://" + name + ":2380")
                        .setIsLearner(learner)
                        .build(),
                Caller.SELF);
    }

    private CompletableFuture<MemberPromoteResponse> promote(Machine by, long id) {
        return by.server().memberPromote(MemberPromoteRequest.newBuilder().setID(id).build(), Caller.SELF);
    }

    private CompletableFuture<MemberRemoveResponse> remove(Machine by, long id) {
        return by.server().memberRemove(MemberRemoveRequest.newBuilder().setID(id).build(), Caller.SELF);
    }

    private List<Member> members(Machine machine) {
        return cluster.await(
                        machine.server().memberList(
                                MemberListRequest.newBuilder().setLinearizable(true).build(), Caller.SELF),
                        PATIENCE)
                .getMembersList();
    }

    private Machine start(MemberAddResponse added, String name) {
        Machine machine = cluster.join(
                name, new MemberIdentity(added.getMember().getID(), added.getHeader().getClusterId()));
        machine.start();
        return machine;
    }

    private String refusal(CompletableFuture<?> request) {
        CompletionException failed = assertThrows(CompletionException.class, () -> cluster.await(request, PATIENCE));
        return assertInstanceOf(EtcdException.class, failed.getCause()).text();
    }

    @Test
    void aLearnerCatchesUpAndIsGivenAVote() {
        startAll();
        put(leader(), "before");
        MemberAddResponse added = cluster.await(add(followers().getFirst(), "m4", true), PATIENCE);
        assertEquals(4, added.getMembersCount());
        assertTrue(added.getMember().getIsLearner());
        assertEquals(0, added.getHeader().getRevision());
        long learnerId = added.getMember().getID();
        assertEquals(EtcdError.LEARNER_NOT_READY.text(), refusal(promote(leader(), learnerId)));

        Machine learner = start(added, "m4");
        pass(HEALTHY);
        put(leader(), "after");
        pass(Duration.ofSeconds(1));
        assertTrue(learner.server().isLearner());
        assertEquals("after", get(learner, true));

        MemberPromoteResponse promoted = cluster.await(promote(followers().getFirst(), learnerId), PATIENCE);
        assertEquals(
                List.of(false),
                promoted.getMembersList().stream()
                        .filter(member -> member.getID() == learnerId)
                        .map(Member::getIsLearner)
                        .toList());
        pass(Duration.ofSeconds(1));
        assertFalse(learner.server().isLearner());
        assertEquals("after", get(learner, false));
        assertEquals("m4", members(learner).stream()
                .filter(member -> member.getID() == learnerId)
                .findFirst().orElseThrow().getName());
        assertEquals(EtcdError.MEMBER_NOT_LEARNER.text(), refusal(promote(leader(), learnerId)));
    }

    @Test
    void aLearnerIsGivenAVoteByItselfWhereTheLeaderMayAndAsSoonAsItHasCaughtUp() {
        cluster = new SimulatedCluster(7, 3, options -> options.learnerAutoPromote(true));
        cluster.invariants().membersChange();
        startAll();
        for (int i = 0; i < 20; i++) {
            put(leader(), "before");
        }
        // given a learner that was never started
        MemberAddResponse added = cluster.await(add(followers().getFirst(), "m4", true), PATIENCE);
        pass(HEALTHY);
        assertEquals(1, learners(leader()));
        // when it comes
        Machine learner = start(added, "m4");
        pass(HEALTHY.multipliedBy(2));
        // then it votes without anybody's doing
        assertEquals(0, learners(leader()));
        assertFalse(learner.server().isLearner());
        put(learner, "after");
    }

    private long learners(Machine machine) {
        return members(machine).stream().filter(Member::getIsLearner).count();
    }

    @Test
    void aLeaderThatIsRemovedStopsAndAnotherLeads() {
        startAll();
        Machine removed = leader();
        put(removed, "before");
        MemberRemoveResponse left = cluster.await(remove(removed, id(removed)), PATIENCE);
        assertEquals(2, left.getMembersCount());

        Throwable reason = cluster.await(removed.server().failed(), PATIENCE);
        assertInstanceOf(MemberRemovedException.class, reason);
        assertEquals(EtcdError.STOPPED.text(), refusal(removed.server().hash(Caller.SELF)));
        pass(Duration.ofSeconds(1));
        assertFalse(removed.isRunning());
        put(leader(), "after");
        assertEquals("after", get(followers().getFirst(), false));

        assertFalse(removed.start());
        assertTrue(removed.isRemoved());
    }

    /** It was cut off when it was removed, so that its own log doesn't say so. */
    @Test
    void aMemberThatHearsOfItsRemovalFromOthersStops() {
        startAll();
        Machine removed = followers().getFirst();
        long removedId = id(removed);
        for (Machine other : cluster.machines()) {
            cluster.network().cut(id(other), removedId);
        }
        cluster.await(remove(leader(), removedId), PATIENCE);
        assertTrue(leader().server().isRemoved(removedId));
        removed.server().toldRemoved();
        assertInstanceOf(MemberRemovedException.class, cluster.await(removed.server().failed(), PATIENCE));
    }

    @Test
    void aDeadMemberIsReplaced() {
        startAll();
        Machine dead = followers().getFirst();
        long deadId = id(dead);
        put(leader(), "before");
        dead.losePower(Survival.SYNCED_ONLY);
        assertEquals(2, cluster.await(remove(leader(), deadId), PATIENCE).getMembersCount());
        MemberAddResponse added = cluster.await(add(leader(), "m4", false), PATIENCE);
        assertEquals(EtcdError.MEMBER_NOT_FOUND.text(), refusal(remove(leader(), deadId)));

        Machine fresh = start(added, "m4");
        pass(HEALTHY);
        assertEquals("before", get(fresh, false));
        Machine other = leader();
        other.losePower(Survival.SYNCED_ONLY);
        pass(HEALTHY);
        put(fresh, "after");
        assertEquals("after", get(fresh, false));
    }

    @Test
    void whatMightCostTheMajorityIsRefused() {
        cluster.start();
        pass(Duration.ofSeconds(3));
        assertEquals(EtcdError.UNHEALTHY.text(), refusal(add(leader(), "m4", false)));
        pass(HEALTHY);
        Machine dead = followers().getFirst();
        Machine alive = followers().getLast();
        long deadId = id(dead);
        dead.kill();
        assertEquals(EtcdError.UNHEALTHY.text(), refusal(add(leader(), "m4", false)));
        assertEquals(EtcdError.UNHEALTHY.text(), refusal(remove(leader(), id(alive))));
        assertEquals(2, cluster.await(remove(leader(), deadId), PATIENCE).getMembersCount());
        cluster.await(add(leader(), "m4", false), PATIENCE);
        assertEquals(EtcdError.MEMBER_NOT_ENOUGH_STARTED.text(), refusal(remove(leader(), id(alive))));
    }

    @Test
    void whatTheClusterDoesNotAllowIsRefusedWhereverItIsAsked() {
        startAll();
        for (Machine machine : cluster.machines()) {
            assertEquals(EtcdError.PEER_URL_EXIST.text(), refusal(add(machine, "m1", true)));
            assertEquals(EtcdError.MEMBER_NOT_FOUND.text(), refusal(remove(machine, 42)));
        }
        cluster.await(add(leader(), "m4", true), PATIENCE);
        for (Machine machine : cluster.machines()) {
            assertEquals(EtcdError.TOO_MANY_LEARNERS.text(), refusal(add(machine, "m5", true)));
            assertEquals(4, members(machine).size());
        }
        // and raft goes on with the members that it had
        put(leader(), "after");
        assertEquals("after", get(followers().getFirst(), false));
    }

    @Test
    void leadershipMovesWhereItIsWanted() {
        startAll();
        Machine before = leader();
        Machine after = followers().getLast();
        MoveLeaderRequest wanted = MoveLeaderRequest.newBuilder().setTargetID(id(after)).build();
        assertEquals(
                EtcdError.NOT_LEADER.text(), refusal(after.server().moveLeader(wanted, Caller.SELF)));
        assertEquals(
                EtcdError.BAD_LEADER_TRANSFEREE.text(),
                refusal(before.server().moveLeader(
                        MoveLeaderRequest.newBuilder().setTargetID(42).build(), Caller.SELF)));
        cluster.await(before.server().moveLeader(wanted, Caller.SELF), Duration.ofMillis(100));
        assertEquals(id(after), id(leader()));
        assertEquals(id(after), leaderOf(before));
    }

    @Test
    void leadershipThatNobodyTakesIsGivenUpAfterAWhile() {
        startAll();
        Machine before = leader();
        Machine dead = followers().getFirst();
        long deadId = id(dead);
        dead.kill();
        assertEquals(
                EtcdError.TIMEOUT_LEADER_TRANSFER.text(),
                refusal(before.server().moveLeader(
                        MoveLeaderRequest.newBuilder().setTargetID(deadId).build(), Caller.SELF)));
        put(before, "after");
    }

    @Test
    void whoIsClosedHandsLeadershipOver() {
        startAll();
        Machine before = leader();
        cluster.await(before.server().handOver(), Duration.ofMillis(100));
        assertNotEquals(id(before), leaderOf(before));
        cluster.await(before.server().handOver(), Duration.ofMillis(100));
    }
}
