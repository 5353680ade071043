package io.drawbore.plugins.internal;

import com.google.protobuf.Message;
import io.drawbore.api.AuthDoor;
import io.drawbore.api.Caller;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.ResponseSink;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DefragmentRequest;
import io.drawbore.proto.etcdserverpb.DefragmentResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeResponse;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.HashRequest;
import io.drawbore.proto.etcdserverpb.HashResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.proto.etcdserverpb.LeaseLeasesResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberAddResponse;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberListResponse;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.etcdserverpb.MemberPromoteResponse;
import io.drawbore.proto.etcdserverpb.MemberRemoveRequest;
import io.drawbore.proto.etcdserverpb.MemberRemoveResponse;
import io.drawbore.proto.etcdserverpb.MemberUpdateRequest;
import io.drawbore.proto.etcdserverpb.MemberUpdateResponse;
import io.drawbore.proto.etcdserverpb.MoveLeaderRequest;
import io.drawbore.proto.etcdserverpb.MoveLeaderResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.SnapshotRequest;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.drawbore.proto.etcdserverpb.StatusRequest;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A door in front of another: every request goes through one method that may hold it up, refuse it or hand it on. What
 * answers at once about the member itself is handed on.
 */
abstract class ThroughDoor implements FrontDoor {
    private final AuthDoor auth = new ThroughAuthDoor(this);

    /** The door behind. */
    abstract FrontDoor behind();

    /**
     * Lets a request through, or not.
     *
     * @param call asks the door that it is given
     */
    abstract <R> CompletableFuture<R> pass(
            DoorMethod method, Message request, Caller caller, Function<FrontDoor, CompletableFuture<R>> call);

    /** Lets a request through whose answer is a stream. */
    abstract <R extends Message> CompletableFuture<Void> passStream(
            DoorMethod method, Message request, ResponseSink<R> sink, Caller caller, Streaming<R> call);

    /**
     * Asks a door for a stream.
     *
     * @param <R> the response
     */
    interface Streaming<R extends Message> {
        CompletableFuture<Void> ask(FrontDoor door, ResponseSink<R> sink);
    }

    @Override
    public CompletableFuture<RangeResponse> range(RangeRequest request, Caller caller) {
        return pass(DoorMethod.RANGE, request, caller, door -> door.range(request, caller));
    }

    @Override
    public CompletableFuture<PutResponse> put(PutRequest request, Caller caller) {
        return pass(DoorMethod.PUT, request, caller, door -> door.put(request, caller));
    }

