package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE;
import static io.drawbore.rpc.TestEndpoint.PATIENCE_SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.HttpPath.Answer;
import io.drawbore.api.HttpPath.Request;
import io.drawbore.rpc.EndpointConfig.Browsers;
import io.drawbore.rpc.EndpointConfig.Listeners;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Paths of plain HTTP beside the member's own. */
final class ExtraPathsTest {
    private final CompletableFuture<Answer> pending = new CompletableFuture<>();
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private TestEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        start(config -> config, ClientExtensions.PATH_TIME);
    }

    private void start(UnaryOperator<EndpointConfig> changes, Duration pathTime) throws IOException {
        endpoint = new TestEndpoint(changes, new ClientExtensions(List.of(), List.of(
                path("/acme/echo", ExtraPathsTest::echo),
                path("/acme/", request -> done(Answer.text(200, "all of acme: " + request.path()))),
                path("/acme/deep/", request -> done(Answer.text(200, "deep: " + request.path()))),
                path("/acme/hang", request -> {
                    asked.complete(null);
                    return pending;
                }),
                path("/acme/broken", request -> {
                    throw new IllegalStateException("out of paper");
                }),
                path("/acme/failed", request -> CompletableFuture.failedFuture(new IOException("no disk"))),
                path("/acme/large", request -> done(new Answer(200, "application/octet-stream",
                        ByteString.copyFrom(new byte[Integer.parseInt(request.query().get("bytes").getFirst())])))),
                path("/acme/nothing", request -> done(new Answer(204, "text/plain", ByteString.copyFromUtf8("no")))),
                path("/acme/teapot", request -> done(Answer.text(418, "short and stout")))), pathTime));
    }

    @AfterEach
    void stop() {
        http.close();
        endpoint.close();
    }

    private static ClientExtensions.Path path(String path,
            Function<Request, CompletableFuture<Answer>> handler) {
        return new ClientExtensions.Path("acme", path, handler);
    }

    private static CompletableFuture<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** Says on another thread what it was asked. */
    private static CompletableFuture<Answer> echo(Request request) {
        return CompletableFuture.supplyAsync(() -> Answer.text(200, request.method() + " " + request.path() + " a="
                + request.query().get("a") + " x-one=" + request.headers().get("x-one") + " token="
                + request.caller().token() + " " + request.body().toStringUtf8()));
    }

    @Test
    void allThatIsAskedReachesThePath() throws Exception {
        HttpResponse<String> answer = send(request("/acme/echo?a=1&a=%C3%A4&b=").header("X-One", "1")
                .header("x-ONE", "2").header("Authorization", "Bearer abc.7")
                .PUT(BodyPublishers.ofString("body")));

        assertEquals("PUT /acme/echo a=[1, ä] x-one=[1, 2] token=abc.7 body", answer.body());
        assertEquals("text/plain; charset=utf-8", answer.headers().firstValue("Content-Type").orElseThrow());
        assertEquals(418, send(request("/acme/teapot")).statusCode());
    }

    @Test
    void thePathThatFitsBestAnswers() throws Exception {
        assertEquals("all of acme: /acme/", send(request("/acme/")).body());
        assertEquals("all of acme: /acme/echoes", send(request("/acme/echoes")).body());
        assertEquals("all of acme: /acme/deep", send(request("/acme/deep")).body());
        assertEquals("deep: /acme/deep/", send(request("/acme/deep/")).body());
        assertEquals("deep: /acme/deep/er still", send(request("/acme/deep/er%20still")).body());
        assertEquals(404, send(request("/acme")).statusCode());
        assertEquals(404, send(request("/acmes/echo")).statusCode());
    }

    @Test
    void theMembersOwnPathsStay() throws Exception {
        assertTrue(send(request("/version")).body().startsWith("{\"etcdserver\""));
        assertTrue(send(request("/acme/../health")).body().startsWith("{\"health\":\"true\""));
        assertEquals(404, send(request("/acme/../v2/keys")).statusCode());
    }

    @Test
    void anyMethodIsPassedOn() throws Exception {
        for (String method : List.of("GET", "DELETE", "PATCH", "REPORT")) {
            HttpResponse<String> answer = send(request("/acme/echo").method(method, BodyPublishers.noBody()));
            assertTrue(answer.body().startsWith(method + " "), answer.body());
        }
        HttpResponse<String> head = send(request("/acme/echo").method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        assertEquals(204, send(request("/acme/nothing")).statusCode());
        assertEquals(204, send(request("/acme/nothing")).statusCode());
    }

    @Test
    void aBodyHasAtMost4MiB() throws Exception {
        byte[] largest = new byte[ClientExtensions.MAX_BODY_BYTES];
        Arrays.fill(largest, (byte) 'x');
        HttpResponse<String> taken = send(request("/acme/teapot").POST(BodyPublishers.ofByteArray(largest)));
        assertEquals(418, taken.statusCode());

        byte[] larger = Arrays.copyOf(largest, largest.length + 1);
        HttpResponse<String> refused = send(request("/acme/echo").POST(BodyPublishers.ofByteArray(larger)));
        assertEquals(413, refused.statusCode());
        assertEquals("the body is larger than 4194304 bytes\n", refused.body());
        try {
            HttpResponse<String> unsized = send(request("/acme/echo").POST(
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(larger))));
            assertEquals(413, unsized.statusCode());
        } catch (IOException closed) {
            // A body whose end nobody knows is not read to it; the connection may go before the answer is seen.
            assertEquals(200, send(request("/version")).statusCode());
        }
    }

    @Test
    void anAnswerHasAtMost4MiB() throws Exception {
        HttpResponse<byte[]> whole = http.send(
                request("/acme/large?bytes=" + ClientExtensions.MAX_BODY_BYTES).build(), BodyHandlers.ofByteArray());
        assertArrayEquals(new byte[ClientExtensions.MAX_BODY_BYTES], whole.body());

        HttpResponse<String> refused = send(request("/acme/large?bytes=" + (ClientExtensions.MAX_BODY_BYTES + 1)));
        assertEquals(500, refused.statusCode());
        assertEquals("plug-in acme failed\n", refused.body());
    }

    @Test
    void aFailureNamesThePluginAndNothingElse() throws Exception {
        for (String path : List.of("/acme/broken", "/acme/failed", "/acme/large")) {
            HttpResponse<String> failed = send(request(path));
            assertEquals(500, failed.statusCode());
            assertEquals("plug-in acme failed\n", failed.body());
        }
    }

    @Test
    void whoGivesNoAnswerInTimeIsGivenUp() throws Exception {
        endpoint.close();
        start(config -> config, Duration.ofMillis(100));
        HttpResponse<String> late = untilAnswered(504, "/acme/hang");

        assertEquals("plug-in acme gave no answer within 100 ms\n", late.body());
        assertThrows(CancellationException.class, () -> pending.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        untilAnswered(200, "/acme/");
    }

    /** It would else be held for as long as its sender likes. */
    @Test
    void aBodyThatDoesNotComeIsGivenUp() throws Exception {
        endpoint.close();
        start(config -> config, Duration.ofMillis(100));
        try (Socket socket = new Socket("127.0.0.1", endpoint.address().getPort())) {
            socket.getOutputStream().write("POST /acme/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nbo"
                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 408") && answer.contains("Connection: close"), answer);
            assertTrue(answer.endsWith("the body was not whole within 100 ms\n"), answer);
        }
        untilAnswered(200, "/acme/");
    }

    @Test
    void aPortThatStopsEndsCalls() throws Exception {
        endpoint.close();
        start(config -> config.withStopTimeout(Duration.ofMillis(100)), ClientExtensions.PATH_TIME);
        CompletableFuture<HttpResponse<String>> answer =
                http.sendAsync(request("/acme/hang").build(), BodyHandlers.ofString());
        asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

        endpoint.endpoint.stop();
        assertThrows(CancellationException.class, () -> pending.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(503, answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).statusCode());
        assertEquals("etcdserver: server stopped\n", answer.get().body());
    }

    @Test
    void browsersAreToldTheSame() throws Exception {
        HttpResponse<String> any = send(request("/acme/"));
        assertEquals("*", any.headers().firstValue("Access-Control-Allow-Origin").orElseThrow());
        endpoint.close();
        start(config -> config.withBrowsers(new Browsers(Set.of("http://page"), Set.of("localhost"))),
                ClientExtensions.PATH_TIME);
        assertEquals(421, send(request("/acme/")).statusCode());
    }

    @Test
    void portsForMetricsAndForGrpcAloneDoNotHaveThem() throws Exception {
        endpoint.close();
        List<String> free = List.of("http://127.0.0.1:0");
        start(config -> config.withListeners(new Listeners(free, free, free, false)), ClientExtensions.PATH_TIME);

        List<Integer> statuses = List.of(
                status(endpoint.endpoint.addresses().get(0).getPort()),
                status(endpoint.endpoint.addresses().get(1).getPort()),
                status(endpoint.endpoint.metricsAddresses().getFirst().getPort()));
        assertEquals(List.of(404, 200, 404), statuses);
    }

    /** A hundred milliseconds may pass a machine by before anything is done in them: asks until it isn't so. */
    private HttpResponse<String> untilAnswered(int status, String path) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        HttpResponse<String> answer = send(request(path));
        while (answer.statusCode() != status && System.nanoTime() - end < 0) {
            answer = send(request(path));
        }
        assertEquals(status, answer.statusCode(), answer.body());
        return answer;
    }

    private int status(int port) throws Exception {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/acme/"))).statusCode();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(endpoint.url(path)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    }
}
