package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdException;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.server.MemberOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A cluster, and somebody who asks it one thing after the other, in virtual time. */
final class Scene {
    /** As etcd's default: a member that hears from no leader for so long stands for election. */
    static final Duration ELECTION = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final SimulatedCluster cluster;

    private Scene(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** A cluster that has a leader. */
    static Scene of(long seed, int size) {
        return of(new SimulatedCluster(seed, size));
    }

    /** The same with other options, of members that take snapshots often all the same. */
    static Scene of(long seed, int size, UnaryOperator<MemberOptions.Builder> adjust) {
        return of(new SimulatedCluster(
                seed, size, options -> adjust.apply(options.snapshotCount(50).catchUpEntries(20))));
    }

    private static Scene of(SimulatedCluster cluster) {
        Scene scene = new Scene(cluster);
        scene.cluster.start();
        Machine first = scene.machines().getFirst();
        scene.write(first, "founded", "yes");
        return scene;
    }

    List<Machine> machines() {
        return cluster.machines();
    }

    SimulatedCluster cluster() {
        return cluster;
    }

    Network network() {
        return cluster.network();
    }

    /** From now on members come and go. */
    void membersChange() {
        cluster.invariants().membersChange();
    }

    // ---- who is who

    Machine leader() {
        return leaderAmong(machines());
    }

    /** Waits until one of these leads and says so. */
    Machine leaderAmong(List<Machine> some) {
        for (int looks = 0; looks < 300; looks++) {
            for (Machine machine : some) {
                if (machine.isRunning() && id(machine) == statusOf(machine).getLeader()) {
                    return machine;
                }
            }
            pass(LOOK);
        }
        throw new AssertionError("none of these members leads");
    }

    private StatusResponse statusOf(Machine machine) {
        CompletableFuture<StatusResponse> status = machine.server().status(Caller.SELF);
        for (int looks = 0; looks < 10 && !status.isDone(); looks++) {
            pass(Duration.ofMillis(1));
        }
        // one that stands still says nothing
        return status.getNow(StatusResponse.getDefaultInstance());
    }

    long id(Machine machine) {
        return machine.server().identity().memberId();
    }

    /** All machines but one. */
    List<Machine> others(Machine machine) {
        return machines().stream().filter(other -> !other.equals(machine)).toList();
    }

    // ---- what happens to them

    /** Nothing gets to this member or away from it. */
    void isolate(Machine machine) {
        for (Machine other : others(machine)) {
            network().cut(id(machine), id(other));
            network().cut(id(other), id(machine));
        }
    }

    /** Lets time pass. */
    void pass(Duration time) {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        cluster.schedule().after(time.toNanos(), () -> over.complete(true));
        cluster.await(over, time.plusSeconds(1));
    }

    // ---- what it is asked

    /** Waits for an answer. */
    <T> T answer(CompletableFuture<T> asked) {
        return cluster.await(asked, PATIENCE);
    }

    /** Waits for an answer and wants it to be a refusal with this text. */
    void isRefused(String text, CompletableFuture<?> asked) {
        assertEquals(text, refusalOf(asked));
    }

    /** What an answer refuses with; empty where it is none. */
    String refusalOf(CompletableFuture<?> asked) {
        try {
            answer(asked);
            return "";
        } catch (CompletionException refused) {
            if (refused.getCause() instanceof EtcdException reason) {
                return reason.text();
            }
            throw refused;
        }
    }

    /** Asks until there is an answer that is no error. */
    <T> T insist(Supplier<CompletableFuture<T>> question) {
        for (int tries = 0; tries < 100; tries++) {
            CompletableFuture<T> asked = question.get();
            if (refusalOf(asked).isEmpty()) {
                return asked.join();
            }
            pass(LOOK);
        }
        throw new AssertionError("refused again and again");
    }

    CompletableFuture<PutResponse> asksToPut(Machine machine, PutRequest request) {
        return machine.server().put(request, Caller.SELF);
    }

    /** Puts once; answers the revision. */
    long put(Machine machine, String key, String value) {
        return answer(asksToPut(machine, putRequest(key, value).build())).getHeader().getRevision();
    }

    /** Puts under a lease, once. */
    void put(Machine machine, String key, String value, long lease) {
        answer(asksToPut(machine, putRequest(key, value).setLease(lease).build()));
    }

    /** Puts as often as it takes. */
    void write(Machine machine, String key, String value) {
        insist(() -> asksToPut(machine, putRequest(key, value).build()));
    }

    /** Deletes once; answers the revision. */
    long delete(Machine machine, String key) {
        DeleteRangeRequest request = DeleteRangeRequest.newBuilder().setKey(bytes(key)).build();
        return answer(machine.server().deleteRange(request, Caller.SELF)).getHeader().getRevision();
    }

    void compact(Machine machine, long revision) {
        answer(machine.server().compact(compaction(revision), Caller.SELF));
    }

    /** The value that a linearizable read finds, empty where there is none. */
    String get(Machine machine, String key) {
        return value(insist(() -> machine.server().range(range(key), Caller.SELF)));
    }

    static String value(RangeResponse response) {
        return response.getKvsCount() == 0 ? "" : response.getKvs(0).getValue().toStringUtf8();
    }

    /** The newest revision, by a linearizable read. */
    long revision(Machine machine) {
        return insist(() -> machine.server().range(range("none"), Caller.SELF)).getHeader().getRevision();
    }

    // ---- leases

    void grant(Machine machine, long id, long seconds) {
        answer(machine.server().leaseGrant(
                LeaseGrantRequest.newBuilder().setID(id).setTTL(seconds).build(), Caller.SELF));
    }

    void revoke(Machine machine, long id) {
        answer(machine.server().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build(), Caller.SELF));
    }

    /** A renewal, not waited for. */
    CompletableFuture<LeaseKeepAliveResponse> renewal(Machine machine, long id) {
        return machine.server().leaseKeepAlive(LeaseKeepAliveRequest.newBuilder().setID(id).build(), Caller.SELF);
    }

    /** Renews a lease, by whoever leads; answers its seconds, 0 where it has gone. */
    long renew(Machine machine, long id) {
        return insist(() -> renewal(machine, id)).getTTL();
    }

    // ---- what all must agree on

    /** Every member has the same history, up to the same revision; answers that. */
    long allAreEqual() {
        List<String> states = new ArrayList<>();
        long newest = 0;
        for (Machine machine : machines()) {
            newest = revision(machine);
            HashKVResponse hash =
                    insist(() -> machine.server().hashKv(HashKVRequest.getDefaultInstance(), Caller.SELF));
            states.add("revision " + newest + ", compacted " + hash.getCompactRevision() + ", hash " + hash.getHash());
        }
        for (String state : states) {
            assertEquals(states.getFirst(), state, () -> "the members differ: " + states);
        }
        return newest;
    }

    /** Nobody says that anything is wrong with a member. */
    void noAlarmIsRaised() {
        machines().forEach(machine -> assertEquals(Set.of(), machine.server().alarms(), machine.name()));
    }

    // ---- requests

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static PutRequest.Builder putRequest(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
    }

    static RangeRequest range(String key) {
        return RangeRequest.newBuilder().setKey(bytes(key)).build();
    }

    static CompactionRequest compaction(long revision) {
        return CompactionRequest.newBuilder().setRevision(revision).build();
    }
}
