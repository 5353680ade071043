package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How bytes become messages and texts become headers, without a network. */
final class FramingTest {
    static final HeldBytes.Share NOBODY_HOLDS = new HeldBytes(1 << 20).open(() -> {});

    @Test
    void messagesAreFoundHoweverTheirBytesAreCut() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<byte[]> messages = new ArrayList<>();
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                byte[] message = new byte[random.nextInt(4) == 0 ? random.nextInt(50_000) : random.nextInt(10)];
                random.nextBytes(message);
                messages.add(message);
                wire.writeBytes(ByteBuffer.allocate(5).putInt(1, message.length).array());
                wire.writeBytes(message);
            }
            assertEquals(0, cutAndRead(wire.toByteArray(), messages, random).remaining(), "seed " + seed);
        }
    }

    private static ByteBuffer cutAndRead(byte[] wire, List<byte[]> messages, Random random) {
        MessageReader reader = new MessageReader(50_000, NOBODY_HOLDS);
        ByteBuffer rest = ByteBuffer.wrap(wire);
        int read = 0;
        while (rest.hasRemaining()) {
            ByteBuffer part = rest.slice(rest.position(), Math.min(rest.remaining(), random.nextInt(1, 20_000)));
            rest.position(rest.position() + part.remaining());
            ByteBuffer message = reader.next(part);
            while (message != null) {
                byte[] bytes = new byte[message.remaining()];
                message.get(bytes);
                assertArrayEquals(messages.get(read), bytes);
                read++;
                message = reader.next(part);
            }
        }
        assertEquals(messages.size(), read);
        assertFalse(reader.isInsideMessage());
        return rest;
    }

    @Test
    void aMessageThatIsOnlyAnnouncedIsNotThereYet() {
        MessageReader reader = new MessageReader(100, NOBODY_HOLDS);
        assertNull(reader.next(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 9, 1})));
        assertTrue(reader.isInsideMessage());
    }

    @Test
    void lengthsAreUnsignedAndLimited() {
        EtcdException e = assertThrows(EtcdException.class,
                () -> new MessageReader(100, NOBODY_HOLDS).next(ByteBuffer.wrap(new byte[] {0, -1, -1, -1, -1})));
        assertEquals("grpc: received message larger than max (4294967295 vs. 100)", e.text());
        assertEquals(StatusCode.RESOURCE_EXHAUSTED, e.code());
    }

    @ParameterizedTest
    @CsvSource({"1, grpc: compressed flag set with identity or empty encoding",
            "7, grpc: received unexpected payload format 7"})
    void flagsThatWereNotAgreedOnAreRefused(byte flag, String text) {
        EtcdException e = assertThrows(EtcdException.class,
                () -> new MessageReader(100, NOBODY_HOLDS).next(ByteBuffer.wrap(new byte[] {flag, 0, 0, 0, 0})));
        assertEquals(text, e.text());
        assertEquals(StatusCode.INTERNAL, e.code());
    }

    @Test
    void timeoutsHaveAUnit() {
        assertEquals(TimeUnit.SECONDS.toNanos(5), GrpcTimeout.nanos("5S"));
        assertEquals(250_000_000, GrpcTimeout.nanos("250m"));
        assertEquals(17_000, GrpcTimeout.nanos("17u"));
        assertEquals(99_999_999, GrpcTimeout.nanos("99999999n"));
        assertEquals(TimeUnit.MINUTES.toNanos(3), GrpcTimeout.nanos("3M"));
        assertEquals(Long.MAX_VALUE, GrpcTimeout.nanos("99999999H"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "5", "5s", "123456789S", "-1S", "1.5S"})
    void aTimeoutThatIsNoneIsRefused(String header) {
        assertThrows(IllegalArgumentException.class, () -> GrpcTimeout.nanos(header));
    }

    @Test
    void textsAreEncodedForHeaders() {
        assertEquals("etcdserver: no leader", Statuses.percentEncode("etcdserver: no leader"));
        assertEquals("100 %25 gr%C3%B6%C3%9Fer%0A", Statuses.percentEncode("100 % größer\n"));
    }

    @Test
    void codesHaveGosNamesInMetrics() {
        assertEquals("OK", Statuses.metricName(StatusCode.OK));
        assertEquals("Canceled", Statuses.metricName(StatusCode.CANCELLED));
        assertEquals("DeadlineExceeded", Statuses.metricName(StatusCode.DEADLINE_EXCEEDED));
    }

    @Test
    void objectsAreFoundHoweverTheirTextIsCut() {
        byte[] text = " {\"a\":\"}\\\"{\"}\n{\"b\":{\"c\":[{}]}} {\"ö\":1".getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut < text.length; cut++) {
            List<String> objects = new ArrayList<>();
            JsonSplitter splitter = new JsonSplitter(100);
            splitter.feed(ByteBuffer.wrap(text, 0, cut), objects::add);
            splitter.feed(ByteBuffer.wrap(text, cut, text.length - cut), objects::add);
            assertEquals(List.of("{\"a\":\"}\\\"{\"}", "{\"b\":{\"c\":[{}]}}"), objects);
            assertEquals("{\"ö\":1", splitter.rest());
        }
        assertThrows(EtcdException.class, () -> new JsonSplitter(3).feed(ByteBuffer.wrap(text), object -> {}));
    }
}
