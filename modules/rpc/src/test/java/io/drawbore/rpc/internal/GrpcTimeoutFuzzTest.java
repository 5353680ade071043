package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A timeout is a number of nanoseconds or refused with a text; nothing else comes of any header. */
class GrpcTimeoutFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of("1S", "99999999H", "0n", "12345678m", "5M", "7u", "S", "1x", "-1S", "123456789S", "\u0661S")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aTimeoutIsReadOrRefused(byte[] data) {
        String header = new String(data, StandardCharsets.UTF_8);
        try {
            assertTrue(GrpcTimeout.nanos(header) >= 0);
            assertTrue(header.matches("[0-9]{1,8}[HMSmun]"), header);
        } catch (IllegalArgumentException refused) {
            assertTrue(String.valueOf(refused.getMessage()).contains("\""), refused.toString());
        }
    }
}
