package io.drawbore.rpc.internal;

import io.drawbore.api.StatusCode;
import io.drawbore.metrics.Counter;
import io.drawbore.metrics.Metrics;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the transports count. Any thread. */
final class RpcMetrics {
    /** Versions that clients may name before all further ones are counted as one: a label costs memory for ever. */
    private static final int MAX_CLIENT_VERSIONS = 100;
    private static final int MAX_VERSION_LENGTH = 64;

    private final Counter received;
    private final Counter sent;
    private final Metrics.Labelled<Counter> clientRequests;
    private final Map<String, Map<String, Counter>> byTypeAndVersion = new ConcurrentHashMap<>();
    private final Map<String, MethodMetrics> methods = new HashMap<>();

    RpcMetrics(Metrics metrics, List<RpcMethod<?, ?>> served) {
        received = metrics.counter("etcd_network_client_grpc_received_bytes_total",
                "The total number of bytes received from grpc clients.");
        sent = metrics.counter("etcd_network_client_grpc_sent_bytes_total",
                "The total number of bytes sent to grpc clients.");
        clientRequests = metrics.counters("etcd_server_client_requests_total",
                "The total number of client requests per client version.", "type", "client_api_version");
        for (RpcMethod<?, ?> method : served) {
            methods.put(method.path(), new MethodMetrics(metrics, method));
        }
    }

    void messageReceived(int bytes) {
        received.add(bytes);
    }

    void messageSent(int bytes) {
        sent.add(bytes);
    }

    void clientRequest(String type, String version) {
        Map<String, Counter> versions = byTypeAndVersion.computeIfAbsent(type, t -> new ConcurrentHashMap<>());
        Counter counter = versions.get(version);
        if (counter == null) {
            boolean room = versions.size() < MAX_CLIENT_VERSIONS && version.length() <= MAX_VERSION_LENGTH;
            String label = room ? version : "other";
            counter = versions.computeIfAbsent(label, v -> clientRequests.with(type, v));
        }
        counter.increment();
    }

    MethodMetrics of(RpcMethod<?, ?> method) {
        @Nullable MethodMetrics found = methods.get(method.path());
        if (found == null) {
            throw new IllegalArgumentException(method.path() + " is not served");
        }
        return found;
    }

    /** The counters of one method; all exist from the start, so that a rate has a beginning. */
    static final class MethodMetrics {
        private final Counter started;
        private final Counter messagesReceived;
        private final Counter messagesSent;
        private final Map<StatusCode, Counter> handled = new EnumMap<>(StatusCode.class);

        MethodMetrics(Metrics metrics, RpcMethod<?, ?> method) {
            String[] labels = {"grpc_type", "grpc_service", "grpc_method"};
            String[] values = {method.type(), method.service(), method.name()};
            started = metrics.counters("grpc_server_started_total",
                    "Total number of RPCs started on the server.", labels).with(values);
            messagesReceived = metrics.counters("grpc_server_msg_received_total",
                    "Total number of RPC stream messages received on the server.", labels).with(values);
            messagesSent = metrics.counters("grpc_server_msg_sent_total",
                    "Total number of gRPC stream messages sent by the server.", labels).with(values);
            Metrics.Labelled<Counter> byCode = metrics.counters("grpc_server_handled_total",
                    "Total number of RPCs completed on the server, regardless of success or failure.",
                    "grpc_type", "grpc_service", "grpc_method", "grpc_code");
            for (StatusCode code : StatusCode.values()) {
                handled.put(code, byCode.with(values[0], values[1], values[2], Statuses.metricName(code)));
            }
        }

        void started() {
            started.increment();
        }

        void received() {
            messagesReceived.increment();
        }

        void sent() {
            messagesSent.increment();
        }

        void handled(StatusCode code) {
            Counter counter = handled.get(code);
            if (counter != null) {
                counter.increment();
            }
        }
    }
}
