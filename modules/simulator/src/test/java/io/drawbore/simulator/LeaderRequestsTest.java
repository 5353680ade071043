package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What only the leader knows is known wherever it is asked. */
class LeaderRequestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LEASE = 7;

    private final SimulatedCluster cluster = new SimulatedCluster(11, 3);

    private void pass(Duration time) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        cluster.schedule().after(time.toNanos(), () -> over.complete(null));
        cluster.await(over, time.plusSeconds(1));
    }

    private void grant(long seconds) {
        LeaseGrantRequest request =
                LeaseGrantRequest.newBuilder().setID(LEASE).setTTL(seconds).build();
        cluster.await(cluster.machines().getFirst().server().leaseGrant(request, Caller.SELF), PATIENCE);
    }

    private CompletableFuture<Long> renew(Machine machine, long id) {
        return machine.server()
                .leaseKeepAlive(LeaseKeepAliveRequest.newBuilder().setID(id).build(), Caller.SELF)
                .thenApply(answer -> answer.getTTL());
    }

    private LeaseTimeToLiveResponse timeToLive(Machine machine, long id) {
        return cluster.await(
                machine.server()
                        .leaseTimeToLive(
                                LeaseTimeToLiveRequest.newBuilder().setID(id).build(), Caller.SELF),
                PATIENCE);
    }

    private List<Machine> running() {
        return cluster.machines().stream().filter(Machine::isRunning).toList();
    }

    private Machine leader() {
        Machine any = running().getFirst();
        long leader = cluster.await(any.server().status(Caller.SELF), PATIENCE).getLeader();
        return running().stream()
                .filter(machine -> machine.server().identity().memberId() == leader)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aLeaseIsKeptAliveThroughEveryMember() {
        cluster.start();
        grant(10);
        for (Machine machine : cluster.machines()) {
            pass(Duration.ofSeconds(6));
            assertEquals(10, cluster.await(renew(machine, LEASE), PATIENCE));
            LeaseTimeToLiveResponse left = timeToLive(machine, LEASE);
            assertTrue(left.getTTL() >= 9, left::toString);
            assertEquals(10, left.getGrantedTTL());
            assertEquals(
                    machine.server().identity().memberId(), left.getHeader().getMemberId());
            assertEquals(0, cluster.await(renew(machine, 42), PATIENCE));
            assertEquals(-1, timeToLive(machine, 42).getTTL());
        }
        pass(Duration.ofSeconds(15));
        for (Machine machine : cluster.machines()) {
            assertEquals(-1, timeToLive(machine, LEASE).getTTL());
        }
    }

    @Test
    void aRenewalWaitsForTheNextLeader() {
        cluster.start();
        grant(10);
        pass(Duration.ofSeconds(2));
        Machine gone = leader();
        Machine asked = cluster.machines().stream()
                .filter(machine -> !machine.equals(gone))
                .findFirst()
                .orElseThrow();
        gone.kill();
        assertEquals(10, cluster.await(renew(asked, LEASE), PATIENCE));
    }

    @Test
    void theClustersVersionIsDecidedOnceAllMembersHaveSaidTheirs() {
        cluster.start();
        Machine late = cluster.machines().getLast();
        late.kill();
        pass(Duration.ofSeconds(10));
        for (Machine machine : running()) {
            assertEquals("3.0.0", machine.server().versions().cluster());
        }
        late.start();
        pass(Duration.ofSeconds(10));
        for (Machine machine : cluster.machines()) {
            assertEquals("3.7.0", machine.server().versions().cluster());
        }
    }
}
