package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE;
import static io.drawbore.rpc.TestEndpoint.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that break the rules or vanish: they lose their own connection and nobody else's. */
final class RawSocketTest {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final short INITIAL_WINDOW_SIZE = 4;
    private static final int FRAME_BYTES = 16_384;
    private static final int END_HEADERS = 4;
    /** Long enough that a slow machine does not take a new connection for a silent one. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    private TestEndpoint endpoint;

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void garbageEndsItsConnection() throws Exception {
        endpoint = new TestEndpoint();
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(3000)];
            random.nextBytes(garbage);
            try (Socket socket = connect()) {
                if (i % 2 == 0) {
                    socket.getOutputStream().write(PREFACE);
                }
                socket.getOutputStream().write(garbage);
                socket.shutdownOutput();
                drain(socket);
            } catch (SocketException e) {
                // A reset is as good an answer.
            }
        }
        stillServes();
    }

    /** Its body comes late, and nobody wants it: the next request on the connection is answered all the same. */
    @Test
    void aRequestThatIsAnsweredWithoutItsBodyLeavesItsConnection() throws Exception {
        endpoint = new TestEndpoint();
        for (String path : List.of("/v3/nothing", "/nothing", "/health", "/version", "/v3/kv/put")) {
            try (Socket socket = connect()) {
                OutputStream out = socket.getOutputStream();
                out.write(("DELETE " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.flush();
                stillServes();
                out.write("{}GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                out.flush();
                String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(1, answers.split("HTTP/1.1 200 OK", -1).length - 1, path + ": " + answers);
                assertEquals(2, answers.split("HTTP/1.1 ", -1).length - 1, path + ": " + answers);
            }
        }
    }

    /** Nobody waits for the end of a body that may have none: the answer says that it is the last. */
    @Test
    void anEndlessBodyThatNobodyWantsEndsItsConnection() throws Exception {
        endpoint = new TestEndpoint();
        try (Socket socket = connect()) {
            socket.getOutputStream().write("POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 404") && answer.contains("Connection: close"), answer);
        }
    }

    @Test
    void aClientThatVanishesInAMessageLeavesNothingBehind() throws Exception {
        endpoint = new TestEndpoint();
        for (int i = 0; i < 50; i++) {
            try (Socket socket = connect()) {
                OutputStream out = socket.getOutputStream();
                out.write(PREFACE);
                out.write(frame(SETTINGS, 0, 0, new byte[0]));
                out.write(frame(HEADERS, END_HEADERS, 1, grpcHeaders("/etcdserverpb.KV/Put")));
                // A message of 1 MiB is announced, three bytes come.
                out.write(frame(DATA, 0, 1, new byte[] {0, 0, 16, 0, 0, 1, 2, 3}));
                out.write(frame(PING, 0, 0, new byte[8]));
                out.flush();
                // Only what was read can be cancelled: a close with unread answers takes back what was sent.
                next(socket, PING, 1);
            }
        }
        stillServes();
        // The handlers are told by the closing connection, each counts its call as cancelled.
        String line = "grpc_server_handled_total{grpc_type=\"unary\","
                + "grpc_service=\"etcdserverpb.KV\",grpc_method=\"Put\","
                + "grpc_code=\"Canceled\"} 50\n";
        endpoint.awaitMetric(line);
    }

    @Test
    void aMessageThatEndsTooEarlyIsAnError() throws Exception {
        endpoint = new TestEndpoint();
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(PREFACE);
            out.write(frame(SETTINGS, 0, 0, new byte[0]));
            out.write(frame(HEADERS, END_HEADERS, 1, grpcHeaders("/etcdserverpb.KV/Put")));
            out.write(frame(DATA, 1, 1, new byte[] {0, 0, 0, 0, 9, 1, 2, 3}));
            out.flush();
            endpoint.awaitMetric("grpc_server_handled_total{grpc_type=\"unary\","
                + "grpc_service=\"etcdserverpb.KV\",grpc_method=\"Put\","
                    + "grpc_code=\"Internal\"} 1\n");
        }
    }

    /** As etcdctl 3.4 does; the second call refers to the authority in the connection's table of headers. */
    @Test
    void anAuthorityThatIsAUrlIsServed() throws Exception {
        endpoint = new TestEndpoint();
        // http://127.0.0.1:55695
        byte[] spelled = HexFormat.of().parseHex("41909d29aee30c044eae05c0b86e36db8fb7");
        byte[] indexed = {(byte) (0x80 | 62)};
        byte[] put = PutRequest.newBuilder().setKey(utf8("k")).build().toByteArray();
        byte[] message = ByteBuffer.allocate(5 + put.length).putInt(1, put.length).put(5, put).array();
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            ByteArrayOutputStream start = new ByteArrayOutputStream();
            start.writeBytes(PREFACE);
            start.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
            start.writeBytes(frame(HEADERS, END_HEADERS, 1, grpcHeaders("/etcdserverpb.KV/Put", spelled)));
            out.write(start.toByteArray());
            out.write(frame(DATA, 1, 1, message));
            next(socket, DATA, 0);
            out.write(frame(HEADERS, END_HEADERS, 3, grpcHeaders("/etcdserverpb.KV/Put", indexed)));
            out.write(frame(DATA, 1, 3, message));
            next(socket, DATA, 0);
            endpoint.awaitMetric("grpc_server_handled_total{grpc_type=\"unary\",grpc_service=\"etcdserverpb.KV\","
                    + "grpc_method=\"Put\",grpc_code=\"OK\"} 2\n");
        }
    }

