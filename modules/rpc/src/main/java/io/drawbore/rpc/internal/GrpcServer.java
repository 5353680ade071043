package io.drawbore.rpc.internal;

import io.drawbore.api.EtcdException;
import io.drawbore.rpc.EndpointConfig;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods that are served, by their path, and what all calls share. Any thread. */
final class GrpcServer {
    /** What etcd adds to its limit of a request, for what gRPC and the message itself put around it. */
    static final int REQUEST_OVERHEAD = 512 * 1024;

    private final Map<String, RpcMethod<?, ?>> methods = new HashMap<>();
    private final Set<String> services = new HashSet<>();
    private final Admission admission;
    private final RpcMetrics metrics;
    private final LeaderWatch leaderWatch;
    private final LiveCalls liveCalls = new LiveCalls();
    private final EndpointConfig.Keepalive keepalive;
    private final HeldBytes held;
    private final int maxMessageBytes;

    GrpcServer(List<RpcMethod<?, ?>> methods, Admission admission, LeaderWatch leaderWatch, RpcMetrics metrics,
            EndpointConfig config) {
        for (RpcMethod<?, ?> method : methods) {
            this.methods.put(method.path(), method);
            services.add(method.service());
        }
        this.admission = admission;
        this.leaderWatch = leaderWatch;
        this.metrics = metrics;
        this.keepalive = config.keepalive();
        this.held = new HeldBytes(config.limits().maxHeldBytes());
        this.maxMessageBytes = config.maxRequestBytes() + REQUEST_OVERHEAD;
    }

    @Nullable RpcMethod<?, ?> method(String path) {
        return methods.get(path);
    }

    Iterable<RpcMethod<?, ?>> methods() {
        return methods.values();
    }

    /** Why there is no method at a path, in the words of gRPC for Go. */
    EtcdException unknown(String path) {
        int slash = path.lastIndexOf('/');
        if (slash <= 0 || path.charAt(0) != '/') {
            return Statuses.unimplemented("malformed method name: \"" + path + "\"");
        }
        String service = path.substring(1, slash);
        if (!services.contains(service)) {
            return Statuses.unimplemented("unknown service " + service);
        }
        return Statuses.unimplemented("unknown method " + path.substring(slash + 1) + " for service " + service);
    }

    Admission admission() {
        return admission;
    }

    LiveCalls liveCalls() {
        return liveCalls;
    }

    LeaderWatch leaderWatch() {
        return leaderWatch;
    }

    EndpointConfig.Keepalive keepalive() {
        return keepalive;
    }

    RpcMetrics metrics() {
        return metrics;
    }

    HeldBytes held() {
        return held;
    }

    int maxMessageBytes() {
        return maxMessageBytes;
    }
}
