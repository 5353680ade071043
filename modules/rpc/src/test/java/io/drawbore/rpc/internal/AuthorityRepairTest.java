package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.eclipse.jetty.http.compression.HuffmanEncoder;
import org.eclipse.jetty.util.HostPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that a connection reads, before and after. */
final class AuthorityRepairTest {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final String BROKEN = "http://127.0.0.1:2379";
    private static final String REPAIRED = "httpvuu127.0.0.1v2379";

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:2379,httpvuu127.0.0.1v2379", "https://etcd-0.svc:2379,httpsvuuetcd-0.svcv2379",
            "http://[::1]:2379,httpvuu~vv1~v2379", "http://127.0.0.1:2379/,httpvuu127.0.0.1v2379u"})
    void aUrlBecomesAHostName(String sent, String read) {
        assertDoesNotThrow(() -> new HostPort(read));
        for (boolean huffman : new boolean[] {true, false}) {
            for (int kind : new int[] {0x41, 0x01, 0x11}) {
                byte[] expected = connection(block(kind, read, huffman));
                assertArrayEquals(expected, pass(connection(block(kind, sent, huffman))));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:2379", "etcd", "http", "https:2379", "[::1]:2379", "unix://a:2379", "http://",
            "", "http://a@b:2379", "http://ä:2379"})
    void otherAuthoritiesStay(String authority) {
        assertStays(connection(block(0x41, authority, false)));
        if (HuffmanEncoder.octetsNeeded(authority) >= 0) {
            assertStays(connection(block(0x41, authority, true)));
        }
    }

    @Test
    void paddingAndPriorityArePassedOver() {
        byte[] padded = join(new byte[] {3}, block(0x41, BROKEN, true), new byte[3]);
        byte[] both = join(new byte[] {3, 0, 0, 0, 0, 9}, block(0x41, BROKEN, true), new byte[3]);
        byte[] repaired = block(0x41, REPAIRED, true);
        assertArrayEquals(join(PREFACE, frame(HEADERS, 0xc, join(new byte[] {3}, repaired, new byte[3]))),
                pass(join(PREFACE, frame(HEADERS, 0xc, padded))));
        assertArrayEquals(
                join(PREFACE, frame(HEADERS, 0x2c, join(new byte[] {3, 0, 0, 0, 0, 9}, repaired, new byte[3]))),
                pass(join(PREFACE, frame(HEADERS, 0x2c, both))));
    }

    @Test
    void theSameBytesElsewhereStay() {
        byte[] block = block(0x41, BROKEN, true);
        assertStays(join(PREFACE, frame(SETTINGS, 0, new byte[0]), frame(DATA, 0, block)));
        assertStays(join(PREFACE, frame(HEADERS, 4, block(0x41, "etcd", true)), frame(DATA, 0, block),
                frame(HEADERS, 4, block)));
        // In another header's value, and without HTTP/2.
        assertStays(join(PREFACE, frame(HEADERS, 4, join(new byte[] {0x44, (byte) block.length}, block))));
        assertStays(join("POST / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), connection(block)));
    }

    @Test
    void howeverTheReadsAreCutTheValueIsRepairedOrStays() {
        byte[] sent = connection(block(0x41, BROKEN, true));
        byte[] repaired = connection(block(0x41, REPAIRED, true));
        int payload = sent.length - block(0x41, BROKEN, true).length;
        int valueEnd = sent.length - 2;
        for (int cut = 1; cut < sent.length; cut++) {
            byte[] read = sent.clone();
            AuthorityRepair repair = new AuthorityRepair();
            repair.pass(ByteBuffer.wrap(read, 0, cut));
            repair.pass(ByteBuffer.wrap(read, cut, sent.length - cut));
            assertArrayEquals(cut <= payload || cut >= valueEnd ? repaired : sent, read, "cut at " + cut);
        }
    }

    @Test
    void lookingEndsWithTheFirstHeaders() {
        AuthorityRepair repair = new AuthorityRepair();
        repair.pass(ByteBuffer.wrap(join(PREFACE, frame(SETTINGS, 0, new byte[6]))));
        assertFalse(repair.isDone());
        repair.pass(ByteBuffer.wrap(frame(HEADERS, 4, block(0x41, "etcd", true))));
        assertTrue(repair.isDone());
    }

    @Test
    void brokenBlocksAreLeftToTheDecoder() {
        // An integer without an end, a Huffman code without one, a string longer than its frame.
        for (String block : new String[] {"ff8080808080", "4184ffffffff", "41ff01", "0005", "41", "0f"}) {
            assertStays(join(PREFACE, frame(HEADERS, 4, HexFormat.of().parseHex(block))));
        }
        assertStays(join(PREFACE, frame(HEADERS, 0x28, new byte[2])));
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(60)];
            random.nextBytes(garbage);
            assertStays(join(PREFACE, frame(HEADERS, random.nextInt(256), garbage)));
        }
    }

    private static void assertStays(byte[] sent) {
        assertArrayEquals(sent, pass(sent));
    }

    private static byte[] pass(byte[] sent) {
        byte[] read = sent.clone();
        new AuthorityRepair().pass(ByteBuffer.wrap(read));
        return read;
    }

    /** POST, http, a path, a header by its name, a change of the table's size, the authority, a header by its index. */
    private static byte[] block(int kind, String authority, boolean huffman) {
        byte[] before = HexFormat.of().parseHex("8386" + "44022f6b" + "000178017a" + "3fe11f");
        byte[] after = HexFormat.of().parseHex("9091");
        return join(before, new byte[] {(byte) kind}, string(authority, huffman), after);
    }

    private static byte[] string(String value, boolean huffman) {
        if (!huffman) {
            byte[] plain = value.getBytes(StandardCharsets.ISO_8859_1);
            return join(new byte[] {(byte) plain.length}, plain);
        }
        ByteBuffer encoded = ByteBuffer.allocate(HuffmanEncoder.octetsNeeded(value));
        HuffmanEncoder.encode(encoded, value);
        assertEquals(0, encoded.remaining());
        return join(new byte[] {(byte) (0x80 | encoded.capacity())}, encoded.array());
    }

    private static byte[] connection(byte[] block) {
        return join(PREFACE, frame(SETTINGS, 0, new byte[12]), frame(HEADERS, 4, block));
    }

    private static byte[] frame(int type, int flags, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length).putInt(payload.length << 8 | type).put((byte) flags).putInt(1)
                .put(payload).array();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
