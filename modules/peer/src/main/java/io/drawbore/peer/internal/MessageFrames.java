package io.drawbore.peer.internal;

import com.google.protobuf.CodedOutputStream;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** The stream of any message: eight bytes of length, the highest first, and the message. */
final class MessageFrames {
    private static final byte[] HEARTBEAT = encode(
            Message.newBuilder().setType(MessageType.MsgHeartbeat).build());

    private MessageFrames() {}

    /** A message as its frame. */
    static byte[] encode(Message message) {
        int size = message.getSerializedSize();
        byte[] frame = new byte[Long.BYTES + size];
        ByteBuffer.wrap(frame).putLong(size);
        CodedOutputStream out = CodedOutputStream.newInstance(frame, Long.BYTES, size);
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("a message of known size fits", e);
        }
        return frame;
    }

    /** What keeps an idle link alive. */
    static byte[] heartbeat() {
        return HEARTBEAT.clone();
    }

    /** Whether a message only keeps a link alive: raft's own heartbeats have a sender. */
    static boolean keepsAlive(Message message) {
        return message.getType() == MessageType.MsgHeartbeat && message.getFrom() == 0 && message.getTo() == 0;
    }

    /** Takes such a stream apart. */
    static final class Decoder implements FrameDecoder {
        @Override
        public void decode(IncomingBytes in, Consumer<Message> sink) throws FrameException {
            for (int length = FrameDecoder.length(in, 0);
                    length >= 0 && in.size() - Long.BYTES >= length;
                    length = FrameDecoder.length(in, 0)) {
                Message message = FrameDecoder.parse(Message.parser(), in, Long.BYTES, length);
                in.skip(Long.BYTES + length);
                if (!keepsAlive(message)) {
                    sink.accept(message);
                }
            }
        }
    }
}
