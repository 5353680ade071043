package io.drawbore.peer.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** However a stream's bytes are cut into reads, the same messages come out and the same fault. */
class FrameDecoderFuzzTest {
    /** First the size of the reads, then what is read. */
    static Stream<byte[]> seeds() {
        AppendFrames.Encoder encoder = new AppendFrames.Encoder();
        byte[] whole = encoder.encode(StreamFramesTest.append(3, 2, 10, 12, "a", "b"), new AppendFrames.Shared());
        byte[] entries = encoder.encode(StreamFramesTest.append(3, 3, 12, 12, "c"), new AppendFrames.Shared());
        return Stream.of(
                joined(new byte[] {3}, whole, entries, AppendFrames.heartbeat(), entries),
                joined(new byte[] {5}, MessageFrames.encode(StreamFramesTest.append(1, 1, 1, 1, "x"))),
                joined(new byte[] {7}, MessageFrames.heartbeat(), MessageFrames.heartbeat()),
                new byte[] {1, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0},
                new byte[] {1, 2, 127, 0, 0, 0, 0, 0, 0, 2, 0, 0},
                new byte[] {9, 0, 0, 0, 0, 0, 0, 0, 2, 8, 1});
    }

    private static byte[] joined(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }

    @MethodSource("seeds")
    @FuzzTest
    void messagesDoNotDependOnHowTheyWereRead(byte[] data) {
        if (data.length == 0) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(data, 1, data.length);
        int step = Math.max(1, data[0] & 0xff);
        same(stream, step, () -> new AppendFrames.Decoder(7, 9));
        same(stream, step, MessageFrames.Decoder::new);
    }

    private static void same(byte[] stream, int step, Supplier<FrameDecoder> decoder) {
        List<String> whole = read(stream, Math.max(1, stream.length), decoder.get());
        assertEquals(whole, read(stream, step, decoder.get()));
        assertEquals(whole, read(stream, 1, decoder.get()));
    }

    private static List<String> read(byte[] stream, int step, FrameDecoder decoder) {
        IncomingBytes in = new IncomingBytes();
        List<String> messages = new ArrayList<>();
        try {
            for (int at = 0; at < stream.length; at += step) {
                in.add(ByteBuffer.wrap(stream, at, Math.min(step, stream.length - at)));
                decoder.decode(in, message -> messages.add(message.toString()));
            }
        } catch (FrameException refused) {
            messages.add(String.valueOf(refused.getMessage()));
        }
        return messages;
    }
}
