package io.drawbore.rpc.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.proto.health.HealthCheckRequest;
import io.drawbore.proto.health.HealthCheckResponse;
import io.drawbore.proto.health.HealthCheckResponse.ServingStatus;
import io.drawbore.proto.health.HealthListRequest;
import io.drawbore.proto.health.HealthListResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** gRPC's standard health service. The server as a whole, the empty name, serves as long as it answers. */
final class HealthService {
    private static final String NAME = "grpc.health.v1.Health";

    private HealthService() {}

    static List<RpcMethod<?, ?>> methods() {
        return List.of(
                Services.unary(NAME, "Check", List.of(), HealthCheckRequest.getDefaultInstance(), HealthService::check),
                Services.unary(NAME, "List", List.of(), HealthListRequest.getDefaultInstance(), (request, caller) ->
                        CompletableFuture.completedFuture(HealthListResponse.newBuilder()
                                .putStatuses("", status(ServingStatus.SERVING)).build())),
                new RpcMethod.Streaming<>(NAME, "Watch", List.of(), HealthCheckRequest.getDefaultInstance(), false,
                        false, HealthService::watch));
    }

    private static CompletableFuture<HealthCheckResponse> check(HealthCheckRequest request, Caller caller) {
        if (!request.getService().isEmpty()) {
            throw new EtcdException(StatusCode.NOT_FOUND, "unknown service");
        }
        return CompletableFuture.completedFuture(status(ServingStatus.SERVING));
    }

    /** Says the status once: it does not change while the server answers, and an unknown service stays unknown. */
    private static StreamHandler.Input<HealthCheckRequest> watch(StreamHandler.Output<HealthCheckResponse> output,
            Caller caller) {
        return new StreamHandler.Input<>() {
            @Override
            public void message(HealthCheckRequest request) {
                boolean known = request.getService().isEmpty();
                output.send(status(known ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN));
            }

            @Override
            public void halfClosed() {}

            @Override
            public void closed() {}
        };
    }

    private static HealthCheckResponse status(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }
}
