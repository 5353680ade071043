package io.drawbore.peer.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Both kinds of streams, as bytes and back. */
class StreamFramesTest {
    private static final long LEADER = 7;
    private static final long FOLLOWER = 9;

    private final AppendFrames.Encoder encoder = new AppendFrames.Encoder();
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final List<Message> sent = new ArrayList<>();

    @Test
    void appendsComeOutAsTheyWentIn() throws FrameException {
        send(append(3, 2, 10, 12, "a", "b"));
        send(append(3, 3, 12, 12));
        send(append(3, 3, 12, 12, "c"));
        send(append(3, 3, 13, 13));
        // another term
        send(append(4, 3, 13, 13, "d"));
        send(append(4, 4, 14, 14, "e", "f", "g"));
        // back to probe for where the follower's log ends
        send(append(4, 2, 8, 14));
        send(append(4, 4, 8, 14));

        assertEquals(sent, received(new AppendFrames.Decoder(LEADER, FOLLOWER)));
    }

    @Test
    void anAppendThatGoesOnIsShort() {
        send(append(3, 3, 12, 12));
        stream.reset();
        send(append(3, 3, 12, 13, "c"));

        Entry entry = sent.getLast().getEntries(0);
        String expected = "01" + "0000000000000001" + hex(entry.getSerializedSize())
                + HexFormat.of().formatHex(entry.toByteArray()) + "000000000000000d";
        assertEquals(expected, HexFormat.of().formatHex(stream.toByteArray()));
    }

    @Test
    void whatSeveralMembersGetIsEncodedOnce() {
        AppendFrames.Shared shared = new AppendFrames.Shared();
        AppendFrames.Encoder other = new AppendFrames.Encoder();
        Message first = append(3, 3, 12, 12);
        Message second = append(3, 3, 12, 12, "c");
        encoder.encode(first, shared);
        other.encode(first.toBuilder().setTo(11).build(), shared);

        assertSame(encoder.encode(second, shared), other.encode(second.toBuilder().setTo(11).build(), shared));
    }

    @Test
    void whatKeepsALinkAliveIsNoMessage() throws FrameException {
        stream.writeBytes(AppendFrames.heartbeat());
        send(append(3, 2, 10, 12, "a"));
        stream.writeBytes(AppendFrames.heartbeat());
        assertEquals(sent, received(new AppendFrames.Decoder(LEADER, FOLLOWER)));

        stream.reset();
        Message vote = Message.newBuilder()
                .setType(MessageType.MsgVote)
                .setFrom(LEADER)
                .setTo(FOLLOWER)
                .setTerm(1)
                .build();
        stream.writeBytes(MessageFrames.heartbeat());
        stream.writeBytes(MessageFrames.encode(vote));
        assertEquals(List.of(vote), received(new MessageFrames.Decoder()));
    }

    /** Members of etcd write the fields that are zero, too. */
    @Test
    void theHeartbeatsOfEtcdAreUnderstood() throws FrameException {
        for (String heartbeat : List.of("0808", "0808100018002000280030004000500058006800")) {
            byte[] message = HexFormat.of().parseHex(heartbeat);
            stream.writeBytes(HexFormat.of().parseHex(hex(message.length)));
            stream.writeBytes(message);
        }
        assertEquals(List.of(), received(new MessageFrames.Decoder()));
    }

    @Test
    void anAnnouncementBeyondTheLimitIsRefusedBeforeAnythingOfItCame() {
        stream.writeBytes(HexFormat.of().parseHex(hex(FrameDecoder.MAX_FRAME_BYTES + 1L)));
        assertThrows(FrameException.class, () -> received(new MessageFrames.Decoder()));

        stream.reset();
        stream.writeBytes(HexFormat.of().parseHex("02" + "ffffffffffffffff"));
        assertThrows(FrameException.class, () -> received(new AppendFrames.Decoder(LEADER, FOLLOWER)));
    }

    @Test
    void anUnknownKindOfFrameIsRefused() {
        stream.write(3);
        assertThrows(FrameException.class, () -> received(new AppendFrames.Decoder(LEADER, FOLLOWER)));
    }

    @Test
    void memoryIsGivenBackAfterALargeMessage() {
        IncomingBytes in = new IncomingBytes();
        in.add(ByteBuffer.allocate(8 << 20));
        in.skip(8 << 20);
        in.add(ByteBuffer.wrap(new byte[] {1, 2}));
        assertEquals(2, in.size());
        assertEquals(2, in.peek(1));
        assertArrayEquals(new int[] {8 << 10}, new int[] {in.array().length});
    }

    private void send(Message append) {
        sent.add(append);
        stream.writeBytes(encoder.encode(append, new AppendFrames.Shared()));
    }

    private List<Message> received(FrameDecoder decoder) throws FrameException {
        IncomingBytes in = new IncomingBytes();
        List<Message> messages = new ArrayList<>();
        for (byte one : stream.toByteArray()) {
            in.add(ByteBuffer.wrap(new byte[] {one}));
            decoder.decode(in, messages::add);
        }
        return messages;
    }

    private static String hex(long number) {
        return HexFormat.of().toHexDigits(number);
    }

    static Message append(long term, long logTerm, long index, long commit, String... entries) {
        Message.Builder append = Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setFrom(LEADER)
                .setTo(FOLLOWER)
                .setTerm(term)
                .setLogTerm(logTerm)
                .setIndex(index)
                .setCommit(commit);
        long at = index;
        for (String entry : entries) {
            at++;
            append.addEntries(
                    Entry.newBuilder().setTerm(term).setIndex(at).setData(ByteString.copyFromUtf8(entry)));
        }
        return append.build();
    }
}
