package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import com.google.protobuf.StringValue;
import io.drawbore.interop.Ran;
import io.drawbore.testkit.ModuleJar;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A third party's service of gRPC, path of HTTP and tokens, as gRPC's own client and etcdctl see them. */
class ClientPortPluginTest {
    private static final StringValue TEXT = StringValue.getDefaultInstance();

    /** Whose tokens are the user and the revision backwards, which keeps nobody out. */
    private static final String BODY = """
            private volatile PluginContext context;
            @Override public void start(PluginContext context) { this.context = context; }
            @Override public List<GrpcService> grpcServices() {
                return List.of(new GrpcService() {
                    @Override public String name() { return "acme.v1.Greeter"; }
                    @Override public List<Method<?, ?>> methods() { return List.of(new Greet(), new Count()); }
                });
            }
            private final class Greet implements
                    GrpcService.Unary<com.google.protobuf.StringValue, com.google.protobuf.StringValue> {
                @Override public String name() { return "Greet"; }
                @Override public com.google.protobuf.StringValue emptyRequest() {
                    return com.google.protobuf.StringValue.getDefaultInstance();
                }
                @Override public com.google.protobuf.StringValue call(
                        com.google.protobuf.StringValue request, Caller caller) throws Exception {
                    if (request.getValue().equals("broken")) {
                        throw new IllegalStateException("out of paper");
                    }
                    String user = context.door().user(caller).get();
                    return com.google.protobuf.StringValue.of(request.getValue() + " " + user);
                }
            }
            private static final class Count implements
                    GrpcService.ServerStreaming<com.google.protobuf.StringValue, com.google.protobuf.StringValue> {
                @Override public String name() { return "Count"; }
                @Override public com.google.protobuf.StringValue emptyRequest() {
                    return com.google.protobuf.StringValue.getDefaultInstance();
                }
                @Override public void call(com.google.protobuf.StringValue to,
                        ResponseSink<com.google.protobuf.StringValue> responses, Caller caller) throws Exception {
                    for (int i = 1; i <= Integer.parseInt(to.getValue()); i++) {
                        responses.send(com.google.protobuf.StringValue.of("" + i)).toCompletableFuture().get();
                    }
                }
            }
            @Override public List<HttpPath> httpPaths() {
                return List.of(new HttpPath() {
                    @Override public String path() { return "/acme/"; }
                    @Override public Answer answer(Request request) {
                        if (request.path().equals("/acme/broken")) {
                            throw new IllegalStateException("out of paper");
                        }
                        return Answer.text(200, request.method() + " " + request.path() + " " + request.query());
                    }
                });
            }
            @Override public List<TokenProvider> tokenProviders() {
                return List.of(new TokenProvider() {
                    @Override public String name() { return "acme"; }
                    @Override public Tokens open(java.util.Map<String, String> options) {
                        if (!options.keySet().equals(java.util.Set.of("seal"))) {
                            throw new IllegalArgumentException("the option seal is wanted, and no other");
                        }
                        String seal = options.get("seal");
                        return new Tokens() {
                            @Override public String issue(String user, long revision) {
                                return seal + "/" + user + "/" + revision;
                            }
                            @Override public java.util.Optional<Holder> verify(String token) {
                                String[] parts = token.split("/");
                                return parts.length == 3 && parts[0].equals(seal)
                                        ? java.util.Optional.of(new Holder(parts[1], Long.parseLong(parts[2])))
                                        : java.util.Optional.empty();
                            }
                        };
                    }
                });
            }
            """;

    /** Says what it was told of. */
    private static final String AUDITOR = """
            @Override public List<Auditor> auditors() {
                return List.of(new Auditor() {
                    @Override public String name() { return "lines"; }
                    @Override public FailurePolicy failurePolicy() { return FailurePolicy.CLOSED; }
                    @Override public void begin(Attempt attempt) {}
                    @Override public void end(Attempt attempt, Outcome outcome) {
                        System.out.println("audit: " + attempt.request().method() + " " + outcome.code());
                    }
                });
            }
            """;

    @TempDir
    Path folder;

    private final Ports ports = Ports.free();

