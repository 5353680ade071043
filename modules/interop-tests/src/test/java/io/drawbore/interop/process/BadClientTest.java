package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that ask for nonsense, vanish or don't listen get etcd's error or lose their connection; others are served.
 */
class BadClientTest {
    /** So small that it would not hold what clients who don't read have asked for. */
    private static final String SMALL_HEAP = "-Xmx800m";

    @TempDir
    static Path folder;

    private static final Ports PORTS = Ports.free();
    private static MemberProcess member;

    private JsonClient client;
    private ManagedChannel channel;

    @BeforeAll
    static void start() {
        member = MemberProcess.start(
                folder,
                Map.of("DRAWBORE_JAVA_OPTS", SMALL_HEAP),
                MemberProcess.home().resolve("bin/drawbore"),
                PORTS.flags(folder.resolve("data")));
        member.awaitLine(MemberProcess.READY);
    }

    @AfterAll
    static void stop() {
        try {
            assertEquals(143, member.terminate(), member::text);
            assertTrue(member.lines().stream().noneMatch(line -> line.contains("\"level\":\"error\"")), member::text);
        } finally {
            member.close();
        }
    }

    @BeforeEach
    void connect() throws IOException {
        client = new JsonClient(PORTS);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", PORTS.client()).usePlaintext().build();
        client.put("kept", "before");
    }

    @AfterEach
    void othersAreServed() throws Exception {
        assertEquals("before", client.one("kept", 0).getFirst().value());
        client.put("kept", "after");
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        client.close();
    }

    @Test
    void oversizedRequests() {
        assertRefused("etcdserverpb.KV/Put", put(1_600_000), Status.Code.INVALID_ARGUMENT,
                "etcdserver: request is too large");
        assertRefused(
                "etcdserverpb.KV/Put", put(3_000_000), Status.Code.RESOURCE_EXHAUSTED,
                        "received message larger than max");
    }

    @Test
    void malformedMessages() throws IOException {
        // a field that promises more bytes than there are
        assertRefused("etcdserverpb.KV/Put", new byte[] {10, 100, 1}, Status.Code.INTERNAL, "unmarshal");
        assertEquals(400, client.post("/v3/kv/put", "{\"key\": ").statusCode());
        assertEquals(400, client.post("/v3/kv/put", "{\"key\": \"***\"}").statusCode());
        final HttpResponse<String> empty = client.post("/v3/kv/put", "{}");
        assertEquals(400, empty.statusCode());
        assertTrue(empty.body().contains("etcdserver: key is not provided"), empty.body());
    }

    @Test
    void unknownServicesAndPaths() throws IOException {
        assertRefused("etcdserverpb.Nothing/Put", new byte[0], Status.Code.UNIMPLEMENTED, "unknown service");
        assertRefused("etcdserverpb.KV/Nothing", new byte[0], Status.Code.UNIMPLEMENTED, "unknown method Nothing");
        assertEquals(404, client.post("/v3/nothing", "{}").statusCode());
        assertEquals(404, client.get("/nothing").statusCode());
    }

    @Test
    void garbage() throws IOException {
        final var random = new Random(3);
        for (int i = 0; i < 50; i++) {
            final byte[] bytes = new byte[1 + random.nextInt(4_000)];
            random.nextBytes(bytes);
            try (Socket socket = socket()) {
                if (i % 3 == 0) {
                    socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
                }
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (final SocketException reset) {
                // as good an answer
            }
        }
    }

    @Test
    void clientsThatVanishInARequest() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (Socket socket = socket()) {
                send(socket, "POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"key\": \"");
            }
        }
        assertEquals(1, client.all(0).size(), "half a request is none");
    }

    @Test
    void clientsThatVanishInAStream() throws Exception {
        for (int i = 0; i < 30; i++) {
            final ManagedChannel own =
                    NettyChannelBuilder.forAddress("127.0.0.1", PORTS.client()).usePlaintext().build();
            final ClientCall<byte[], byte[]> watch = own.newCall(
                    method("etcdserverpb.Watch/Watch", MethodDescriptor.MethodType.BIDI_STREAMING),
                            CallOptions.DEFAULT);
            watch.start(new ClientCall.Listener<>() {}, new Metadata());
            // a create request for the key "kept"
            watch.sendMessage(new byte[] {10, 6, 10, 4, 'k', 'e', 'p', 't'});
            watch.request(1);
            client.put("kept", "before");
            own.shutdownNow();
            assertTrue(own.awaitTermination(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void readersThatDontRead() throws IOException {
        final String value = "x".repeat(1_000_000);
        for (int i = 0; i < 10; i++) {
            client.put("large" + i, value);
        }
        final var deaf = new ArrayList<Socket>();
        try {
            final Socket range = socket();
            deaf.add(range);
            send(range, request("/v3/kv/range", "{\"key\": \"AA==\", \"range_end\": \"AA==\"}"));
            for (int i = 0; i < 12; i++) {
                final Socket watch = socket();
                deaf.add(watch);
                send(watch, request("/v3/watch",
                        "{\"create_request\": {\"key\": \"AA==\", \"range_end\": \"AA==\", \"start_revision\": 2}}"));
            }
            for (int i = 0; i < 20; i++) {
                client.put("large" + i % 10, value);
            }
            assertEquals(10, client.all(0).size() - 1);
        } finally {
            for (final Socket socket : deaf) {
                socket.close();
            }
        }
        for (int i = 0; i < 10; i++) {
            client.delete("large" + i);
        }
    }

    private void assertRefused(final String path, final byte[] request, final Status.Code code, final String text) {
        final StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(
                        channel,
                        method(path, MethodDescriptor.MethodType.UNARY),
                        CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
                        request));
        assertEquals(code, refused.getStatus().getCode(), refused::toString);
        assertTrue(String.valueOf(refused.getStatus().getDescription()).contains(text), refused::toString);
    }

    /** A put of the key "k" with a value of zeros. */
    private static byte[] put(final int valueBytes) {
        final byte[] head = {10, 1, 'k', 18};
        final var varint = new ArrayList<Byte>();
        for (int rest = valueBytes; rest > 0; rest >>>= 7) {
            varint.add((byte) (rest > 127 ? rest & 127 | 128 : rest));
        }
        final byte[] message = new byte[head.length + varint.size() + valueBytes];
        System.arraycopy(head, 0, message, 0, head.length);
        for (int i = 0; i < varint.size(); i++) {
            message[head.length + i] = varint.get(i);
        }
        return message;
    }

    private static String request(final String path, final String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static Socket socket() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), PORTS.client());
    }

    private static void send(final Socket socket, final String text) throws IOException {
        final OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static MethodDescriptor<byte[], byte[]> method(final String path, final MethodDescriptor.MethodType type) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setFullMethodName(path)
                .setType(type)
                .build();
    }

    /** Messages as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(final byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(final InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (final IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
