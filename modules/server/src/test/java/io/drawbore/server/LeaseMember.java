package io.drawbore.server;

import com.google.protobuf.ByteString;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.Vfs;
import io.drawbore.metrics.Counter;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseStatus;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.wal.EtcdLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A member whose leases live by a clock in the test's hands, and a client of it. */
final class LeaseMember implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final HandLeaseThread time = new HandLeaseThread();
    final MemberServer server;
    private final Metrics metrics = new Metrics();
    private final AtomicLong raftNanos = new AtomicLong();
    private volatile boolean stallAtProposal;

    private LeaseMember(MemberOptions options, Vfs vfs, BackendProvider backends, Instant started) {
        server = new MemberServer(
                options,
                new EtcdLogs(),
                backends,
                metrics,
                new Surroundings(
                        vfs,
                        InstantSource.fixed(started),
                        new ThreadWorkers(),
                        new SplittableRandom(),
                        Peers.NONE,
                        false),
                time,
                this::raftNanos);
    }

    /** What the raft thread takes for the time when it looks whether it stood still. */
    private long raftNanos() {
        if (stallAtProposal && pending() > 0) {
            stallAtProposal = false;
            raftStoodStill(Duration.ofSeconds(1));
        }
        return raftNanos.get();
    }

    private double pending() {
        return (Double) metrics.registry().getGauges().get("etcd_server_proposals_pending").getValue();
    }

    /** The raft thread seems to stand still between the next request's way to it and its arrival. */
    void raftStandsStillAtTheNextProposal() {
        stallAtProposal = true;
    }

    /** Whether it has. */
    boolean stoodStillAtAProposal() {
        return !stallAtProposal;
    }

    long committed() {
        return TestMember.await(server.status(Caller.SELF)).getRaftIndex();
    }

    static LeaseMember start(Path folder, Vfs vfs, BackendProvider backends) {
        return start(TestMember.options(folder), vfs, backends);
    }

    /** A member that tells what is left of leases. */
    static LeaseMember startWithCheckpoints(Path folder, Vfs vfs, BackendProvider backends) {
        return start(
                TestMember.founding("one", folder)
                        .tick(Duration.ofMillis(10))
                        .leases(LeaseOptions.CHECKPOINTS)
                        .build(),
                vfs,
                backends);
    }

    private static LeaseMember start(MemberOptions options, Vfs vfs, BackendProvider backends) {
        LeaseMember member = new LeaseMember(options, vfs, backends, Instant.now());
        TestMember.await(member.server.start());
        return member;
    }

    /** The raft thread seems to have stood still for a time. */
    void raftStoodStill(Duration stall) {
        raftNanos.addAndGet(stall.toNanos());
    }

    CompletableFuture<LeaseGrantResponse> granting(long id, long ttl) {
        return server.leaseGrant(LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build(), Caller.SELF);
    }

    LeaseGrantResponse grant(long id, long ttl) {
        return TestMember.await(granting(id, ttl));
    }

    LeaseRevokeResponse revoke(long id) {
        return TestMember.await(
                server.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build(), Caller.SELF));
    }

    CompletableFuture<LeaseKeepAliveResponse> keepingAlive(long id) {
        return server.leaseKeepAlive(LeaseKeepAliveRequest.newBuilder().setID(id).build(), Caller.SELF);
    }

    long keepAlive(long id) {
        return TestMember.await(keepingAlive(id)).getTTL();
    }

    LeaseTimeToLiveResponse timeToLive(long id) {
        return TestMember.await(server.leaseTimeToLive(
                LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true).build(), Caller.SELF));
    }

    List<String> keys(long id) {
        return timeToLive(id).getKeysList().stream().map(ByteString::toStringUtf8).toList();
    }

    List<Long> leases() {
        return TestMember.await(server.leaseLeases(LeaseLeasesRequest.getDefaultInstance(), Caller.SELF))
                .getLeasesList()
                .stream()
                .map(LeaseStatus::getID)
                .toList();
    }

    PutResponse put(String key, long lease) {
        return TestMember.await(server.put(
                TestMember.putRequest(key, "v").toBuilder().setLease(lease).build(), Caller.SELF));
    }

    boolean has(String key) {
        RangeRequest request = TestMember.rangeRequest(key).toBuilder().setCountOnly(true).build();
        return TestMember.await(server.range(request, Caller.SELF)).getCount() > 0;
    }

    /** How many leases were revoked because they had expired. */
    long expired() {
        Counter counter = metrics.counter("etcd_debugging_server_lease_expired_total", "");
        return counter.value();
    }

    /** How often it was told what is left of a lease. */
    long checkpoints() {
        return metrics.counter("drawbore_lease_checkpoints_total", "").value();
    }

    /** Waits until something is so that is about to be. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("not so after " + PATIENCE);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
