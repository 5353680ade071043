package io.drawbore.rpc.internal;

import io.drawbore.api.EtcdException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one stream's bytes into messages: a flag byte, four bytes of length, the message. One thread reads. A message
 * that lies in one buffer is not copied; a split one is gathered in memory that grows with what has arrived, not with
 * what is announced.
 */
final class MessageReader {
    private static final int PREFIX = 5;
    private static final byte[] NOTHING = {};
    private static final int FIRST_CHUNK = 16 * 1024;

    private final int maxBytes;
    private final HeldBytes.Share share;
    private final byte[] prefix = new byte[PREFIX];
    private int prefixRead;
    /** -1 between messages. */
    private int length = -1;
    private byte[] body = NOTHING;
    private int bodyRead;

    /** @param share where the memory of messages that have not arrived whole is counted */
    MessageReader(int maxBytes, HeldBytes.Share share) {
        this.maxBytes = maxBytes;
        this.share = share;
    }

    /**
     * The next whole message, or null when more bytes are needed; then {@code in} is used up.
     *
     * @return a view, good until the next call or until {@code in} is given back
     * @throws EtcdException where the bytes break gRPC's rules or limits; the stream is then unusable
     */
    synchronized @Nullable ByteBuffer next(ByteBuffer in) {
        if (length < 0 && !readPrefix(in)) {
            return null;
        }
        if (bodyRead == 0 && in.remaining() >= length) {
            ByteBuffer whole = in.slice(in.position(), length);
            in.position(in.position() + length);
            endMessage();
            return whole;
        }
        int count = Math.min(in.remaining(), length - bodyRead);
        if (body.length < bodyRead + count) {
            int grown = Math.max(Math.max(bodyRead + count, FIRST_CHUNK), body.length * 2);
            int before = body.length;
            body = Arrays.copyOf(body, Math.min(grown, length));
            share.add(body.length - before);
        }
        in.get(body, bodyRead, count);
        bodyRead += count;
        if (bodyRead < length) {
            return null;
        }
        ByteBuffer whole = ByteBuffer.wrap(body, 0, length);
        share.release(body.length);
        body = NOTHING;
        endMessage();
        return whole;
    }

    /** Gives up what has arrived of a message; nothing is read afterwards. Any thread. */
    synchronized void abandon() {
        share.releaseAll();
        body = NOTHING;
        endMessage();
    }

    /** Whether the bytes so far end within a message. */
    boolean isInsideMessage() {
        return prefixRead > 0;
    }

    private void endMessage() {
        prefixRead = 0;
        length = -1;
        bodyRead = 0;
    }

    private boolean readPrefix(ByteBuffer in) {
        int count = Math.min(in.remaining(), PREFIX - prefixRead);
        in.get(prefix, prefixRead, count);
        prefixRead += count;
        if (prefixRead < PREFIX) {
            return false;
        }
        long announced = Integer.toUnsignedLong(ByteBuffer.wrap(prefix).getInt(1));
        if (announced > maxBytes) {
            throw Statuses.tooLarge(announced, maxBytes);
        }
        if (prefix[0] == 1) {
            // No encoding is ever announced here: streams that announce one are refused when they open.
            throw Statuses.internal("grpc: compressed flag set with identity or empty encoding");
        }
        if (prefix[0] != 0) {
            throw Statuses.internal("grpc: received unexpected payload format " + (prefix[0] & 0xff));
        }
        length = (int) announced;
        return true;
    }
}
