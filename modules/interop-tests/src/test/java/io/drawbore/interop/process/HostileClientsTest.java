package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that mean harm, and those that mean well and are many. The member has a small heap and ends where that runs
 * out; while it is attacked another client puts and gets without a failure.
 */
@Tag("full")
class HostileClientsTest {
    private static final String SMALL_HEAP = "-Xmx256m";
    private static final int MANY = 10_000;
    private static final int FLOOD_FRAMES = 2_000_000;
    private static final int FRAMES_A_WRITE = 500;
    private static final long POLL_NANOS = 5_000_000;

    @TempDir
    private Path folder;

    private final Ports ports = Ports.free();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicBoolean attacked = new AtomicBoolean(true);
    private final AtomicInteger served = new AtomicInteger();
    private MemberProcess member;
    private Future<Void> other;

    @BeforeEach
    void start() {
        member = MemberProcess.start(
                folder,
                Map.of("DRAWBORE_JAVA_OPTS", SMALL_HEAP),
                MemberProcess.home().resolve("bin/drawbore"),
                ports.flags(folder.resolve("data")));
        member.awaitLine(MemberProcess.READY);
        final var thread = Executors.newSingleThreadExecutor();
        open.add(thread::shutdownNow);
        other = thread.submit(this::putAndGet);
    }

    private Void putAndGet() throws IOException {
        try (JsonClient client = new JsonClient(ports)) {
            while (attacked.get()) {
                final String value = "value " + served.incrementAndGet();
                client.put("other", value);
                assertEquals(value, client.one("other", 0).getFirst().value());
            }
        }
        return null;
    }

    @AfterEach
    void theOtherClientWasServed() throws Exception {
        try {
            final int before = served.get();
            while (served.get() < before + 3 && !other.isDone()) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            attacked.set(false);
            other.get(120, TimeUnit.SECONDS);
            for (final AutoCloseable closeable : open) {
                closeable.close();
            }
            assertEquals(143, member.terminate(), member::text);
        } finally {
            member.close();
        }
    }

