package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** However a stream's bytes are cut into reads, the same messages come out and the same fault. */
class MessageReaderFuzzTest {
    private static final int MAX_BYTES = 100;

    /** First the size of the reads, then what is read. */
    static Stream<byte[]> seeds() {
        return Stream.of(
                new byte[] {1, 0, 0, 0, 0, 0},
                new byte[] {3, 0, 0, 0, 0, 2, 8, 7, 0, 0, 0, 0, 1, 9},
                new byte[] {9, 0, 0, 0, 0, 4, 8, 7},
                new byte[] {2, 1, 0, 0, 0, 1, 8},
                new byte[] {4, 7, 0, 0, 0, 1, 8},
                new byte[] {8, 0, -1, -1, -1, -1, 8});
    }

    @MethodSource("seeds")
    @FuzzTest
    void messagesDoNotDependOnHowTheyWereRead(byte[] data) {
        if (data.length < 1) {
            return;
        }
        byte[] stream = ByteString.copyFrom(data, 1, data.length - 1).toByteArray();
        List<String> whole = read(stream, Integer.MAX_VALUE);
        assertEquals(whole, read(stream, Math.max(1, data[0] & 0xff)));
        assertEquals(whole, read(stream, 1));
    }

    private static List<String> read(byte[] stream, int step) {
        MessageReader reader = new MessageReader(MAX_BYTES, FramingTest.NOBODY_HOLDS);
        List<String> messages = new ArrayList<>();
        try {
            for (int at = 0; at < stream.length; at += Math.min(step, stream.length - at)) {
                ByteBuffer in = ByteBuffer.wrap(stream, at, Math.min(step, stream.length - at));
                ByteBuffer message = reader.next(in);
                while (message != null) {
                    assertTrue(message.remaining() <= MAX_BYTES);
                    messages.add(HexFormat.of().formatHex(ByteString.copyFrom(message).toByteArray()));
                    message = reader.next(in);
                }
                assertEquals(0, in.remaining());
            }
            messages.add(reader.isInsideMessage() ? "cut" : "end");
        } catch (EtcdException refused) {
            messages.add(refused.text());
        }
        return messages;
    }
}
