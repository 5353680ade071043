package io.drawbore.api;

import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.HashResponse;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberListResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Everything a client can ask of a member, free of any transport. Any thread may call; no call blocks. A future
 * completes on some thread of the server's: do little there, or go elsewhere. What a client did wrong, and what the
 * cluster cannot do now, completes it with an {@link EtcdException}.
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

    /** Opens a watch stream. */
    WatchStream watch(WatchSink sink, Caller caller);

    /** This member's own state. */
    CompletableFuture<StatusResponse> status(Caller caller);

    /** Hash over the whole store, for tests of a store against itself. */
    CompletableFuture<HashResponse> hash(Caller caller);

    /** Hash over the key history up to a revision, equal on every member and on etcd. */
    CompletableFuture<HashKVResponse> hashKv(HashKVRequest request, Caller caller);

    /** The members of the cluster. */
    CompletableFuture<MemberListResponse> memberList(MemberListRequest request, Caller caller);

    /**
     * Lists the alarms raised on any member, linearizably, after what the request asks is done. A request to raise one
     * is refused as unimplemented by a server that has none to raise.
     */
    CompletableFuture<AlarmResponse> alarm(AlarmRequest request, Caller caller);

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