    @Override
    public CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request, Caller caller) {
        return pass(DoorMethod.DELETE_RANGE, request, caller, door -> door.deleteRange(request, caller));
    }

    @Override
    public CompletableFuture<TxnResponse> txn(TxnRequest request, Caller caller) {
        return pass(DoorMethod.TXN, request, caller, door -> door.txn(request, caller));
    }

    @Override
    public CompletableFuture<CompactionResponse> compact(CompactionRequest request, Caller caller) {
        return pass(DoorMethod.COMPACT, request, caller, door -> door.compact(request, caller));
    }

    @Override
    public CompletableFuture<LeaseGrantResponse> leaseGrant(LeaseGrantRequest request, Caller caller) {
        return pass(DoorMethod.LEASE_GRANT, request, caller, door -> door.leaseGrant(request, caller));
    }

    @Override
    public CompletableFuture<LeaseRevokeResponse> leaseRevoke(LeaseRevokeRequest request, Caller caller) {
        return pass(DoorMethod.LEASE_REVOKE, request, caller, door -> door.leaseRevoke(request, caller));
    }

    @Override
    public CompletableFuture<LeaseKeepAliveResponse> leaseKeepAlive(LeaseKeepAliveRequest request, Caller caller) {
        return pass(DoorMethod.LEASE_KEEP_ALIVE, request, caller, door -> door.leaseKeepAlive(request, caller));
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> leaseTimeToLive(LeaseTimeToLiveRequest request, Caller caller) {
        return pass(DoorMethod.LEASE_TIME_TO_LIVE, request, caller, door -> door.leaseTimeToLive(request, caller));
    }

    @Override
    public CompletableFuture<LeaseLeasesResponse> leaseLeases(LeaseLeasesRequest request, Caller caller) {
        return pass(DoorMethod.LEASE_LEASES, request, caller, door -> door.leaseLeases(request, caller));
    }

    @Override
    public CompletableFuture<StatusResponse> status(Caller caller) {
        return pass(DoorMethod.STATUS, StatusRequest.getDefaultInstance(), caller, door -> door.status(caller));
    }

    @Override
    public CompletableFuture<HashResponse> hash(Caller caller) {
        return pass(DoorMethod.HASH, HashRequest.getDefaultInstance(), caller, door -> door.hash(caller));
    }

    @Override
    public CompletableFuture<HashKVResponse> hashKv(HashKVRequest request, Caller caller) {
        return pass(DoorMethod.HASH_KV, request, caller, door -> door.hashKv(request, caller));
    }

    @Override
    public CompletableFuture<DefragmentResponse> defragment(Caller caller) {
        return pass(
                DoorMethod.DEFRAGMENT, DefragmentRequest.getDefaultInstance(), caller, door -> door.defragment(caller));
    }

    @Override
    public CompletableFuture<MemberListResponse> memberList(MemberListRequest request, Caller caller) {
        return pass(DoorMethod.MEMBER_LIST, request, caller, door -> door.memberList(request, caller));
    }

    @Override
    public CompletableFuture<MemberAddResponse> memberAdd(MemberAddRequest request, Caller caller) {
        return pass(DoorMethod.MEMBER_ADD, request, caller, door -> door.memberAdd(request, caller));
    }

    @Override
    public CompletableFuture<MemberRemoveResponse> memberRemove(MemberRemoveRequest request, Caller caller) {
        return pass(DoorMethod.MEMBER_REMOVE, request, caller, door -> door.memberRemove(request, caller));
    }

    @Override
    public CompletableFuture<MemberUpdateResponse> memberUpdate(MemberUpdateRequest request, Caller caller) {
        return pass(DoorMethod.MEMBER_UPDATE, request, caller, door -> door.memberUpdate(request, caller));
    }

    @Override
    public CompletableFuture<MemberPromoteResponse> memberPromote(MemberPromoteRequest request, Caller caller) {
        return pass(DoorMethod.MEMBER_PROMOTE, request, caller, door -> door.memberPromote(request, caller));
    }

    @Override
    public CompletableFuture<MoveLeaderResponse> moveLeader(MoveLeaderRequest request, Caller caller) {
        return pass(DoorMethod.MOVE_LEADER, request, caller, door -> door.moveLeader(request, caller));
    }

    @Override
    public CompletableFuture<DowngradeResponse> downgrade(DowngradeRequest request, Caller caller) {
        return pass(DoorMethod.DOWNGRADE, request, caller, door -> door.downgrade(request, caller));
    }

    @Override
    public CompletableFuture<AlarmResponse> alarm(AlarmRequest request, Caller caller) {
        return pass(DoorMethod.ALARM, request, caller, door -> door.alarm(request, caller));
    }

    @Override
    public CompletableFuture<Void> rangeStream(
            RangeRequest request, ResponseSink<RangeStreamResponse> sink, Caller caller) {
        return passStream(
                DoorMethod.RANGE_STREAM, request, sink, caller, (door, to) -> door.rangeStream(request, to, caller));
    }

    @Override
    public CompletableFuture<Void> snapshot(ResponseSink<SnapshotResponse> sink, Caller caller) {
        return passStream(
                DoorMethod.SNAPSHOT,
                SnapshotRequest.getDefaultInstance(),
                sink,
                caller,
                (door, to) -> door.snapshot(to, caller));
    }

    @Override
    public AuthDoor auth() {
        return auth;
    }

    @Override
    public CompletableFuture<String> user(Caller caller) {
        return behind().user(caller);
    }

    @Override
    public boolean hasLeader() {
        return behind().hasLeader();
    }

    @Override
    public Set<AlarmType> alarms() {
        return behind().alarms();
    }

    @Override
    public boolean isLearner() {
        return behind().isLearner();
    }

    @Override
    public Versions versions() {
        return behind().versions();
    }
}
