package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.AuthDoor;
import io.drawbore.api.Caller;
import io.drawbore.api.FrontDoor;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AuthDisableRequest;
import io.drawbore.proto.etcdserverpb.AuthEnableRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleAddRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGetRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleListRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthStatusRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordRequest;
import io.drawbore.proto.etcdserverpb.AuthUserDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGetRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthUserListRequest;
import io.drawbore.proto.etcdserverpb.AuthUserRevokeRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DefragmentRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.etcdserverpb.MemberRemoveRequest;
import io.drawbore.proto.etcdserverpb.MemberUpdateRequest;
import io.drawbore.proto.etcdserverpb.MoveLeaderRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.SnapshotRequest;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.drawbore.proto.etcdserverpb.StatusRequest;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** The list of all methods that are served: what etcd calls them, what checks a request, who answers. */
final class Services {
    private static final String KV = "etcdserverpb.KV";
    private static final String WATCH = "etcdserverpb.Watch";
    private static final String LEASE = "etcdserverpb.Lease";
    private static final String CLUSTER = "etcdserverpb.Cluster";
    private static final String AUTH = "etcdserverpb.Auth";
    private static final String MAINTENANCE = "etcdserverpb.Maintenance";

    private Services() {}

    /** Every method there is, for one member. */
    static List<RpcMethod<?, ?>> of(FrontDoor door) {
        List<RpcMethod<?, ?>> methods = new ArrayList<>();
        methods.addAll(kv(door));
        methods.add(new RpcMethod.Streaming<>(WATCH, "Watch", List.of("/v3/watch"), WatchRequest.getDefaultInstance(),
                true, false, new WatchHandler(door)));
        methods.addAll(lease(door));
        methods.addAll(maintenance(door));
        methods.addAll(cluster(door));
        methods.addAll(auth(door.auth()));
        methods.addAll(HealthService.methods());
        return List.copyOf(methods);
    }

    private static List<RpcMethod<?, ?>> kv(FrontDoor door) {
        return List.of(
                new RpcMethod.Unary<>(KV, "Range", List.of("/v3/kv/range"), RangeRequest.getDefaultInstance(),
                        RangeRequest::getSerializable, false, door::range),
                new RpcMethod.Streaming<>(KV, "RangeStream", List.of(), RangeRequest.getDefaultInstance(), false, false,
                        new ServerStreamHandler<RangeRequest, RangeStreamResponse>(door::rangeStream)),
                unary(KV, "Put", List.of("/v3/kv/put"), PutRequest.getDefaultInstance(), door::put),
                unary(KV, "DeleteRange", List.of("/v3/kv/deleterange"), DeleteRangeRequest.getDefaultInstance(),
                        door::deleteRange),
                unary(KV, "Txn", List.of("/v3/kv/txn"), TxnRequest.getDefaultInstance(), door::txn),
                unary(KV, "Compact", List.of("/v3/kv/compaction"), CompactionRequest.getDefaultInstance(),
                        door::compact));
    }

    private static List<RpcMethod<?, ?>> lease(FrontDoor door) {
        return List.of(
                unary(LEASE, "LeaseGrant", List.of("/v3/lease/grant"), LeaseGrantRequest.getDefaultInstance(),
                        door::leaseGrant),
                unary(LEASE, "LeaseRevoke", List.of("/v3/lease/revoke", "/v3/kv/lease/revoke"),
                        LeaseRevokeRequest.getDefaultInstance(), door::leaseRevoke),
                new RpcMethod.Streaming<>(LEASE, "LeaseKeepAlive", List.of("/v3/lease/keepalive"),
                        LeaseKeepAliveRequest.getDefaultInstance(), true, false, new KeepAliveHandler(door)),
                unary(LEASE, "LeaseTimeToLive", List.of("/v3/lease/timetolive", "/v3/kv/lease/timetolive"),
                        LeaseTimeToLiveRequest.getDefaultInstance(), door::leaseTimeToLive),
                unary(LEASE, "LeaseLeases", List.of("/v3/lease/leases", "/v3/kv/lease/leases"),
                        LeaseLeasesRequest.getDefaultInstance(), door::leaseLeases));
    }

    private static List<RpcMethod<?, ?>> cluster(FrontDoor door) {
        return List.of(
                unary(CLUSTER, "MemberAdd", List.of("/v3/cluster/member/add"), MemberAddRequest.getDefaultInstance(),
                        door::memberAdd),
                unary(CLUSTER, "MemberRemove", List.of("/v3/cluster/member/remove"),
                        MemberRemoveRequest.getDefaultInstance(), door::memberRemove),
                unary(CLUSTER, "MemberUpdate", List.of("/v3/cluster/member/update"),
                        MemberUpdateRequest.getDefaultInstance(), door::memberUpdate),
                unary(CLUSTER, "MemberList", List.of("/v3/cluster/member/list"),
                        MemberListRequest.getDefaultInstance(), door::memberList),
                unary(CLUSTER, "MemberPromote", List.of("/v3/cluster/member/promote"),
                        MemberPromoteRequest.getDefaultInstance(), door::memberPromote));
    }

