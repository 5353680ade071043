package io.drawbore.interop.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client of HTTP/2 that writes its frames by hand and so can write what no library would. What the server sends is
 * read on a thread of its own, unless the client is deaf, and counted.
 */
final class Http2Socket implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RESET = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int ENHANCE_YOUR_CALM = 11;
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int SMALL_BUFFER = 4096;

    private final Socket socket;
    private final ByteArrayOutputStream queued = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> goAway = new CompletableFuture<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong resets = new AtomicLong();

    private Http2Socket(final Socket socket) throws IOException {
        this.socket = socket;
        queued.writeBytes(PREFACE);
        frame(SETTINGS, 0, 0, new byte[0]);
        // The connection's window as wide as it can be; the streams' is 64 KiB.
        frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(0, Integer.MAX_VALUE - 0xffff).array());
    }

    /** A connection whose answers are read. */
    static Http2Socket reading(final int port) throws IOException {
        final var client = new Http2Socket(new Socket(InetAddress.getLoopbackAddress(), port));
        client.socket.setTcpNoDelay(true);
        Thread.ofVirtual().start(client::read);
        return client;
    }

    /** A connection whose answers nobody reads. */
    static Http2Socket deaf(final int port) throws IOException {
        final var socket = new Socket();
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return new Http2Socket(socket);
    }

    /** Queues a frame. */
    Http2Socket frame(final int type, final int flags, final int stream, final byte[] payload) {
        queued.writeBytes(ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array());
        return this;
    }

    /** Queues the headers of a call of gRPC. */
    Http2Socket call(final int stream, final String path) {
        return frame(HEADERS, END_HEADERS, stream, headers(path));
    }

    /** Queues a message of gRPC. */
    Http2Socket message(final int stream, final byte[] message, final boolean last) {
        final byte[] framed = ByteBuffer.allocate(5 + message.length)
                .putInt(1, message.length)
                .put(5, message)
                .array();
        return frame(DATA, last ? END_STREAM : 0, stream, framed);
    }

    /** Writes what is queued. */
    void flush() throws IOException {
        final byte[] bytes = queued.toByteArray();
        queued.reset();
        socket.getOutputStream().write(bytes);
    }

    /** The code that the server ended the connection with; completes with -1 where it just closed it. */
    CompletableFuture<Integer> goAway() {
        return goAway;
    }

    /** DATA frames that have come. */
    int messages() {
        return messages.get();
    }

    long resets() {
        return resets.get();
    }

    private void read() {
        try (var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
            while (true) {
                final int lengthAndType = in.readInt();
                in.readUnsignedByte();
                in.readInt();
                final byte[] payload = in.readNBytes(lengthAndType >>> 8);
                switch (lengthAndType & 0xff) {
                    case GOAWAY -> goAway.complete(ByteBuffer.wrap(payload).getInt(4));
                    case DATA -> messages.incrementAndGet();
                    case RESET -> resets.incrementAndGet();
                    default -> { }
                }
            }
        } catch (final IOException ended) {
            goAway.complete(-1);
        }
    }

    /** POST, http, the path, an authority and gRPC's content type, uncompressed. */
    static byte[] headers(final String path) {
        final var block = new ByteArrayOutputStream();
        block.write(0x83);
        block.write(0x86);
        literal(block, ":path", path);
        literal(block, ":authority", "test");
        literal(block, "content-type", "application/grpc");
        return block.toByteArray();
    }

    /** Adds a header to a block; up to 126 bytes each. */
    static void literal(final ByteArrayOutputStream block, final String name, final String value) {
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (final IOException gone) {
            // it is closed, which is all that is wanted
        }
    }
}
