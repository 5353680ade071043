package io.drawbore.peer.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What came in on a stream and is not taken yet. It grows with what really came, never with what was announced. One
 * thread at a time.
 */
final class IncomingBytes {
    private static final int SMALL = 8 * 1024;

    /** More than this is not kept between messages. */
    private static final int MOST_KEPT = 1 << 20;

    private byte[] bytes = new byte[SMALL];
    private int from;
    private int to;

    /** Adds what there is in a buffer. */
    void add(ByteBuffer chunk) {
        int length = chunk.remaining();
        makeRoom(length);
        chunk.get(bytes, to, length);
        to += length;
    }

    private void makeRoom(int length) {
        if (bytes.length - to >= length) {
            return;
        }
        int kept = to - from;
        int needed = Math.addExact(kept, length);
        byte[] target = bytes.length >= needed && from >= bytes.length / 2
                ? bytes
                : new byte[Math.max(needed, kept == 0 ? SMALL : Math.max(bytes.length, doubled(kept)))];
        System.arraycopy(bytes, from, target, 0, kept);
        bytes = target;
        from = 0;
        to = kept;
    }

    private static int doubled(int size) {
        return size > Integer.MAX_VALUE / 4 ? size : size * 2;
    }

    int size() {
        return to - from;
    }

    byte peek(int at) {
        return bytes[from + at];
    }

    /** The eight bytes at a place, the highest first. */
    long peekLong(int at) {
        return ByteBuffer.wrap(bytes, from + at, Long.BYTES).getLong();
    }

    /** The bytes themselves; those from {@link #start} on count, until the next change. */
    byte[] array() {
        return bytes;
    }

    int start() {
        return from;
    }

    void skip(int length) {
        from += length;
        if (from == to) {
            from = 0;
            to = 0;
            if (bytes.length > MOST_KEPT) {
                // one large message must not hold its memory for good
                bytes = Arrays.copyOf(bytes, SMALL);
            }
        }
    }
}