    @Test
    void idleConnections() throws Exception {
        requireDescriptors(MANY + 1_000);
        final List<byte[]> openings = List.of(
                new byte[0],
                Http2Socket.PREFACE,
                concat(Http2Socket.PREFACE, new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}),
                ascii("POST /v3/kv/put HTTP/1.1\r\nHost: x\r\n"));
        for (int i = 0; i < MANY; i++) {
            send(openings.get(i % openings.size()));
        }
        putsAndGets(20);
    }

    @Test
    void halfAPreface() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            final byte[] preface = new byte[1 + i % (Http2Socket.PREFACE.length - 1)];
            System.arraycopy(Http2Socket.PREFACE, 0, preface, 0, preface.length);
            send(preface);
        }
        // the beginning of a TLS handshake
        send(new byte[] {0x16, 3, 1, 2, 0, 1});
        putsAndGets(20);
    }

    @Test
    void tenThousandWatchesOnOneConnectionAreCreatedFedAndCancelledAtOnce() throws Exception {
        final Http2Socket client = reading();
        for (int i = 0; i < MANY; i++) {
            final int stream = 2 * i + 1;
            // a create request for the key "watched"
            client.call(stream, "/etcdserverpb.Watch/Watch")
                    .message(stream, concat(new byte[] {10, 9, 10, 7}, ascii("watched")), false);
            if (i % FRAMES_A_WRITE == 0) {
                client.flush();
            }
        }
        client.flush();
        await("created", () -> client.messages() >= MANY);
        try (JsonClient writer = new JsonClient(ports)) {
            writer.put("watched", "x");
        }
        await("events", () -> client.messages() >= 2 * MANY);
        for (int i = 0; i < MANY; i++) {
            client.frame(Http2Socket.RESET, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
        }
        client.call(2 * MANY + 1, "/etcdserverpb.Maintenance/Status").message(2 * MANY + 1, new byte[0], true);
        client.flush();
        await("status", () -> client.messages() > 2 * MANY);
        assertFalse(client.goAway().isDone(), () -> "GOAWAY " + client.goAway().getNow(null));
    }

    @Test
    void aThousandClientsThatMeanWell() throws Exception {
        final List<Http2Socket> clients = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            clients.add(reading());
        }
        final byte[] put = concat(new byte[] {10, 1, 'k', 18, (byte) 0x80, 8}, new byte[1024]);
        for (int round = 0; round < 10; round++) {
            for (final Http2Socket client : clients) {
                final int stream = 2 * round + 1;
                client.call(stream, "/etcdserverpb.KV/Put").message(stream, put, true).flush();
            }
        }
        for (final Http2Socket client : clients) {
            await("ten answers", () -> client.messages() >= 10);
        }
    }

    @Test
    void readersThatDontRead() throws Exception {
        try (JsonClient writer = new JsonClient(ports)) {
            for (int i = 0; i < 5; i++) {
                writer.put("large" + i, "x".repeat(1_000_000));
            }
        }
        for (int i = 0; i < 50; i++) {
            final Http2Socket deaf = Http2Socket.deaf(ports.client());
            open.add(deaf);
            for (int stream = 1; stream < 40; stream += 2) {
                // a range from "large" to its end
                deaf.call(stream, i % 2 == 0 ? "/etcdserverpb.KV/Range" : "/etcdserverpb.KV/RangeStream")
                        .message(stream, concat(new byte[] {10, 5}, ascii("large"), new byte[] {18, 1, 'm'}), true);
            }
            deaf.flush();
            send(request("/v3/kv/range", "{\"key\": \"bGFyZ2U=\", \"range_end\": \"bQ==\"}"));
            putsAndGets(1);
        }
        putsAndGets(20);
    }

    @Test
    void watchersOfTheGatewayThatDontRead() throws Exception {
        final String watch = request("/v3/watch",
                "{\"create_request\": {\"key\": \"bGFyZ2U=\", \"range_end\": \"bQ==\"}}");
        for (int i = 0; i < 500; i++) {
            final SocketChannel channel = SocketChannel.open();
            channel.socket().setReceiveBufferSize(4096);
            connect(channel);
            channel.write(ByteBuffer.wrap(ascii(watch)));
        }
        try (JsonClient writer = new JsonClient(ports)) {
            for (int i = 0; i < 60; i++) {
                writer.put("large" + i % 3, "x".repeat(1_000_000));
            }
        }
        putsAndGets(20);
    }

    @Test
    void slowBodies() throws Exception {
        final byte[] part = new byte[16_000];
        // The length of a message of 1.5 MiB, which never becomes whole.
        part[2] = 0x18;
        for (int i = 0; i < 40; i++) {
            final Http2Socket slow = reading();
            for (int stream = 1; stream < 40; stream += 2) {
                slow.call(stream, "/etcdserverpb.KV/Put");
            }
            for (int piece = 0; piece < 40; piece++) {
                for (int stream = 1; stream < 40; stream += 2) {
                    slow.frame(Http2Socket.DATA, 0, stream, part);
                }
                flushUnlessEnded(slow);
            }
            send("POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: 1500000\r\n\r\n{\"key\": \""
                    + "A".repeat(500_000));
            putsAndGets(1);
        }
        putsAndGets(20);
    }

    @Test
    void slowHeaders() throws Exception {
        final List<SocketChannel> slow = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            slow.add(send("GET /version HTTP/1.1\r\nHost: x\r\n"));
        }
        for (int round = 0; round < 20; round++) {
            for (final SocketChannel channel : slow) {
                writeUnlessEnded(channel, ascii("x-" + round + ": " + "y".repeat(100) + "\r\n"));
            }
            putsAndGets(1);
        }
    }

    @Test
    void oversizedHeaders() throws Exception {
        final SocketChannel plain = send("GET /version HTTP/1.1\r\nHost: x\r\nx: " + "y".repeat(200_000) + "\r\n\r\n");
        final ByteBuffer answer = ByteBuffer.allocate(12);
        while (answer.hasRemaining() && plain.read(answer) >= 0) {
            Thread.onSpinWait();
        }
        assertEquals("HTTP/1.1 431", new String(answer.array(), StandardCharsets.US_ASCII));

        final Http2Socket client = reading();
        final var block = new ByteArrayOutputStream();
        block.writeBytes(Http2Socket.headers("/etcdserverpb.KV/Range"));
        for (int i = 0; i < 2_000; i++) {
            Http2Socket.literal(block, "x-" + i, "y".repeat(100));
        }
        final byte[] bytes = block.toByteArray();
        final int first = 16_000;
        client.frame(Http2Socket.HEADERS, 0, 1, java.util.Arrays.copyOf(bytes, first));
        for (int from = first; from < bytes.length; from += first) {
            final int to = Math.min(bytes.length, from + first);
            client.frame(Http2Socket.CONTINUATION, to == bytes.length ? Http2Socket.END_HEADERS : 0, 1,
                    java.util.Arrays.copyOfRange(bytes, from, to));
        }
        flushUnlessEnded(client);
        await("an end", () -> client.goAway().isDone() || client.resets() > 0);
    }

    @Test
    void rapidResets() throws Exception {
        flood((client, i) -> {
            final int stream = 2 * i + 1;
            client.call(stream, "/etcdserverpb.KV/Range")
                    .frame(Http2Socket.RESET, 0, stream, new byte[] {0, 0, 0, 8});
        });
    }

    @Test
    void settings() throws Exception {
        flood((client, i) -> client.frame(Http2Socket.SETTINGS, 0, 0, new byte[] {0, 4, 0, 1, 0, 0}));
    }

    @Test
    void pings() throws Exception {
        flood((client, i) -> client.frame(Http2Socket.PING, 0, 0, new byte[8]));
    }

    @Test
    void continuations() throws Exception {
        flood((client, i) -> client.frame(i == 0 ? Http2Socket.HEADERS : Http2Socket.CONTINUATION, 0, 1,
                i == 0 ? Http2Socket.headers("/etcdserverpb.KV/Range") : new byte[0]));
    }

    @Test
    void emptyData() throws Exception {
        flood((client, i) -> {
            if (i == 0) {
                client.call(1, "/etcdserverpb.KV/Put");
            }
            client.frame(Http2Socket.DATA, 0, 1, new byte[0]);
        });
    }

    @Test
    void priorities() throws Exception {
        flood((client, i) -> client.frame(Http2Socket.PRIORITY, 0, 2 * i + 1, new byte[] {0, 0, 0, 0, 1}));
    }

    @Test
    void unknownFrames() throws Exception {
        flood((client, i) -> client.frame(77, 0, 0, new byte[1]));
    }

    /**
     * Four connections send a kind of frame until each has been told to calm down, or has lost its connection so fast
     * that it could not hear that.
     */
    private void flood(final Frames frames) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final List<Callable<Integer>> floods = IntStream.range(0, 4)
                    .<Callable<Integer>>mapToObj(n -> () -> endOf(frames))
                    .toList();
            for (final Future<Integer> end : threads.invokeAll(floods)) {
                assertTrue(List.of(Http2Socket.ENHANCE_YOUR_CALM, -1).contains(end.get()), () -> "" + end);
            }
        }
        putsAndGets(5);
    }

    private int endOf(final Frames frames) throws Exception {
        try (Http2Socket client = Http2Socket.reading(ports.client())) {
            int sent = 0;
            try {
                while (sent < FLOOD_FRAMES && !client.goAway().isDone()) {
                    for (int i = 0; i < FRAMES_A_WRITE; i++) {
                        frames.queue(client, sent++);
                    }
                    client.flush();
                }
            } catch (final IOException ended) {
                // why, the reader knows
            }
            return client.goAway().get(120, TimeUnit.SECONDS);
        }
    }

    private interface Frames {
        void queue(Http2Socket client, int i);
    }

    private Http2Socket reading() throws IOException {
        final Http2Socket client = Http2Socket.reading(ports.client());
        open.add(client);
        return client;
    }

    private static void flushUnlessEnded(final Http2Socket client) {
        try {
            client.flush();
        } catch (final IOException ended) {
            // which is what a server may do to such a client
        }
    }

    private SocketChannel send(final String text) throws IOException {
        return send(ascii(text));
    }

    /** A connection of its own that sends these bytes and stays. */
    private SocketChannel send(final byte[] bytes) throws IOException {
        final SocketChannel channel = SocketChannel.open();
        connect(channel);
        writeUnlessEnded(channel, bytes);
        return channel;
    }

    private static void writeUnlessEnded(final SocketChannel channel, final byte[] bytes) {
        final ByteBuffer left = ByteBuffer.wrap(bytes);
        try {
            while (left.hasRemaining()) {
                channel.write(left);
            }
        } catch (final IOException ended) {
            // which is what a server may do to such a client
        }
    }

    private void connect(final SocketChannel channel) throws IOException {
        open.add(channel);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.client()));
    }

    /** Waits until the other client has been served some times more. */
    private void putsAndGets(final int count) {
        final int goal = served.get() + count + 1;
        await(count + " puts and gets of another client", () -> served.get() >= goal);
    }

    private void await(final String what, final java.util.function.BooleanSupplier condition) {
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!condition.getAsBoolean()) {
            assertTrue(member.isAlive(), () -> "the member has ended:\n" + member.text());
            assertFalse(other.isDone(), () -> "the other client has failed: " + other);
            assertTrue(System.nanoTime() < end, () -> "waited too long for " + what);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void requireDescriptors(final long count) {
        final boolean enough = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                && unix.getMaxFileDescriptorCount() >= count;
        assumeTrue(enough, () -> "needs " + count + " descriptors a process: ulimit -n");
    }

    private static String request(final String path, final String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(final byte[]... parts) {
        final var all = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
