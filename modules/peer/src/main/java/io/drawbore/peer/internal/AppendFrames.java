package io.drawbore.peer.internal;

import com.google.protobuf.CodedOutputStream;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stream of appends, etcd's "msgApp v2". While one append goes on where the last ended, only entries and the commit
 * index are sent; both ends keep term and index. Numbers are eight bytes, the highest first:
 *
 * <pre>
 *   0                                            keeps the link alive
 *   1  count  count times (size, entry)  commit  goes on where the last append ended, in its term
 *   2  size  message                             any append; the next may go on after it
 * </pre>
 */
final class AppendFrames {
    private static final byte KEEP_ALIVE = 0;
    private static final byte ENTRIES = 1;
    private static final byte MESSAGE = 2;

    private AppendFrames() {}

    /** What keeps an idle link alive. */
    static byte[] heartbeat() {
        return new byte[] {KEEP_ALIVE};
    }

    /** Where the appends of one stream stand. One thread at a time. */
    static final class Encoder {
        private long term;
        private long index;

        /** An append as its frame; the frames have to be sent in the order in which they were made. */
        byte[] encode(Message append, Shared shared) {
            boolean goesOn = append.getIndex() == index
                    && append.getLogTerm() == term
                    && append.getTerm() == append.getLogTerm();
            int entries = append.getEntriesCount();
            term = append.getTerm();
            index = entries == 0 ? append.getIndex() : append.getEntries(entries - 1).getIndex();
            return goesOn ? shared.entries(append) : whole(append);
        }

        private static byte[] whole(Message append) {
            int size = append.getSerializedSize();
            byte[] frame = new byte[1 + Long.BYTES + size];
            ByteBuffer.wrap(frame).put(MESSAGE).putLong(size);
            write(append, frame, 1 + Long.BYTES, size);
            return frame;
        }
    }

    private static void write(com.google.protobuf.MessageLite message, byte[] frame, int at, int size) {
        try {
            message.writeTo(CodedOutputStream.newInstance(frame, at, size));
        } catch (IOException e) {
            throw new UncheckedIOException("a message of known size fits", e);
        }
    }

    /**
     * Encodes once what several members get: a leader's appends of one turn are often the same for all of them. One
     * thread at a time, and for one turn only.
     */
    static final class Shared {
        private @Nullable Message last;
        private byte[] frame = new byte[0];

        private byte[] entries(Message append) {
            Message before = last;
            if (before == null || !isSame(before, append)) {
                last = append;
                frame = encode(append);
            }
            return frame;
        }

        /** The log of one leader in one term has one entry at an index. */
        private static boolean isSame(Message one, Message other) {
            return one.getTerm() == other.getTerm()
                    && one.getIndex() == other.getIndex()
                    && one.getLogTerm() == other.getLogTerm()
                    && one.getCommit() == other.getCommit()
                    && one.getFrom() == other.getFrom()
                    && one.getEntriesCount() == other.getEntriesCount();
        }

        private static byte[] encode(Message append) {
            List<Entry> entries = append.getEntriesList();
            int size = 1 + 2 * Long.BYTES;
            for (Entry entry : entries) {
                size = Math.addExact(size, Long.BYTES + entry.getSerializedSize());
            }
            byte[] frame = new byte[size];
            ByteBuffer out = ByteBuffer.wrap(frame).put(ENTRIES).putLong(entries.size());
            for (Entry entry : entries) {
                int length = entry.getSerializedSize();
                out.putLong(length);
                write(entry, frame, out.position(), length);
                out.position(out.position() + length);
            }
            out.putLong(append.getCommit());
            return frame;
        }
    }

    /** Takes such a stream apart. */
    static final class Decoder implements FrameDecoder {
        private final long remote;
        private final long local;
        private long term;
        private long index;

        /** Entries of the frame that has begun, and how many are still to come; -1 between frames. */
        private List<Entry> entries = new ArrayList<>();

        private long left = -1;
        private long bytes;

        /**
         * Takes apart what one member sends to another.
         *
         * @param remote who sends
         * @param local who receives
         */
        Decoder(long remote, long local) {
            this.remote = remote;
            this.local = local;
        }

        @Override
        public void decode(IncomingBytes in, Consumer<Message> sink) throws FrameException {
            boolean more = true;
            while (more) {
                more = left < 0 ? begin(in, sink) : goOn(in, sink);
            }
        }

        private boolean begin(IncomingBytes in, Consumer<Message> sink) throws FrameException {
            if (in.size() == 0) {
                return false;
            }
            return switch (in.peek(0)) {
                case KEEP_ALIVE -> {
                    in.skip(1);
                    yield true;
                }
                case ENTRIES -> beginEntries(in);
                case MESSAGE -> message(in, sink);
                default -> throw new FrameException("a frame is of the unknown kind " + in.peek(0));
            };
        }

        private boolean beginEntries(IncomingBytes in) throws FrameException {
            int count = FrameDecoder.length(in, 1);
            if (count < 0) {
                return false;
            }
            in.skip(1 + Long.BYTES);
            left = count;
            bytes = 0;
            return true;
        }

        private boolean goOn(IncomingBytes in, Consumer<Message> sink) throws FrameException {
            return left == 0 ? end(in, sink) : entry(in);
        }

        private boolean entry(IncomingBytes in) throws FrameException {
            int length = FrameDecoder.length(in, 0);
            if (length < 0 || in.size() - Long.BYTES < length) {
                return false;
            }
            bytes += Long.BYTES + length;
            if (bytes > MAX_FRAME_BYTES) {
                throw new FrameException("an append has more than " + MAX_FRAME_BYTES + " bytes");
            }
            entries.add(FrameDecoder.parse(Entry.parser(), in, Long.BYTES, length));
            in.skip(Long.BYTES + length);
            left--;
            return true;
        }

        private boolean end(IncomingBytes in, Consumer<Message> sink) {
            if (in.size() < Long.BYTES) {
                return false;
            }
            Message append = Message.newBuilder()
                    .setType(MessageType.MsgApp)
                    .setFrom(remote)
                    .setTo(local)
                    .setTerm(term)
                    .setLogTerm(term)
                    .setIndex(index)
                    .addAllEntries(entries)
                    .setCommit(in.peekLong(0))
                    .build();
            in.skip(Long.BYTES);
            takeOn(append);
            entries = new ArrayList<>();
            left = -1;
            sink.accept(append);
            return true;
        }

        private boolean message(IncomingBytes in, Consumer<Message> sink) throws FrameException {
            int length = FrameDecoder.length(in, 1);
            int head = 1 + Long.BYTES;
            if (length < 0 || in.size() - head < length) {
                return false;
            }
            Message append = FrameDecoder.parse(Message.parser(), in, head, length);
            in.skip(head + length);
            term = append.getTerm();
            takeOn(append);
            sink.accept(append);
            return true;
        }

        private void takeOn(Message append) {
            int count = append.getEntriesCount();
            index = count == 0 ? append.getIndex() : append.getEntries(count - 1).getIndex();
        }
    }
}