    private MemberProcess start(final ModuleJar plugin, final String... more) {
        plugin.write(folder.resolve("plugins/acme/acme.jar"));
        final List<String> flags = new ArrayList<>(ports.flags(folder.resolve("data"), more));
        flags.addAll(List.of("--plugins-dir=" + folder.resolve("plugins"), "--bcrypt-cost=4"));
        return MemberProcess.start(folder, flags);
    }

    @Test
    void servicesPathsAndTokensAreServedBesideEtcdsOwn() throws IOException {
        try (MemberProcess member = start(ThirdParty.plugin("port", BODY), "--auth-token=acme,seal=wax");
                JsonClient http = new JsonClient(ports);
                Grpc grpc = new Grpc(ports)) {
            member.awaitLine(MemberProcess.READY);
            assertEquals("hello ", grpc.greet("hello", null));
            assertEquals(List.of("1", "2", "3"), grpc.count(3));
            assertEquals("GET /acme/a b {x=[1, 2]}", http.get("/acme/a%20b?x=1&x=2").body());
            theGatewayDoesNotHaveIt(http);
            whatFailsNamesThePluginAndHarmsNobody(http, grpc);
            usersAreKnownByTheProvidersTokens(http, grpc);
            assertEquals(143, member.terminate());
            assertFalse(member.text().contains("wax/"), "no token is in the log");
        }
    }

    @Test
    void anAuditorHearsOfThemAndOfWhatThePortRefuses() throws IOException {
        try (MemberProcess member = start(ThirdParty.plugin("port", BODY + AUDITOR));
                JsonClient http = new JsonClient(ports);
                Grpc grpc = new Grpc(ports)) {
            member.awaitLine(MemberProcess.READY);
            assertEquals("hello ", grpc.greet("hello", null));
            member.awaitLine("audit: acme.v1.Greeter/Greet OK");
            assertThrows(StatusRuntimeException.class, () -> grpc.greet("broken", null));
            member.awaitLine("audit: acme.v1.Greeter/Greet INTERNAL");
            assertEquals(List.of("1", "2", "3"), grpc.count(3));
            member.awaitLine("audit: acme.v1.Greeter/Count OK");
            assertEquals("GET /acme/a {}", http.get("/acme/a").body());
            member.awaitLine("audit: HTTP GET /acme/a OK");
            assertEquals(500, http.get("/acme/broken").statusCode());
            member.awaitLine("audit: HTTP GET /acme/broken INTERNAL");
            assertEquals(400, http.post("/v3/kv/put", "{}").statusCode());
            member.awaitLine("audit: etcdserverpb.KV/Put INVALID_ARGUMENT");
        }
    }

    private static void theGatewayDoesNotHaveIt(final JsonClient http) throws IOException {
        assertEquals(404, http.post("/v3/acme.v1.Greeter/Greet", "{}").statusCode());
        assertEquals(404, http.get("/acme").statusCode());
    }

    private static void whatFailsNamesThePluginAndHarmsNobody(final JsonClient http, final Grpc grpc)
            throws IOException {
        final Status failed = assertThrows(StatusRuntimeException.class, () -> grpc.greet("broken", null)).getStatus();
        assertEquals(Status.Code.INTERNAL, failed.getCode());
        assertEquals("drawbore: gRPC of plug-in \"acme-port\" failed", failed.getDescription());
        final HttpResponse<String> broken = http.get("/acme/broken");
        assertEquals(500, broken.statusCode());
        assertEquals("plug-in acme-port failed\n", broken.body());
        assertEquals(2, http.put("a", "1"));
        final String metrics = http.get("/metrics").body();
        final String failures = "drawbore_plugin_failures_total{plugin=\"acme-port\",";
        assertTrue(metrics.contains(failures + "point=\"gRPC\"} 1\n"), metrics);
        assertTrue(metrics.contains(failures + "point=\"HTTP\"} 1\n"), metrics);
        assertTrue(metrics.contains("grpc_server_handled_total{grpc_type=\"unary\",grpc_service=\"acme.v1.Greeter\","
                + "grpc_method=\"Greet\",grpc_code=\"Internal\"} 1\n"), metrics);
    }

