package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A listen URL is an address to bind or refused in one line that names it. Seeds have no host to be looked up. */
class ListenUrlFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "http://127.0.0.1:2379",
                        "http://localhost:0/",
                        "http://[::1]:2379",
                        "http://[fe80::1%25lo]:1",
                        "http://0.0.0.0:65535",
                        "http://127.0.0.1",
                        "http://127.0.0.1:65536",
                        "http://127.0.0.1:1/x",
                        "http:2379",
                        "https://127.0.0.1:2379",
                        "unix://socket",
                        "127.0.0.1:2379",
                        "http://[",
                        "")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aListenUrlIsReadOrRefusedByName(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            ListenUrl url = ListenUrl.parse(text);
            assertEquals(text, url.url());
            assertFalse(url.address().isUnresolved());
        } catch (IllegalArgumentException refused) {
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.startsWith("listen URL " + text), message);
        }
    }
}