    private static List<RpcMethod<?, ?>> maintenance(FrontDoor door) {
        return List.of(
                new RpcMethod.Unary<>(MAINTENANCE, "Status", List.of("/v3/maintenance/status"),
                        StatusRequest.getDefaultInstance(), request -> true, false,
                        (request, caller) -> door.status(caller)),
                unary(MAINTENANCE, "Hash", List.of("/v3/maintenance/hash"), HashRequest.getDefaultInstance(),
                        (request, caller) -> door.hash(caller)),
                unary(MAINTENANCE, "HashKV", List.of("/v3/maintenance/hashkv"), HashKVRequest.getDefaultInstance(),
                        door::hashKv),
                unary(MAINTENANCE, "Alarm", List.of("/v3/maintenance/alarm"), AlarmRequest.getDefaultInstance(),
                        door::alarm),
                unary(MAINTENANCE, "MoveLeader", List.of("/v3/maintenance/transfer-leadership"),
                        MoveLeaderRequest.getDefaultInstance(), door::moveLeader),
                unary(MAINTENANCE, "Downgrade", List.of("/v3/maintenance/downgrade"),
                        DowngradeRequest.getDefaultInstance(), door::downgrade),
                unary(MAINTENANCE, "Defragment", List.of("/v3/maintenance/defragment"),
                        DefragmentRequest.getDefaultInstance(), (request, caller) -> door.defragment(caller)),
                new RpcMethod.Streaming<>(MAINTENANCE, "Snapshot", List.of("/v3/maintenance/snapshot"),
                        SnapshotRequest.getDefaultInstance(), false, true,
                        new ServerStreamHandler<SnapshotRequest, SnapshotResponse>(
                                (request, sink, caller) -> door.snapshot(sink, caller))));
    }

    private static List<RpcMethod<?, ?>> auth(AuthDoor door) {
        return List.of(
                auth("Authenticate", "authenticate", AuthenticateRequest.getDefaultInstance(), door::authenticate),
                auth("AuthEnable", "enable", AuthEnableRequest.getDefaultInstance(), door::enable),
                auth("AuthDisable", "disable", AuthDisableRequest.getDefaultInstance(), door::disable),
                auth("AuthStatus", "status", AuthStatusRequest.getDefaultInstance(), door::status),
                auth("UserAdd", "user/add", AuthUserAddRequest.getDefaultInstance(), door::userAdd),
                auth("UserGet", "user/get", AuthUserGetRequest.getDefaultInstance(), door::userGet),
                auth("UserList", "user/list", AuthUserListRequest.getDefaultInstance(), door::userList),
                auth("UserDelete", "user/delete", AuthUserDeleteRequest.getDefaultInstance(), door::userDelete),
                auth("UserChangePassword", "user/changepw", AuthUserChangePasswordRequest.getDefaultInstance(),
                        door::userChangePassword),
                auth("UserGrantRole", "user/grant", AuthUserGrantRoleRequest.getDefaultInstance(), door::userGrantRole),
                auth("UserRevokeRole", "user/revoke", AuthUserRevokeRoleRequest.getDefaultInstance(),
                        door::userRevokeRole),
                auth("RoleAdd", "role/add", AuthRoleAddRequest.getDefaultInstance(), door::roleAdd),
                auth("RoleGet", "role/get", AuthRoleGetRequest.getDefaultInstance(), door::roleGet),
                auth("RoleList", "role/list", AuthRoleListRequest.getDefaultInstance(), door::roleList),
                auth("RoleDelete", "role/delete", AuthRoleDeleteRequest.getDefaultInstance(), door::roleDelete),
                auth("RoleGrantPermission", "role/grant", AuthRoleGrantPermissionRequest.getDefaultInstance(),
                        door::roleGrantPermission),
                auth("RoleRevokePermission", "role/revoke", AuthRoleRevokePermissionRequest.getDefaultInstance(),
                        door::roleRevokePermission));
    }

    private static <Q extends Message, R extends Message> RpcMethod.Unary<Q, R> auth(
            String name, String path, Q emptyRequest, BiFunction<Q, Caller, CompletableFuture<R>> handler) {
        return unary(AUTH, name, List.of("/v3/auth/" + path), emptyRequest, handler);
    }

    /** A unary method that learners do not answer. */
    static <Q extends Message, R extends Message> RpcMethod.Unary<Q, R> unary(String service, String name,
            List<String> gatewayPaths, Q emptyRequest, BiFunction<Q, Caller, CompletableFuture<R>> handler) {
        return new RpcMethod.Unary<>(service, name, gatewayPaths, emptyRequest, request -> false, false, handler);
    }
}