    private void usersAreKnownByTheProvidersTokens(final JsonClient http, final Grpc grpc) throws IOException {
        etcdctl(0, "user", "add", "root:secret");
        etcdctl(0, "role", "add", "root");
        etcdctl(0, "user", "grant-role", "root", "root");
        etcdctl(0, "auth", "enable");
        etcdctl(0, "--user=root:secret", "put", "b", "2");
        etcdctl(0, "--user=root:secret", "get", "b");
        final String endpoints = "--endpoints=" + ports.clientUrl();
        assertNotEquals(0, Tools.tryRun("etcdctl", endpoints, "--user=root:wrong", "get", "b"));
        assertNotEquals(0, Tools.tryRun("etcdctl", endpoints, "get", "b"));

        final String token = JsonParser.parseString(
                        http.post("/v3/auth/authenticate", "{\"name\":\"root\",\"password\":\"secret\"}").body())
                .getAsJsonObject()
                .get("token")
                .getAsString();
        assertTrue(token.matches("wax/root/[0-9]+"), token);
        assertEquals("hello root", grpc.greet("hello", token));
        final Status stranger =
                assertThrows(StatusRuntimeException.class, () -> grpc.greet("hello", "glue/root/1")).getStatus();
        assertEquals("etcdserver: invalid auth token", stranger.getDescription());
        etcdctl(0, "--user=root:secret", "user", "add", "alice:secret");
        etcdctl(0, "--user=root:secret", "put", "c", "3");
    }

    private void etcdctl(final int exitCode, final String... words) throws IOException {
        final List<String> command = new ArrayList<>(Ran.patient(Path.of("etcdctl"), ports.clientUrl()));
        command.addAll(List.of(words));
        assertEquals(exitCode, Tools.tryRun(command.toArray(String[]::new)), () -> String.join(" ", command));
    }

    @Test
    void whatCannotBeServedOrOpenedIsOneLine() {
        final String missing = "auth: invalid auth options: --auth-token=acme: the option seal is wanted, and no other";
        try (MemberProcess member = start(ThirdParty.plugin("port", BODY), "--auth-token=acme")) {
            assertEquals(1, member.awaitEnd(), member::text);
            assertTrue(member.text().contains(missing), member::text);
        }
        final ModuleJar greedy = ThirdParty.plugin("port", BODY.replace("\"/acme/\"", "\"/v3/acme\""));
        try (MemberProcess member = start(greedy)) {
            assertEquals(1, member.awaitEnd(), member::text);
            assertTrue(
                    member.text()
                            .contains("HTTP path /v3/acme of plug-in acme-port: /v3 and all below it are the member's"
                                    + " own"),
                    member::text);
        }
    }

    /** A client made by gRPC's own library. */
    private record Grpc(ManagedChannel channel) implements AutoCloseable {
        Grpc(final Ports ports) {
            this(NettyChannelBuilder.forTarget(URI.create(ports.clientUrl()).getAuthority())
                    .usePlaintext()
                    .build());
        }

        String greet(final String text, final String token) {
            final Metadata headers = new Metadata();
            if (token != null) {
                headers.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), token);
            }
            final Channel known = ClientInterceptors.intercept(
                    channel, MetadataUtils.newAttachHeadersInterceptor(headers));
            return ClientCalls.blockingUnaryCall(
                            known, method("Greet", MethodType.UNARY), patient(), StringValue.of(text))
                    .getValue();
        }

        List<String> count(final int to) {
            final List<String> counted = new ArrayList<>();
            ClientCalls.blockingServerStreamingCall(
                            channel, method("Count", MethodType.SERVER_STREAMING), patient(), StringValue.of("" + to))
                    .forEachRemaining(one -> counted.add(one.getValue()));
            return counted;
        }

        private static CallOptions patient() {
            return CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
        }

        private static MethodDescriptor<StringValue, StringValue> method(final String name, final MethodType type) {
            return MethodDescriptor.<StringValue, StringValue>newBuilder()
                    .setType(type)
                    .setFullMethodName("acme.v1.Greeter/" + name)
                    .setRequestMarshaller(ProtoUtils.marshaller(TEXT))
                    .setResponseMarshaller(ProtoUtils.marshaller(TEXT))
                    .build();
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }
}
