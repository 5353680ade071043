package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.FrontDoor;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashRequest;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
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
    private static final String MAINTENANCE = "etcdserverpb.Maintenance";

    private Services() {}

    /** Every method there is, for one member. */
    static List<RpcMethod<?, ?>> of(FrontDoor door, RequestChecks checks) {
        List<RpcMethod<?, ?>> methods = new ArrayList<>();
        methods.add(new RpcMethod.Unary<>(KV, "Range", "/v3/kv/range", RangeRequest.getDefaultInstance(),
                RangeRequest::getSerializable, (request, caller) -> {
                    checks.check(request);
                    return door.range(request, caller);
                }));
        methods.add(unary(KV, "Put", "/v3/kv/put", PutRequest.getDefaultInstance(), (request, caller) -> {
            checks.check(request);
            return door.put(request, caller);
        }));
        methods.add(unary(KV, "DeleteRange", "/v3/kv/deleterange", DeleteRangeRequest.getDefaultInstance(),
                (request, caller) -> {
                    checks.check(request);
                    return door.deleteRange(request, caller);
                }));
        methods.add(unary(KV, "Txn", "/v3/kv/txn", TxnRequest.getDefaultInstance(), (request, caller) -> {
            checks.check(request);
            return door.txn(request, caller);
        }));
        methods.add(new RpcMethod.Streaming<>("etcdserverpb.Watch", "Watch", "/v3/watch",
                WatchRequest.getDefaultInstance(),
                true, new WatchHandler(door)));
        methods.add(new RpcMethod.Unary<>(MAINTENANCE, "Status", "/v3/maintenance/status",
                StatusRequest.getDefaultInstance(), request -> true, (request, caller) -> door.status(caller)));
        methods.add(unary(MAINTENANCE, "Hash", "/v3/maintenance/hash", HashRequest.getDefaultInstance(),
                (request, caller) -> door.hash(caller)));
        methods.add(unary(MAINTENANCE, "HashKV", "/v3/maintenance/hashkv", HashKVRequest.getDefaultInstance(),
                door::hashKv));
        methods.add(unary(MAINTENANCE, "Alarm", "/v3/maintenance/alarm", AlarmRequest.getDefaultInstance(),
                door::alarm));
        methods.add(unary("etcdserverpb.Cluster", "MemberList", "/v3/cluster/member/list",
                MemberListRequest.getDefaultInstance(), door::memberList));
        methods.addAll(HealthService.methods());
        return List.copyOf(methods);
    }

    /** A unary method that learners do not answer. */
    static <Q extends Message, R extends Message> RpcMethod.Unary<Q, R> unary(String service, String name,
            String gatewayPath, Q emptyRequest, BiFunction<Q, Caller, CompletableFuture<R>> handler) {
        return new RpcMethod.Unary<>(service, name, gatewayPath, emptyRequest, request -> false, handler);
    }
}
