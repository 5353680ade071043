package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE_SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is served where, when it is not all in one place. */
final class ListenersTest {
    private static final List<String> FREE = List.of("http://127.0.0.1:0");

    private static TestEndpoint endpoint(List<String> http, List<String> metrics, boolean gateway)
            throws IOException {
        return new TestEndpoint(config ->
                config.withListeners(new EndpointConfig.Listeners(FREE, http, metrics, gateway)));
    }

    private static int status(InetSocketAddress address, String path) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI uri = URI.create("http://" + address.getHostString() + ":" + address.getPort() + path);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            if (path.startsWith("/v3/")) {
                request.POST(HttpRequest.BodyPublishers.ofString("{}"));
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static void put(TestEndpoint endpoint) {
        endpoint.call("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(TestEndpoint.utf8("k")).build(),
                PutResponse.getDefaultInstance());
    }

    @Test
    void metricsAndHealthHaveAPlaceOfTheirOwnBesides() throws Exception {
        try (TestEndpoint endpoint = endpoint(List.of(), FREE, true)) {
            InetSocketAddress metrics = endpoint.endpoint.metricsAddresses().getFirst();
            assertEquals(200, status(metrics, "/metrics"));
            assertEquals(200, status(metrics, "/health"));
            assertEquals(200, status(metrics, "/readyz"));
            assertEquals(404, status(metrics, "/version"));
            assertEquals(404, status(metrics, "/v3/maintenance/status"));
            assertEquals(200, status(endpoint.address(), "/metrics"));
            assertEquals(List.of(endpoint.address()), endpoint.endpoint.addresses());
        }
    }

    @Test
    void whereHttpHasAPlaceOfItsOwnTheOtherServesGrpcAlone() throws Exception {
        try (TestEndpoint endpoint = endpoint(FREE, List.of(), true)) {
            InetSocketAddress http = endpoint.endpoint.addresses().get(1);
            assertEquals(200, status(http, "/v3/maintenance/status"));
            assertEquals(200, status(http, "/version"));
            assertEquals(404, status(endpoint.address(), "/version"));
            assertEquals(404, status(endpoint.address(), "/v3/maintenance/status"));
            put(endpoint);
            ManagedChannel channel = NettyChannelBuilder.forAddress(http).usePlaintext().build();
            try {
                assertThrows(StatusRuntimeException.class,
                        () -> ClientCalls.blockingUnaryCall(channel, TestEndpoint.unary("etcdserverpb.KV/Put",
                                PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance()),
                                CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS),
                                PutRequest.getDefaultInstance()));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void theGatewayCanBeSwitchedOff() throws Exception {
        try (TestEndpoint endpoint = endpoint(List.of(), List.of(), false)) {
            assertEquals(404, status(endpoint.address(), "/v3/maintenance/status"));
            assertEquals(404, status(endpoint.address(), "/v3beta/maintenance/status"));
            assertEquals(200, status(endpoint.address(), "/health"));
            put(endpoint);
        }
    }
}
