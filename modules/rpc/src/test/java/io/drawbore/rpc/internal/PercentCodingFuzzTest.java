package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A text in a header is printable ASCII, and the text can be read from it. */
class PercentCodingFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of("etcdserver: key is not provided", "100 %", "zw\u00f6lf\n", "\uD83D\uDE00 + \0~\u007f")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aTextSurvivesTheHeader(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        String header = Statuses.percentEncode(text);
        assertTrue(header.matches("[ -~]*"), header);
        // to the decoder of forms a plus is a space
        assertEquals(text, URLDecoder.decode(header.replace("+", "%2B"), StandardCharsets.UTF_8));
    }
}
