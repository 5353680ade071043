package io.drawbore.peer;

import static io.drawbore.peer.TwoMembers.A;
import static io.drawbore.peer.TwoMembers.B;
import static io.drawbore.peer.TwoMembers.append;
import static io.drawbore.peer.TwoMembers.assertArrives;
import static io.drawbore.peer.TwoMembers.await;
import static io.drawbore.peer.TwoMembers.heartbeat;
import static io.drawbore.peer.TwoMembers.next;
import static io.drawbore.peer.TwoMembers.snapshot;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdException;
import io.drawbore.metrics.Metrics;
import io.drawbore.peer.internal.FakeMember;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.server.EtcdVersion;
import io.drawbore.server.MemberSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two members in one process, each behind its port, and strangers who ask. */
class PeerEndpointTest {
    @TempDir
    Path folder;

    private final HttpClient stranger = HttpClient.newHttpClient();
    private TwoMembers two;

    @BeforeEach
    void findPorts() throws IOException {
        two = new TwoMembers(folder, "http");
    }

    @AfterEach
    void close() {
        two.close();
        stranger.close();
    }

    @Test
    void messagesComeInTheirOrderAndTheirBytesAreCounted() throws Exception {
        Metrics metrics = new Metrics();
        FakeMember b = two.fake();
        PeerEndpoint from = two.start(A, two.fake(), metrics, null);
        two.start(B, b);
        await(() -> from.activeSince(B).isPresent());

        // until there is the stream of appends, and what went another way before is there
        List<Message> sent = sentAppends(from);
        List<Message> received = received(b, sent.size());
        for (int attempt = 0; attempt < 5 && !sent.equals(received); attempt++) {
            sent = sentAppends(from);
            received = received(b, sent.size());
        }
        assertEquals(sent, received);
        assertTrue(metrics.text().contains("etcd_network_active_peers{Local=\"a\",Remote=\"b\"} 1"), metrics::text);
        assertTrue(metrics.text().contains("etcd_network_peer_sent_bytes_total{To=\"b\"}"), metrics::text);
    }

