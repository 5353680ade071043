package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdException;
import io.drawbore.api.WatchSink;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.proto.etcdserverpb.LeaseStatus;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.testkit.Survival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Members that were away for longer than the leader's log reaches back. */
class SnapshotTransferTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** More than the leader keeps in memory. */
    private static final int MANY = 120;

    private static final long LEASE = 77;

    private final SimulatedCluster cluster = new SimulatedCluster(11, 3);
    private int written;

    private void begin() {
        cluster.start();
        write(leader(), 1);
    }

    private Machine leader() {
        for (int i = 0; i < 300; i++) {
            Machine best = null;
            long term = 0;
            for (Machine machine : cluster.machines()) {
                if (machine.isRunning()) {
                    StatusResponse status = cluster.await(machine.server().status(Caller.SELF), PATIENCE);
                    if (status.getLeader() == id(machine) && status.getRaftTerm() > term) {
                        best = machine;
                        term = status.getRaftTerm();
                    }
                }
            }
            if (best != null) {
                return best;
            }
            cluster.schedule().pass(Duration.ofMillis(100));
        }
        throw new AssertionError("nobody leads");
    }

    private Machine follower() {
        Machine leader = leader();
        return cluster.machines().stream()
                .filter(machine -> !machine.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private void until(BooleanSupplier condition) {
        long end = cluster.schedule().now() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(cluster.schedule().now() < end && cluster.schedule().step(), "it never came");
        }
    }

    private void write(Machine through, int count) {
        for (int i = 0; i < count; i++) {
            written++;
            cluster.await(put(through, "k" + written % 10, "v" + written, 0), PATIENCE);
        }
        // leaders let go of what they keep in memory at a tick
        cluster.schedule().pass(Duration.ofMillis(200));
    }

    private static CompletableFuture<PutResponse> put(Machine through, String key, String value, long lease) {
        PutRequest request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .setLease(lease)
                .build();
        return through.server().put(request, Caller.SELF);
    }

    private void compact(Machine through, long revision) {
        cluster.await(
                through.server().compact(CompactionRequest.newBuilder().setRevision(revision).build(), Caller.SELF),
                PATIENCE);
    }

    private HashKVResponse hash(Machine machine, long revision) {
        return cluster.await(
                machine.server().hashKv(HashKVRequest.newBuilder().setRevision(revision).build(), Caller.SELF),
                PATIENCE);
    }

    private List<Long> leases(Machine machine) {
        return cluster
                .await(machine.server().leaseLeases(LeaseLeasesRequest.getDefaultInstance(), Caller.SELF), PATIENCE)
                .getLeasesList()
                .stream()
                .map(LeaseStatus::getID)
                .toList();
    }

    /** A linearizable read through each member, and the same history on all of them. */
    private void assertAllAreEqual() {
        write(leader(), 1);
        HashKVResponse expected = hash(leader(), 0);
        for (Machine machine : cluster.machines()) {
            RangeRequest fresh = RangeRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8("k"))
                    .build();
            cluster.await(machine.server().range(fresh, Caller.SELF), PATIENCE);
            List<Long> leases = leases(machine);
            HashKVResponse found = hash(machine, expected.getHashRevision());
            assertEquals(expected.getHash(), found.getHash());
            assertEquals(expected.getCompactRevision(), found.getCompactRevision());
            assertEquals(leases(leader()), leases);
        }
    }

    private void cut(Machine one) {
        for (Machine other : cluster.machines()) {
            cluster.network().cut(id(one), id(other));
            cluster.network().cut(id(other), id(one));
        }
    }

    private static long id(Machine machine) {
        return machine.server().identity().memberId();
    }

    private SnapshotPost post() {
        return cluster.network().post();
    }

    /** Keeps what comes to a watcher. */
    private static final class Events implements WatchSink {
        private final List<WatchResponse> responses = new ArrayList<>();

        @Override
        public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> sent) {
            sent.forEach(response -> responses.add(response.parsed()));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void fail(EtcdException error) {
            throw error;
        }

        List<Long> revisions() {
            return responses.stream()
                    .flatMap(response -> response.getEventsList().stream())
                    .map(Event::getKv)
                    .map(kv -> kv.getModRevision())
                    .toList();
        }

        boolean sawCancel() {
            return responses.stream().anyMatch(WatchResponse::getCanceled);
        }

        long compactRevision() {
            return responses.getLast().getCompactRevision();
        }
    }

    private Events watchAll(Machine machine) {
        Events events = new Events();
        WatchCreateRequest all = WatchCreateRequest.newBuilder()
                .setKey(ByteString.copyFrom(new byte[1]))
                .setRangeEnd(ByteString.copyFrom(new byte[1]))
                .build();
        machine.server().watch(events, Caller.SELF)
                .accept(WatchRequest.newBuilder().setCreateRequest(all).build());
        until(() -> !events.responses.isEmpty());
        return events;
    }

    @Test
    void aMemberThatWasAwayComesBackWhileWritesGoOn() {
        begin();
        Machine away = follower();
        away.kill();
        Machine leader = leader();
        cluster.await(
                leader.server()
                        .leaseGrant(LeaseGrantRequest.newBuilder().setID(LEASE).setTTL(1_000).build(), Caller.SELF),
                PATIENCE);
        cluster.await(put(leader, "leased", "x", LEASE), PATIENCE);
        write(leader, MANY);
        compact(leader, MANY / 2);
        away.start();
        write(leader, MANY);
        until(() -> post().delivered() > 0);
        assertAllAreEqual();
        assertEquals(List.of(LEASE), leases(away));
        away.losePower(Survival.SYNCED_ONLY);
        away.start();
        assertAllAreEqual();
    }

    @Test
    void watchersOnItSeeEveryChangeOnceAndInOrder() {
        begin();
        Machine away = follower();
        Events events = watchAll(away);
        cut(away);
        long first = hash(leader(), 0).getHashRevision() + 1;
        write(leader(), MANY);
        cluster.network().heal();
        until(() -> events.revisions().size() >= MANY);
        until(() -> post().delivered() > 0);
        write(leader(), 3);
        until(() -> events.revisions().size() >= MANY + 3);
        List<Long> expected = new ArrayList<>();
        for (long revision = first; revision < first + MANY + 3; revision++) {
            expected.add(revision);
        }
        assertEquals(expected, events.revisions());
    }

    @Test
    void watchersOnItAreToldWhereHistoryIsGone() {
        begin();
        Machine away = follower();
        Events events = watchAll(away);
        cut(away);
        write(leader(), MANY);
        compact(leader(), MANY);
        cluster.network().heal();
        until(events::sawCancel);
        assertEquals(MANY, events.compactRevision());
        assertEquals(List.of(), events.revisions());
        assertAllAreEqual();
    }

    @Test
    void aSnapshotCutOffMidwayHarmsNothing() {
        begin();
        Machine away = follower();
        away.kill();
        write(leader(), MANY);
        post().chunkTime(Duration.ofMillis(20));
        away.start();
        until(() -> post().underWay() > 0);
        cluster.schedule().pass(Duration.ofMillis(50));
        cut(away);
        until(() -> post().refused() > 0);
        assertEquals(0, post().delivered());
        cluster.network().heal();
        until(() -> post().delivered() > 0);
        assertAllAreEqual();
    }

    @Test
    void aLeaderThatDiesWhileItSendsIsFollowedByOneThatSends() {
        begin();
        Machine away = follower();
        away.kill();
        Machine leader = leader();
        write(leader, MANY);
        post().chunkTime(Duration.ofMillis(20));
        away.start();
        until(() -> post().underWay() > 0);
        cluster.schedule().pass(Duration.ofMillis(50));
        leader.losePower(Survival.SYNCED_ONLY);
        until(() -> post().delivered() > 0);
        leader.start();
        assertAllAreEqual();
    }

    @Test
    void aStuckTransferEndsAndTheNextOneArrives() {
        begin();
        Machine away = follower();
        away.kill();
        write(leader(), MANY);
        post().chunkTime(Duration.ofHours(1));
        away.start();
        until(() -> post().underWay() > 0);
        post().chunkTime(Duration.ofMillis(1));
        cluster.schedule().pass(Duration.ofMinutes(2));
        until(() -> post().delivered() > 0);
        assertAllAreEqual();
    }

    /** Each time the whole store is written, so a member that can't take it must cost no more than one now and then. */
    @Test
    void aSnapshotThatIsRefusedAtOnceIsTriedAgainMoreAndMoreSeldom() {
        begin();
        Machine away = follower();
        away.kill();
        write(leader(), MANY);
        post().refuse(true);
        away.start();
        until(() -> post().refused() > 0);
        cluster.schedule().pass(Duration.ofSeconds(20));
        assertTrue(post().refused() >= 4 && post().refused() <= 7, () -> post().refused() + " in 20 s");
        post().refuse(false);
        until(() -> post().delivered() > 0);
        assertAllAreEqual();
    }

    @Test
    void aMemberMayLoseItsPowerWhileItInstalls() {
        losesPowerAfterEach(4);
    }

    @Test
    @Tag("full")
    void andAtAnyMomentOfIt() {
        losesPowerAfterEach(1);
    }

    private static void losesPowerAfterEach(int events) {
        for (int moment = 0; moment < 40; moment += events) {
            SnapshotTransferTest again = new SnapshotTransferTest();
            again.losesPowerAfter(moment, Survival.values()[moment % Survival.values().length]);
        }
    }

    private void losesPowerAfter(int events, Survival survival) {
        begin();
        Machine away = follower();
        away.kill();
        write(leader(), MANY);
        away.start();
        until(() -> post().underWay() > 0);
        until(() -> post().underWay() == 0);
        for (int i = 0; i < events; i++) {
            cluster.schedule().step();
        }
        away.losePower(survival);
        away.start();
        assertAllAreEqual();
    }
}
