package io.drawbore.peer.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.drawbore.proto.raftpb.Message;
import java.util.function.Consumer;

/** Takes the frames of one stream apart. It may be called with any part of them. One thread at a time. */
interface FrameDecoder {
    /** Bytes of one frame at the most, as etcd's members have it. */
    int MAX_FRAME_BYTES = 512 << 20;

    /**
     * Takes all frames that are complete; what keeps a link alive is passed over.
     *
     * @param sink takes the messages, in their order
     * @throws FrameException where what came can't go on to be a frame
     */
    void decode(IncomingBytes in, Consumer<Message> sink) throws FrameException;

    /** The length at a place; -1 where it has not come whole. */
    static int length(IncomingBytes in, int at) throws FrameException {
        if (in.size() < at + Long.BYTES) {
            return -1;
        }
        long length = in.peekLong(at);
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw new FrameException("a frame of " + Long.toUnsignedString(length) + " bytes is announced, and "
                    + MAX_FRAME_BYTES + " are allowed");
        }
        return (int) length;
    }

    /** Reads a message of a known length, whose bytes have all come. */
    static <T> T parse(Parser<T> parser, IncomingBytes in, int at, int length) throws FrameException {
        try {
            return parser.parseFrom(in.array(), in.start() + at, length);
        } catch (InvalidProtocolBufferException e) {
            throw new FrameException("a frame holds no message: " + e.getMessage(), e);
        }
    }
}