    private static List<Message> sentAppends(PeerEndpoint from) {
        List<Message> sent = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            sent.add(append(i));
            from.send(List.of(sent.getLast()));
        }
        return sent;
    }

    private static List<Message> received(FakeMember at, int count) throws InterruptedException {
        List<Message> received = new ArrayList<>();
        while (received.size() < count) {
            received.add(next(at.received));
        }
        return received;
    }

    @Test
    void aMemberThatComesBackIsReachedAgain() throws Exception {
        FakeMember a = two.fake();
        PeerEndpoint from = two.start(A, a);
        PeerEndpoint first = two.start(B, two.fake());
        await(() -> from.activeSince(B).isPresent());
        first.close();
        await(() -> from.activeSince(B).isEmpty());
        from.send(List.of(heartbeat()));
        assertEquals(B, next(a.unreachable));

        FakeMember again = two.fake();
        two.start(B, again);
        await(() -> from.activeSince(B).isPresent());
        assertArrives(from, heartbeat(), again);
    }

    /** Its port is closed while ours are open: nobody but its machine says so. */
    @Test
    void aMemberWhoseMachineRefusesConnectionsIsGone() throws Exception {
        FakeMember a = two.fake();
        Metrics metrics = new Metrics();
        PeerEndpoint from = two.start(A, a, metrics, null);
        PeerEndpoint other = two.start(B, two.fake());
        await(() -> from.activeSince(B).isPresent());
        // it was not there before, but not gone
        assertTrue(a.gone.isEmpty());
        // given that something came on a stream that it was asked for
        String received = "etcd_network_peer_received_bytes_total{From=\"b\"} ";
        await(() -> metrics.text().contains(received) && !metrics.text().contains(received + "0"));
        other.close();
        assertEquals(B, next(a.gone));
    }

    /** The file of a process that ended without a word is in nobody's way. */
    @Test
    void membersTalkThroughSocketsInTheFileSystem() throws Exception {
        try (TwoMembers near = new TwoMembers(folder, "unix")) {
            Files.createFile(folder.resolve("b.sock"));
            FakeMember b = near.fake();
            PeerEndpoint from = near.start(A, near.fake());
            PeerEndpoint other = near.start(B, b);
            await(() -> from.activeSince(B).isPresent());
            assertArrives(from, heartbeat(), b);
            other.close();
            assertFalse(Files.exists(folder.resolve("b.sock")), "the socket's file is left");
            assertTrue(Files.exists(folder.resolve("a.sock")));
        }
    }

    @Test
    void aLargeMessageArrives() throws Exception {
        FakeMember b = two.fake();
        PeerEndpoint from = two.start(A, two.fake());
        two.start(B, b);
        await(() -> from.activeSince(B).isPresent());
        byte[] bytes = new byte[20 << 20];
        Arrays.fill(bytes, (byte) 7);
        Message large = append(1).toBuilder()
                .setEntries(0, Entry.newBuilder().setTerm(1).setIndex(2).setData(ByteString.copyFrom(bytes)))
                .build();
        assertArrives(from, large, b);
    }

    @Test
    void aSnapshotArrivesWithItsFile() throws Exception {
        FakeMember b = two.fake();
        PeerEndpoint from = two.start(A, two.fake());
        two.start(B, b);
        byte[] content = new byte[1_000_003];
        Arrays.fill(content, (byte) 3);
        Path file = Files.write(folder.resolve("out"), content);
        ByteString digest = ByteString.copyFromUtf8("0123456789abcdef0123456789abcdef");

        from.sendSnapshot(new MemberSnapshot(snapshot(), file, digest))
                .get(TwoMembers.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        MemberSnapshot taken = next(b.snapshots);
        assertEquals(snapshot(), taken.message());
        assertEquals(digest, taken.sha256());
        assertEquals(-1, Files.mismatch(file, taken.file()));
    }

    @Test
    void oneMemberAsksAnother() {
        PeerEndpoint from = two.start(A, two.fake());
        two.start(B, two.fake());

        assertEquals("3.7.1", from.version(B).join());
        assertEquals(60, from.renewLease(B, 5).join());
        assertEquals(0, from.renewLease(B, 6).join());
        assertEquals(
                59,
                from.timeToLive(B, LeaseTimeToLiveRequest.newBuilder().setID(5).build())
                        .join()
                        .getTTL());
        assertEquals(
                -1,
                from.timeToLive(B, LeaseTimeToLiveRequest.newBuilder().setID(6).build())
                        .join()
                        .getTTL());
        assertEquals(two.members(), from.promote(B, 5).join());
        assertEquals("etcdserver: can only promote a learner member", refusal(() -> from.promote(B, 6).join()));
        assertEquals("etcdserver: member not found", refusal(() -> from.promote(B, 7).join()));
        assertEquals("etcdserver: request timed out", refusal(() -> from.renewLease(B, -1).join()));
        assertEquals(
                new ExistingCluster(TwoMembers.CLUSTER, two.members()),
                from.existingCluster(List.of("http://127.0.0.1:1", two.url(B))).orElseThrow());
    }

    @Test
    void whoMayNotComeIsRefusedAsByEtcd() throws Exception {
        FakeMember a = two.fake();
        a.removed.add(0xdL);
        two.start(A, a);

        assertEquals("412 cluster ID mismatch\n", get("/raft/stream/message/b", "X-Etcd-Cluster-ID", "1"));
        assertEquals("412 incompatible version\n", get("/raft/stream/message/b", "X-Server-Version", "2.3.8"));
        assertEquals("412 incompatible version\n", get("/raft/stream/message/b", "X-Min-Cluster-Version", "3.8.0"));
        assertEquals("412 incompatible version\n", get("/raft/stream/message/b", "X-Server-Version", "3.5.21"));
        assertEquals("412 to field mismatch\n", get("/raft/stream/message/b", "X-Raft-To", "f"));
        assertEquals("404 error sender not found\n", get("/raft/stream/message/c", "X-Raft-To", "a"));
        assertEquals("404 invalid from\n", get("/raft/stream/message/x", "X-Raft-To", "a"));
        assertEquals("404 invalid path\n", get("/raft/stream/other/b", "X-Raft-To", "a"));
        assertEquals("410 removed member\n", get("/raft/stream/msgapp/d", "X-Raft-To", "a"));
        assertEquals("404 404 page not found\n", get("/keys", "X-Raft-To", "a"));
        assertEquals("405 Method Not Allowed\n", get("/raft", "X-Raft-To", "a"));

        assertEquals("412 cluster ID mismatch\n", post("/raft", new byte[0], "X-Etcd-Cluster-ID", "1"));
        assertEquals("400 error unmarshalling raft message\n", post("/raft", new byte[] {1}, "X-Raft-To", "a"));
        Message ofRemoved = heartbeat().toBuilder().setFrom(0xd).setTo(A).build();
        assertEquals(
                "403 {\"message\":\"cannot process message from removed member\"}",
                post("/raft", ofRemoved.toByteArray(), "X-Raft-To", "a"));
        Message forAnother = heartbeat().toBuilder().setFrom(B).setTo(0xf).build();
        assertEquals("412 to field mismatch\n", post("/raft", forAnother.toByteArray(), "X-Raft-To", "a"));
        assertTrue(a.received.isEmpty());
        Message right = heartbeat().toBuilder().setFrom(B).setTo(A).build();
        assertEquals("204 ", post("/raft", right.toByteArray(), "X-Raft-To", "a"));
        assertEquals(right, next(a.received));
    }

    /** A member of 3.6 talks with those of 3.5, which one of 3.7 doesn't, and says that it is of 3.6. */
    @Test
    void whoMayComeDependsOnTheMembersOwnVersion() throws Exception {
        FakeMember a = two.fake();
        a.version = EtcdVersion.of("3.6.4");
        two.start(A, a);

        assertEquals("404 error sender not found\n", get("/raft/stream/message/c", "X-Server-Version", "3.5.21"));
        assertEquals("404 error sender not found\n", get("/raft/stream/message/c", "X-Server-Version", "3.7.1"));
        assertEquals("412 incompatible version\n", get("/raft/stream/message/c", "X-Server-Version", "3.4.30"));
        assertEquals("412 incompatible version\n", get("/raft/stream/message/c", "X-Min-Cluster-Version", "3.7.0"));
        HttpRequest asked = request("/raft/stream/message/c", "X-Server-Version", "3.5.21").GET().build();
        assertEquals(
                List.of("3.6.4"),
                stranger.send(asked, HttpResponse.BodyHandlers.ofString()).headers().allValues("X-Server-Version"));
    }

    /** Whoever answers in the other's place: the stream ends, is asked for again, and nothing of it gets through. */
    @Test
    void aStreamThatIsDamagedOrEndlessIsGivenUp() throws Exception {
        FakeMember a = two.fake();
        try (ServerSocket other = new ServerSocket(two.port(B), 16, InetAddress.getLoopbackAddress())) {
            two.start(A, a);
            for (String frame : List.of("0300", "02ffffffffffffffff", "0000000020000001", "010000000100000000")) {
                try (Socket connection = other.accept()) {
                    connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
                    connection.getOutputStream().write(HexFormat.of().parseHex(frame));
                    connection.getOutputStream().flush();
                    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (SocketException reset) {
                    assertNotNull(reset.getMessage());
                }
            }
        }
        assertTrue(a.received.isEmpty());
        assertFalse(a.toldRemoved.get());
    }

    /** A member that this one doesn't know yet says where it is; what it says may be anything. */
    @Test
    void aStrangerIsAnsweredWhereItSaysThatItIs() throws Exception {
        FakeMember a = two.fake();
        PeerEndpoint endpoint = two.start(A, a);
        Message ofStranger = heartbeat().toBuilder().setFrom(0xe).setTo(A).build();
        for (String urls : List.of("garbage", "unix://x:1,http://,%%", "http://my_host:1")) {
            HttpRequest request = request("/raft", "X-PeerURLs", urls)
                    .setHeader("X-Server-From", "e")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(ofStranger.toByteArray()))
                    .build();
            assertEquals("204 ", answer(request));
            endpoint.send(List.of(heartbeat().toBuilder().setTo(0xe).build()));
            assertEquals(0xe, next(a.unreachable));
        }
        try (ServerSocket there = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            HttpRequest request = request("/raft", "X-PeerURLs", "http://127.0.0.1:" + there.getLocalPort())
                    .setHeader("X-Server-From", "f")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(ofStranger.toByteArray()))
                    .build();
            assertEquals("204 ", answer(request));
            there.accept().close();
        }
    }

    @Test
    void onlyWhoIsToldThatItIsRemovedBelievesIt() throws Exception {
        FakeMember a = two.fake();
        FakeMember b = two.fake();
        b.removed.add(A);
        two.start(B, b);
        two.start(A, a);
        await(a.toldRemoved::get);
    }

    @Test
    void aSnapshotThatIsCutOffLeavesNothing() throws Exception {
        FakeMember a = two.fake();
        two.start(A, a);

        assertTrue(post("/raft/snapshot", new byte[] {0, 0}, "X-Raft-To", "a").startsWith("400 "));
        byte[] lies = {0, 0, 0, 1, 0, 0, 0, 0};
        assertTrue(post("/raft/snapshot", lies, "X-Raft-To", "a").startsWith("400 "));
        byte[] other = framed(heartbeat().toBuilder().setTo(A).build());
        assertEquals("400 wrong raft message type\n", post("/raft/snapshot", other, "X-Raft-To", "a"));
        assertTrue(a.snapshots.isEmpty());
        assertFalse(Files.exists(folder.resolve("snapshot-1")));
    }

    @Test
    void theRestIsAnsweredAsByEtcd() throws Exception {
        two.start(A, two.fake());

        assertTrue(get("/members", "X-Raft-To", "a").startsWith("200 [{\"id\":10,\"peerURLs\":[\"http://127.0.0.1:"));
        assertEquals(
                "200 {\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"3.7.0\",\"storage\":\"3.7.0\"}",
                get("/version", "X-Raft-To", "a"));
        assertEquals("200 true", get("/downgrade/enabled", "X-Raft-To", "a"));
        assertTrue(get("/raft/probing", "X-Raft-To", "a").startsWith("200 {\"OK\":true,\"Now\":\""));
        assertEquals(
                "200 {\"header\":{\"cluster_id\":0,\"member_id\":0,\"revision\":0,\"raft_term\":0},"
                        + "\"hash\":4294967295,\"compact_revision\":2,\"hash_revision\":7}",
                hash("{\"revision\":7}", "cafe"));
        assertEquals("400 mvcc: required revision is a future revision\n", hash("{\"revision\":10}", "cafe"));
        assertEquals("400 error unmarshalling request\n", hash("{\"revision\":{}}", "cafe"));
        assertEquals("412 cluster ID mismatch\n", hash("{\"revision\":7}", "1"));
        // who sends a body that nobody reads may miss the answer: it is asked for first
        HttpRequest.Builder large = request("/leases", "X-Raft-To", "a").expectContinue(true);
        assertEquals(
                "413 request body too large\n",
                answer(large.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[65 * 1024])).build()));
    }

    // ---- what the stories are told with

    private static byte[] framed(Message message) {
        byte[] bytes = message.toByteArray();
        return java.nio.ByteBuffer.allocate(8 + bytes.length)
                .putLong(bytes.length)
                .put(bytes)
                .array();
    }

    private HttpRequest.Builder request(String path, String header, String value) {
        return HttpRequest.newBuilder(URI.create(two.url(A) + path))
                .timeout(TwoMembers.PATIENCE)
                .setHeader("X-Server-Version", "3.7.1")
                .setHeader("X-Min-Cluster-Version", "3.0.0")
                .setHeader("X-Etcd-Cluster-ID", "cafe")
                .setHeader("X-Raft-To", "a")
                .setHeader(header, value);
    }

    private String get(String path, String header, String value) throws Exception {
        return answer(request(path, header, value).GET().build());
    }

    private String post(String path, byte[] body, String header, String value) throws Exception {
        return answer(request(path, header, value)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    private String hash(String body, String cluster) throws Exception {
        return answer(request("/members/hashkv", "X-Etcd-Cluster-ID", cluster)
                .method("GET", HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** On a connection of its own: one whose request's body was not read is ended behind the answer. */
    private static String answer(HttpRequest request) throws Exception {
        try (HttpClient fresh = HttpClient.newHttpClient()) {
            HttpResponse<String> response = fresh.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        }
    }

    private static String refusal(Runnable question) {
        CompletionException failure = assertThrows(CompletionException.class, question::run);
        return ((EtcdException) failure.getCause()).text();
    }
}
