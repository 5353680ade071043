package io.drawbore.api;

import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DefragmentResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeResponse;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
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
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Everything a client can ask of a member, free of any transport. Any thread may call; no call blocks. A future
 * completes on some thread of the server's: do little there, or go elsewhere. What a client did wrong, and what the
 * cluster cannot do now, completes it with an {@link EtcdException}: requests that are malformed are refused in here,
 * in etcd's order and words, whoever asks.
 *
 * <p>A write's answer comes after the entry is durable on a majority and applied here. A linearizable read's answer
 * comes after a proof of leadership newer than the call.
 */
public interface FrontDoor {
    /** Reads keys; linearizable unless the request says serializable. */
    CompletableFuture<RangeResponse> range(RangeRequest request, Caller caller);

    /** Gives a key a value. */
    CompletableFuture<PutResponse> put(PutRequest request, Caller caller);

    /** Deletes a range. */
    CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request, Caller caller);

    /** Compares and then reads and writes; through raft only where it may write. */
    CompletableFuture<TxnResponse> txn(TxnRequest request, Caller caller);

    /**
     * Reads keys in chunks, all of the revision that the first one found, each as soon as the one before is on its way.
     *
     * @return completes when the last chunk is on its way
     */
    CompletableFuture<Void> rangeStream(
            RangeRequest request, ResponseSink<RangeStreamResponse> sink, Caller caller);

    /** Gives up the history below a revision; where the request asks for it, waits until its space is free here. */
    CompletableFuture<CompactionResponse> compact(CompactionRequest request, Caller caller);

    /** Grants a lease, under an id of this member's choice where the request names none. */
    CompletableFuture<LeaseGrantResponse> leaseGrant(LeaseGrantRequest request, Caller caller);

    /** Ends a lease and deletes the keys that hang on it. */
    CompletableFuture<LeaseRevokeResponse> leaseRevoke(LeaseRevokeRequest request, Caller caller);

    /** Lets a lease begin its time anew; the answer's TTL is 0 where there is no such lease. */
    CompletableFuture<LeaseKeepAliveResponse> leaseKeepAlive(LeaseKeepAliveRequest request, Caller caller);

    /** What is left of a lease; the answer's TTL is -1 where there is no such lease. */
    CompletableFuture<LeaseTimeToLiveResponse> leaseTimeToLive(LeaseTimeToLiveRequest request, Caller caller);

    /** All leases, as this member knows them. */
    CompletableFuture<LeaseLeasesResponse> leaseLeases(LeaseLeasesRequest request, Caller caller);

    /** Opens a watch stream. */
    WatchStream watch(WatchSink sink, Caller caller);

    /** This member's own state. */
    CompletableFuture<StatusResponse> status(Caller caller);

    /** Hash over the whole store, for tests of a store against itself. */
    CompletableFuture<HashResponse> hash(Caller caller);

    /** Hash over the key history up to a revision, equal on every member and on etcd. */
    CompletableFuture<HashKVResponse> hashKv(HashKVRequest request, Caller caller);

    /** Gives free space of this member's store back to the file system; nobody waits for it but the caller. */
    CompletableFuture<DefragmentResponse> defragment(Caller caller);

    /**
     * Sends this member's store as an etcd database file, and behind it the file's SHA-256 as a message of its own.
     *
     * @return completes when all of it is on its way
     */
    CompletableFuture<Void> snapshot(ResponseSink<SnapshotResponse> sink, Caller caller);

    /** The members of the cluster. */
    CompletableFuture<MemberListResponse> memberList(MemberListRequest request, Caller caller);

    /** Adds a member, which nobody has started yet: a learner, or one with a vote. */
    CompletableFuture<MemberAddResponse> memberAdd(MemberAddRequest request, Caller caller);

    /** Removes a member for ever; where it is this one, it ends soon after. */
    CompletableFuture<MemberRemoveResponse> memberRemove(MemberRemoveRequest request, Caller caller);

    /** Says where a member is reached from now on. */
    CompletableFuture<MemberUpdateResponse> memberUpdate(MemberUpdateRequest request, Caller caller);

    /** Gives a learner a vote, once it has nearly all that the leader has. */
    CompletableFuture<MemberPromoteResponse> memberPromote(MemberPromoteRequest request, Caller caller);

    /** Hands the leadership of this member to another; completes when that one leads. */
    CompletableFuture<MoveLeaderResponse> moveLeader(MoveLeaderRequest request, Caller caller);

    /** Says whether the cluster can be downgraded, begins that, or takes it back. */
    CompletableFuture<DowngradeResponse> downgrade(DowngradeRequest request, Caller caller);

    /** Raises or clears an alarm, or lists those raised on any member. */
    CompletableFuture<AlarmResponse> alarm(AlarmRequest request, Caller caller);

    /** What can be asked of users and roles. */
    AuthDoor auth();

    /**
     * Whose token a caller has shown: empty without one or while authentication is off.
     *
     * @return fails with {@link EtcdError#INVALID_AUTH_TOKEN} where it is worth nothing
     */
    CompletableFuture<String> user(Caller caller);

    /** Whether this member knows a leader now. */
    boolean hasLeader();

    /** Alarms raised on any member. */
    Set<AlarmType> alarms();

    /** Whether this member takes part without a vote. */
    boolean isLearner();

    /** The versions this member speaks of. */
    Versions versions();

    /**
     * What {@code /version} says.
     *
     * @param server the etcd version this member is compatible with, {@code X.Y.Z}
     * @param cluster the cluster's version, or {@code not_decided}
     * @param storage the storage version, or {@code unknown}
     */
    record Versions(String server, String cluster, String storage) {}
}
