package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.eclipse.jetty.http.compression.HuffmanEncoder;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a connection begins with, nothing breaks, and nothing but the authority's value is touched. */
class AuthorityRepairFuzzTest {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String URL = "http://127.0.0.1:2379";

    /** First the size of the reads, then what follows the preface. */
    static Stream<byte[]> seeds() {
        byte[] plain = join(HexFormat.of().parseHex("838644022f6b41"), new byte[] {(byte) URL.length()},
                URL.getBytes(StandardCharsets.US_ASCII));
        ByteBuffer huffman = ByteBuffer.allocate(HuffmanEncoder.octetsNeeded(URL));
        HuffmanEncoder.encode(huffman, URL);
        byte[] packed = join(HexFormat.of().parseHex("83860001780179" + "3fe11f" + "41"),
                new byte[] {(byte) (0x80 | huffman.capacity())}, huffman.array());
        return Stream.of(
                join(new byte[] {0}, frame(4, 0, new byte[12]), frame(1, 4, plain)),
                join(new byte[] {0}, frame(1, 4, packed)),
                join(new byte[] {40}, frame(1, 0x2c, join(new byte[6], packed))),
                join(new byte[] {9}, frame(1, 4, plain)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void onlyTheAuthorityChanges(byte[] data) {
        if (data.length < 1) {
            return;
        }
        byte[] sent = join(PREFACE, ByteBuffer.wrap(data, 1, data.length - 1).slice());
        byte[] read = sent.clone();
        AuthorityRepair repair = new AuthorityRepair();
        int step = data[0] == 0 ? sent.length : data[0] & 0xff;
        for (int at = 0; at < read.length && !repair.isDone(); at += step) {
            repair.pass(ByteBuffer.wrap(read, at, Math.min(step, read.length - at)));
        }
        int first = 0;
        int last = sent.length - 1;
        while (first <= last && sent[first] == read[first]) {
            first++;
        }
        while (last >= first && sent[last] == read[last]) {
            last--;
        }
        if (first <= last) {
            assertTrue(first >= PREFACE.length + 9, "changed at " + first);
            byte[] again = read.clone();
            new AuthorityRepair().pass(ByteBuffer.wrap(again));
            assertEquals(HexFormat.of().formatHex(read), HexFormat.of().formatHex(again));
        }
    }

    private static byte[] frame(int type, int flags, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length).putInt(payload.length << 8 | type).put((byte) flags).putInt(1)
                .put(payload).array();
    }

    private static byte[] join(byte[] head, ByteBuffer tail) {
        byte[] rest = new byte[tail.remaining()];
        tail.get(rest);
        return join(head, rest);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
