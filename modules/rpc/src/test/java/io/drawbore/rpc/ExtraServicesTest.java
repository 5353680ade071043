package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE;
import static io.drawbore.rpc.TestEndpoint.PATIENCE_SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.StatusCode;
import io.drawbore.rpc.ClientExtensions.Method;
import io.drawbore.rpc.ClientExtensions.ServerStreaming;
import io.drawbore.rpc.ClientExtensions.Service;
import io.drawbore.rpc.ClientExtensions.Unary;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services of gRPC beside etcd's own, as a client of gRPC's own sees them. */
final class ExtraServicesTest {
    private static final StringValue TEXT = StringValue.getDefaultInstance();

    /** What was asked for and is not answered. */
    private final List<CompletableFuture<StringValue>> pending = new CopyOnWriteArrayList<>();

    private final CompletableFuture<Void> streaming = new CompletableFuture<>();
    private final AtomicReference<Caller> asked = new AtomicReference<>();
    private TestEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        List<Method<?, ?>> methods = List.of(
                new Unary<>("Greet", TEXT, this::greet),
                new Unary<StringValue, StringValue>("Hang", TEXT, this::hang),
                new ServerStreaming<StringValue, StringValue>("Count", TEXT, this::count),
                new Unary<StringValue, Message>("Unsized", TEXT,
                        (_, _) -> CompletableFuture.supplyAsync(() -> without("getSerializedSize"))),
                new Unary<StringValue, Message>("Unwritten", TEXT,
                        (_, _) -> CompletableFuture.supplyAsync(() -> without("writeTo"))),
                new Unary<Message, StringValue>("Unread", without("getParserForType"),
                        (_, _) -> CompletableFuture.completedFuture(TEXT)),
                new ServerStreaming<StringValue, Message>("UnwrittenStream", TEXT, (_, responses, _) -> {
                    var _ = responses.send(without("writeTo"));
                    return streaming;
                }));
        endpoint = new TestEndpoint(config -> config.withStopTimeout(Duration.ofMillis(100)),
                new ClientExtensions(List.of(new Service("greeter", "acme.v1.Greeter", methods)), List.of(),
                        ClientExtensions.PATH_TIME));
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    /** A message of a class that was compiled against another library. */
    private static Message without(String method) {
        return (Message) Proxy.newProxyInstance(Message.class.getClassLoader(), new Class<?>[] {Message.class},
                (_, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        throw new NoSuchMethodError(method);
                    }
                    return called.invoke(TEXT, arguments);
                });
    }

    private CompletableFuture<StringValue> hang(StringValue request, Caller caller) {
        CompletableFuture<StringValue> never = new CompletableFuture<>();
        pending.add(never);
        return never;
    }

    private CompletableFuture<StringValue> greet(StringValue name, Caller caller) {
        asked.set(caller);
        return switch (name.getValue()) {
            case "nobody" -> throw new EtcdException(StatusCode.NOT_FOUND, "nobody is there");
            case "thief" -> CompletableFuture.failedFuture(new EtcdException(StatusCode.PERMISSION_DENIED, "go away"));
            default -> CompletableFuture.supplyAsync(() -> StringValue.of("hello " + name.getValue()));
        };
    }

    /** Counts to a number; without one, the stream stays open after the first response. */
    private CompletableFuture<Void> count(StringValue to, ResponseSink<StringValue> responses, Caller caller) {
        if (to.getValue().isEmpty()) {
            var _ = responses.send(StringValue.of("open"));
            return streaming;
        }
        CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
        for (int i = 1; i <= Integer.parseInt(to.getValue()); i++) {
            StringValue next = StringValue.of("" + i);
            sent = sent.thenCompose(_ -> responses.send(next));
        }
        return sent;
    }

    @Test
    void aMethodAnswersAndIsCountedAsEtcdsOwnAre() throws Exception {
        assertEquals("hello etcd", endpoint.call("acme.v1.Greeter/Greet", StringValue.of("etcd"), TEXT).getValue());

        String labels = "{grpc_type=\"unary\",grpc_service=\"acme.v1.Greeter\",grpc_method=\"Greet\"";
        endpoint.awaitMetric("grpc_server_started_total" + labels + "} 1\n");
        endpoint.awaitMetric("grpc_server_msg_received_total" + labels + "} 1\n");
        endpoint.awaitMetric("grpc_server_msg_sent_total" + labels + "} 1\n");
        endpoint.awaitMetric("grpc_server_handled_total" + labels + ",grpc_code=\"OK\"} 1\n");
    }

    @Test
    void whoAsksIsSaid() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), "abc.7");
        ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(endpoint.channel,
                        MetadataUtils.newAttachHeadersInterceptor(headers)),
                TestEndpoint.unary("acme.v1.Greeter/Greet", TEXT, TEXT), CallOptions.DEFAULT, TEXT);

        assertEquals("abc.7", asked.get().token());
        assertTrue(asked.get().remote().startsWith("127.0.0.1:"), asked.get().remote());
    }

    @Test
    void aStreamAnswersAndEnds() throws Exception {
        StreamClient<StringValue, StringValue> client = count("3");
        client.call.request(10);

        assertEquals("1", client.next().getValue());
        assertEquals("2", client.next().getValue());
        assertEquals("3", client.next().getValue());
        assertEquals(Status.Code.OK, client.status().getCode());
    }

    @Test
    void errorsReachTheClient() {
        assertStatus(Status.Code.NOT_FOUND, "nobody is there", "Greet", "nobody");
        assertStatus(Status.Code.PERMISSION_DENIED, "go away", "Greet", "thief");
        assertStatus(Status.Code.UNIMPLEMENTED, "unknown method Part for service acme.v1.Greeter", "Part", "");
        Status unknown = endpoint.statusOf("acme.v2.Greeter/Greet", TEXT, TEXT);
        assertEquals("unknown service acme.v2.Greeter", unknown.getDescription());
    }

    @Test
    void theChecksThatEtcdsOwnPassArePassed() {
        endpoint.door.hasLeader = false;
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, () ->
                ClientCalls.blockingUnaryCall(
                        ClientInterceptors.intercept(endpoint.channel,
                                MetadataUtils.newAttachHeadersInterceptor(headers)),
                        TestEndpoint.unary("acme.v1.Greeter/Greet", TEXT, TEXT), CallOptions.DEFAULT, TEXT));
        assertEquals("etcdserver: no leader", refused.getStatus().getDescription());

        endpoint.door.learner = true;
        assertStatus(Status.Code.FAILED_PRECONDITION, "etcdserver: rpc not supported for learner", "Greet", "etcd");
        assertNull(asked.get());
    }

    @Test
    void aRequestIsAsLargeAsEtcdsOwn() {
        int most = EndpointConfig.defaults(List.of("http://x")).maxRequestBytes() + 512 * 1024;
        assertTrue(endpoint.call("acme.v1.Greeter/Greet", StringValue.of("x".repeat(most - 5)), TEXT).getValue()
                .startsWith("hello x"));
        Status refused = endpoint.statusOf("acme.v1.Greeter/Greet", StringValue.of("x".repeat(most)), TEXT);
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getCode());
    }

    @Test
    void theClientsDeadlineEndsTheCall() {
        // one that is over before the call has come there ends it as well
        for (long millis = 200; pending.isEmpty() && millis < PATIENCE.toMillis(); millis *= 4) {
            CallOptions patience = CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
            StatusRuntimeException late = assertThrows(StatusRuntimeException.class,
                    () -> endpoint.call("acme.v1.Greeter/Hang", TEXT, TEXT, patience));
            assertEquals(Status.Code.DEADLINE_EXCEEDED, late.getStatus().getCode());
        }
        assertFalse(pending.isEmpty(), "no call has come there");
        pending.forEach(ExtraServicesTest::assertCancelled);
    }

    @Test
    void aClientThatGoesEndsTheCall() throws Exception {
        StreamClient<StringValue, StringValue> client = count("");
        client.call.request(1);
        client.next();
        client.call.cancel("enough", null);

        assertCancelled(streaming);
    }

    @Test
    void aPortThatStopsEndsCalls() throws Exception {
        StreamClient<StringValue, StringValue> stream = count("");
        stream.call.request(1);
        stream.next();
        var call = ClientCalls.futureUnaryCall(endpoint.channel.newCall(
                TestEndpoint.unary("acme.v1.Greeter/Hang", TEXT, TEXT), CallOptions.DEFAULT), TEXT);
        TestEndpoint.until(() -> !pending.isEmpty(), () -> "the call has not come there");

        endpoint.endpoint.stop();
        assertCancelled(streaming);
        assertCancelled(pending.getFirst());
        assertEquals("etcdserver: server stopped", stream.status().getDescription());
        ExecutionException ended =
                assertThrows(ExecutionException.class, () -> call.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals("etcdserver: server stopped",
                ((StatusRuntimeException) ended.getCause()).getStatus().getDescription());
    }

    @Test
    void aMessageWhoseClassesDoNotFitTogetherFailsItsCallAlone() throws Exception {
        String error = ": java.lang.NoSuchMethodError";
        assertStatus(Status.Code.INTERNAL,
                "drawbore: cannot write a response of acme.v1.Greeter/Unsized" + error, "Unsized", "");
        assertStatus(Status.Code.INTERNAL,
                "drawbore: cannot read a request of acme.v1.Greeter/Unread" + error, "Unread", "");
        assertEquals(Status.Code.INTERNAL,
                endpoint.statusOf("acme.v1.Greeter/Unwritten", TEXT, TEXT).getCode());
        StreamClient<StringValue, StringValue> stream = stream("UnwrittenStream", "");
        stream.call.request(1);
        assertEquals(Status.Code.INTERNAL, stream.status().getCode());
        assertCancelled(streaming);

        assertEquals("hello etcd", endpoint.call("acme.v1.Greeter/Greet", StringValue.of("etcd"), TEXT).getValue());
    }

    @Test
    void theJsonGatewayDoesNotHaveIt() throws Exception {
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (String path : List.of("/acme.v1.Greeter/Greet", "/v3/acme.v1.Greeter/Greet", "/v3/greeter/greet")) {
                HttpRequest post = HttpRequest.newBuilder(URI.create(endpoint.url(path)))
                        .POST(HttpRequest.BodyPublishers.ofString("\"etcd\"")).build();
                assertEquals(404, http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
            }
        }
    }

    private static void assertCancelled(CompletableFuture<?> future) {
        assertThrows(CancellationException.class, () -> future.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private void assertStatus(Status.Code code, String text, String method, String name) {
        Status status = endpoint.statusOf("acme.v1.Greeter/" + method, StringValue.of(name), TEXT);
        assertEquals(text, status.getDescription());
        assertEquals(code, status.getCode());
    }

    private StreamClient<StringValue, StringValue> count(String to) {
        return stream("Count", to);
    }

    private StreamClient<StringValue, StringValue> stream(String method, String to) {
        StreamClient<StringValue, StringValue> client = new StreamClient<>(endpoint, "acme.v1.Greeter/" + method,
                MethodType.SERVER_STREAMING, TEXT, TEXT, new Metadata());
        client.call.sendMessage(StringValue.of(to));
        client.call.halfClose();
        return client;
    }
}