    @Test
    void pingsAreAnswered() throws Exception {
        endpoint = new TestEndpoint();
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(PREFACE);
            out.write(frame(SETTINGS, 0, 0, new byte[0]));
            out.write(frame(PING, 0, 0, "drawbore".getBytes(StandardCharsets.US_ASCII)));
            out.flush();

            assertEquals("drawbore", new String(next(socket, PING, 1), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void aSilentConnectionIsAskedAndEndedWhenNobodyAnswers() throws Exception {
        // Whether we answer in time is up to the machine: where it stood still, once more with more time.
        Duration timeout = Duration.ofMillis(100);
        while (!isEndedAfterItsAnswer(timeout)) {
            assertTrue(timeout.compareTo(PATIENCE) < 0, "an answer doesn't count");
            stop();
            timeout = timeout.multipliedBy(5);
        }
        stillServes();
    }

    /** False where it is ended although it has answered. */
    private boolean isEndedAfterItsAnswer(Duration timeout) throws Exception {
        endpoint = new TestEndpoint(config ->
                config.withKeepalive(new EndpointConfig.Keepalive(IDLE, IDLE, timeout)));
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(PREFACE);
            out.write(frame(SETTINGS, 0, 0, new byte[0]));
            out.flush();

            next(socket, PING, 0);
            // Asked once, answered: it lives on and is asked again.
            out.write(frame(PING, 1, 0, new byte[8]));
            out.flush();
            if (!isNext(socket, PING, 0)) {
                return false;
            }
            next(socket, GOAWAY, 0);
            return true;
        } catch (SocketException reset) {
            return false;
        }
    }

    @Test
    void whoPingsTooOftenIsToldToCalmDown() throws Exception {
        endpoint = new TestEndpoint();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(PREFACE);
            socket.getOutputStream().write(frame(SETTINGS, 0, 0, new byte[0]));
            for (int i = 0; i < 4; i++) {
                socket.getOutputStream().write(frame(PING, 0, 0, new byte[8]));
            }

            byte[] goAway = next(socket, GOAWAY, 0);
            assertEquals(11, ByteBuffer.wrap(goAway).getInt(4));
            assertEquals("too_many_pings", new String(goAway, 8, goAway.length - 8, StandardCharsets.US_ASCII));
        }
        stillServes();
    }

    @Test
    void whatWasSentExcusesAPing() throws Exception {
        endpoint = new TestEndpoint();
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(PREFACE);
            out.write(frame(SETTINGS, 0, 0, new byte[0]));
            byte[] put = PutRequest.newBuilder().setKey(utf8("k")).build().toByteArray();
            byte[] message = ByteBuffer.allocate(5 + put.length).putInt(1, put.length).put(5, put).array();
            for (int i = 0; i < 20; i++) {
                out.write(frame(HEADERS, END_HEADERS, 2 * i + 1, grpcHeaders("/etcdserverpb.KV/Put")));
                out.write(frame(DATA, 1, 2 * i + 1, message));
                next(socket, DATA, 0);
                out.write(frame(PING, 0, 0, new byte[8]));
                next(socket, PING, 1);
            }
        }
    }

