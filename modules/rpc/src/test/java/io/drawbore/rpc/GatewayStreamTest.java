package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE;
import static io.drawbore.rpc.TestEndpoint.PATIENCE_SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of the JSON gateway: objects in, lines out. */
final class GatewayStreamTest {
    private static final String HEADER = "{\"cluster_id\":\"1\",\"member_id\":\"18446744073709551614\",\"revision\":"
            + "\"1\",\"raft_term\":\"3\"}";

    private TestEndpoint endpoint;
    private HttpClient http;

    @BeforeEach
    void start() throws IOException {
        endpoint = new TestEndpoint();
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void stop() {
        http.close();
        endpoint.close();
    }

    @Test
    void aWatchIsAnsweredLineByLine() throws Exception {
        try (BufferedReader lines = open("/v3/watch",
                "{\"create_request\":{\"key\":\"Zm9v\"}} {\"progress_request\":{}}")) {
            assertEquals("{\"result\":{\"created\":true}}", lines.readLine());
            FakeDoor.FakeWatch watch = endpoint.door.watches.getFirst();
            watch.sink.send(WatchResponse.newBuilder().setWatchId(4).build());
            assertEquals("{\"result\":{\"watch_id\":\"4\"}}", lines.readLine());
            TestEndpoint.until(() -> watch.requests.size() == 2, () -> "requests: " + watch.requests);
            watch.sink.fail(EtcdError.NO_LEADER.exception());
            assertEquals("{\"error\":{\"code\":14,\"message\":\"etcdserver: no leader\"}}", lines.readLine());
            assertNull(lines.readLine());
            watch.closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aMistakeEndsTheRequestsAndNotTheStream() throws Exception {
        try (BufferedReader lines = open("/v3/watch", "{\"create_request\":{}} nonsense {\"create_request\":{}}")) {
            assertEquals("{\"result\":{\"created\":true}}", lines.readLine());
            FakeDoor.FakeWatch watch = endpoint.door.watches.getFirst();
            watch.sink.send(WatchResponse.newBuilder().setWatchId(4).build()).toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals("{\"result\":{\"watch_id\":\"4\"}}", lines.readLine());
            assertEquals(1, watch.requests.size());
        }
    }

    @Test
    void keepAlivesAreAnsweredAndTheStreamEnds() throws Exception {
        HttpResponse<String> response = post("/v3/lease/keepalive",
                "{\"ID\":\"77\"}{\"ID\":5} {\"ID\":\"x\"}{\"ID\":7}");

        assertEquals(200, response.statusCode());
        assertEquals("{\"result\":{\"header\":" + HEADER + ",\"ID\":\"77\",\"TTL\":\"60\"}}\n{\"result\":{\"header\":"
                + HEADER + ",\"ID\":\"5\"}}\n", response.body());
    }

    @Test
    void aStreamWithoutAnAnswerEndsWithNothing() throws Exception {
        HttpResponse<String> response = post("/v3/lease/keepalive", "nonsense");

        assertEquals(200, response.statusCode());
        assertEquals("", response.body());
        assertTrue(response.headers().firstValue("Content-Type").isEmpty());
    }

    @Test
    void aSnapshotIsAStreamOfOneRequest() throws Exception {
        String blobs = "{\"result\":{\"blob\":\"ZGI=\"}}\n{\"result\":{\"blob\":\"ZGlnZXN0\"}}\n";
        assertEquals(blobs, post("/v3/maintenance/snapshot", "").body());
        assertEquals(blobs, post("/v3/maintenance/snapshot", "{} {\"more\":1} nonsense").body());
        HttpResponse<String> wrong = post("/v3/maintenance/snapshot", "nonsense");
        assertEquals(400, wrong.statusCode());
        assertTrue(wrong.body().startsWith("{\"code\":3,"), wrong.body());
    }

    @Test
    void aStreamThatFailsAtOnceSaysSoWithItsStatus() throws Exception {
        endpoint.door.learner = true;
        HttpResponse<String> response = post("/v3/lease/keepalive", "{\"ID\":\"77\"}");

        assertEquals(400, response.statusCode());
        assertEquals("{\"error\":{\"code\":9,\"message\":\"etcdserver: rpc not supported for learner\"}}\n",
                response.body());
    }

    @Test
    void leasesHaveTheirOldPathsToo() throws Exception {
        for (String prefix : new String[] {"/v3/lease/", "/v3/kv/lease/", "/v3beta/lease/"}) {
            assertEquals("{\"header\":" + HEADER + ",\"ID\":\"5\",\"TTL\":\"-1\"}",
                    post(prefix + "timetolive", "{\"ID\":5}").body());
            assertEquals("{\"header\":" + HEADER + "}", post(prefix + "revoke", "{\"ID\":5}").body());
            assertEquals("{\"header\":" + HEADER + "}", post(prefix + "leases", "").body());
        }
        assertEquals("{\"header\":" + HEADER + ",\"ID\":\"77\",\"TTL\":\"9\"}",
                post("/v3/lease/grant", "{\"TTL\":9}").body());
        assertEquals(404, post("/v3/kv/lease/grant", "{\"TTL\":9}").statusCode());
        assertEquals("{\"header\":" + HEADER + "}", post("/v3/kv/compaction", "{\"physical\":true}").body());
        assertEquals("{}", post("/v3/maintenance/defragment", "").body());
        assertEquals(404, post("/v3/kv/rangestream", "{}").statusCode());
    }

    @Test
    void aWatcherThatGoesIsNoticedThoughNothingIsWritten() throws Exception {
        try (Socket socket = watch("")) {
            // Gone with this block: nothing is sent to it any more.
        }
        endpoint.door.watches.getFirst().closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        endpoint.awaitMetric("grpc_server_handled_total{grpc_type=\"bidi_stream\",grpc_service=\"etcdserverpb.Watch\","
                + "grpc_method=\"Watch\",grpc_code=\"Canceled\"} 1\n");
    }

    @Test
    void aRequestBehindAWatchWaitsForItsEnd() throws Exception {
        try (Socket socket = watch("GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            FakeDoor.FakeWatch watch = endpoint.door.watches.getFirst();
            watch.sink.send(WatchResponse.newBuilder().setWatchId(4).build()).toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            watch.sink.fail(EtcdError.NO_LEADER.exception());

            String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(rest.contains("etcdserver: no leader"), rest);
            assertTrue(rest.contains("\"etcdserver\":\"3.7.1\""), rest);
        }
    }

    /** Opens a watch, sends something behind it, and reads until it is created. */
    private Socket watch(String behind) throws IOException {
        Socket socket = new Socket(endpoint.address().getAddress(), endpoint.address().getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        String body = "{\"create_request\":{\"key\":\"Zm9v\"}}";
        socket.getOutputStream().write(("POST /v3/watch HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body + behind).getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("created") < 0) {
            int c = socket.getInputStream().read();
            assertTrue(c >= 0, head::toString);
            head.append((char) c);
        }
        return socket;
    }

    private BufferedReader open(String path, String body) throws Exception {
        HttpResponse<InputStream> response = http.send(request(path, body), HttpResponse.BodyHandlers.ofInputStream());
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(endpoint.url(path))).timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }
}