    /** Clients of gRPC for Go measure the connection so. */
    @Test
    void eachFrameOfALongAnswerExcusesAPing() throws Exception {
        endpoint = new TestEndpoint();
        int frames = 20;
        endpoint.call("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(utf8("k"))
                .setValue(ByteString.copyFrom(new byte[frames * FRAME_BYTES])).build(),
                PutResponse.getDefaultInstance());
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(PREFACE);
            // The client takes one frame at a time on a stream, and any number on the connection.
            out.write(frame(SETTINGS, 0, 0,
                    ByteBuffer.allocate(6).putShort(INITIAL_WINDOW_SIZE).putInt(FRAME_BYTES).array()));
            out.write(frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(2 * frames * FRAME_BYTES).array()));
            out.write(frame(HEADERS, END_HEADERS, 1, grpcHeaders("/etcdserverpb.KV/Range")));
            out.write(frame(DATA, 1, 1, new byte[] {0, 0, 0, 0, 3, 10, 1, 'k'}));
            for (int i = 0; i < frames; i++) {
                next(socket, DATA, 0);
                out.write(frame(PING, 0, 0, new byte[8]));
                next(socket, PING, 1);
                out.write(frame(WINDOW_UPDATE, 0, 1, ByteBuffer.allocate(4).putInt(FRAME_BYTES).array()));
            }
        }
    }

    @Test
    void aFloodOfSettingsEndsWithCalmDown() throws Exception {
        endpoint = new TestEndpoint();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(PREFACE);
            // A hundred are borne, and ten more for each second that the server takes to read them: as they come
            // together, it has read them all before it ends the connection.
            ByteArrayOutputStream flood = new ByteArrayOutputStream();
            for (int i = 0; i < 1_000; i++) {
                flood.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
            }
            socket.getOutputStream().write(flood.toByteArray());

            assertEquals(11, ByteBuffer.wrap(next(socket, GOAWAY, 0)).getInt(4));
        } catch (SocketException e) {
            // What was sent behind the last straw can cost the answer.
        }
        stillServes();
    }

    @Test
    void aRequestThatNeverBecomesWholeGivesWayToThoseThatDo() throws Exception {
        endpoint = new TestEndpoint(config -> config.withMaxHeldBytes(300_000));
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(PREFACE);
            out.write(frame(SETTINGS, 0, 0, new byte[0]));
            for (int stream = 1; stream < 20; stream += 2) {
                out.write(frame(HEADERS, END_HEADERS, stream, grpcHeaders("/etcdserverpb.KV/Put")));
            }
            // Each announces 1.5 MiB and holds some hundred thousand bytes.
            byte[] part = new byte[16_000];
            part[2] = 0x18;
            for (int stream = 1; stream < 20; stream += 2) {
                for (int i = 0; i < 4; i++) {
                    out.write(frame(DATA, 0, stream, part));
                }
            }
            endpoint.awaitMetric("grpc_server_handled_total{grpc_type=\"unary\",grpc_service=\"etcdserverpb.KV\","
                    + "grpc_method=\"Put\",grpc_code=\"ResourceExhausted\"} 6\n");
            byte[] large = new byte[200_000];
            endpoint.call("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(utf8("k"))
                    .setValue(ByteString.copyFrom(large)).build(), PutResponse.getDefaultInstance());
        }
    }

    @Test
    void answersThatNobodyTakesEndTheirConnection() throws Exception {
        endpoint = new TestEndpoint(config -> config.withMaxHeldBytes(3_000_000));
        byte[] large = new byte[1_000_000];
        endpoint.call("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(utf8("k"))
                .setValue(ByteString.copyFrom(large)).build(), PutResponse.getDefaultInstance());
        byte[] range = {0, 0, 0, 0, 3, 10, 1, 'k'};
        try (Socket deaf = connect()) {
            OutputStream out = deaf.getOutputStream();
            out.write(PREFACE);
            out.write(frame(SETTINGS, 0, 0, new byte[0]));
            for (int stream = 1; stream < 10; stream += 2) {
                out.write(frame(HEADERS, END_HEADERS, stream, grpcHeaders("/etcdserverpb.KV/Range")));
                out.write(frame(DATA, 1, stream, range));
            }
            drain(deaf);
        } catch (SocketException e) {
            // A reset is as good an end.
        }
        stillServes();
    }

    @Test
    void anIdleConnectionWhoseClientAnswersStays() throws Exception {
        endpoint = new TestEndpoint(config -> config.withKeepalive(
                new EndpointConfig.Keepalive(IDLE, IDLE, PATIENCE)));
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(PREFACE);
            out.write(frame(SETTINGS, 0, 0, new byte[0]));
            for (int i = 0; i < 3; i++) {
                out.flush();
                next(socket, PING, 0);
                out.write(frame(PING, 1, 0, new byte[8]));
            }
        }
    }

    private void stillServes() {
        endpoint.call("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(utf8("k")).build(),
                PutResponse.getDefaultInstance());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(endpoint.address().getAddress(), endpoint.address().getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static void drain(Socket socket) throws IOException {
        byte[] sink = new byte[4096];
        int read = socket.getInputStream().read(sink);
        while (read >= 0) {
            read = socket.getInputStream().read(sink);
        }
    }

    /** The payload of the next frame of a type with these flags; others are passed over, but for an end. */
    private static byte[] next(Socket socket, int type, int flags) throws IOException {
        byte[] payload = nextOrNull(socket, type, flags);
        assertNotNull(payload, "the connection is ended");
        return payload;
    }

    /** Whether there comes such a frame before an end. */
    private static boolean isNext(Socket socket, int type, int flags) throws IOException {
        return nextOrNull(socket, type, flags) != null;
    }

    private static byte @Nullable [] nextOrNull(Socket socket, int type, int flags) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int lengthAndType = in.readInt();
            int frameFlags = in.readUnsignedByte();
            in.readInt();
            byte[] payload = in.readNBytes(lengthAndType >>> 8);
            if (payload.length < lengthAndType >>> 8) {
                throw new EOFException();
            }
            if ((lengthAndType & 0xff) == type && frameFlags == flags) {
                return payload;
            }
            if ((lengthAndType & 0xff) == GOAWAY) {
                return null;
            }
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9
                + payload.length).putInt(payload.length << 8 | type).put((byte) flags).putInt(stream)
                .put(payload).array();
    }

    /** A header block without compression: POST, http, the path, an authority and the content type. */
    private static byte[] grpcHeaders(String path) {
        ByteBuffer authority = ByteBuffer.allocate(17);
        literal(authority, ":authority", "test");
        return grpcHeaders(path, authority.array());
    }

    private static byte[] grpcHeaders(String path, byte[] authority) {
        ByteBuffer block = ByteBuffer.allocate(512).put((byte) 0x83).put((byte) 0x86);
        literal(block, ":path", path);
        block.put(authority);
        literal(block, "content-type", "application/grpc");
        byte[] bytes = new byte[block.position()];
        block.flip().get(bytes);
        return bytes;
    }

    private static void literal(ByteBuffer block, String name, String value) {
        block.put((byte) 0).put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
        block.put((byte) value.length()).put(value.getBytes(StandardCharsets.US_ASCII));
    }
}
