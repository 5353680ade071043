package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drawbore.api.EtcdException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** However a stream is cut into reads, the same objects come out of it, none larger than allowed. */
class JsonSplitterFuzzTest {
    private static final int MAX_BYTES = 200;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "{}",
                        " {\"create_request\":{\"key\":\"Zm9v\"}}\n{\"progress_request\":{}} ",
                        "{\"a\":\"}\\\"{\"}{\"b\":[{}]}",
                        "[1][2]",
                        "}{",
                        "{\"a\":\"\u00e9\"",
                        "x".repeat(MAX_BYTES + 1))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void objectsDoNotDependOnHowTheyWereRead(byte[] data) {
        assertEquals(split(data, Math.max(1, data.length)), split(data, 1));
        assertEquals(split(data, Math.max(1, data.length)), split(data, 7));
    }

    private static List<String> split(byte[] stream, int step) {
        JsonSplitter splitter = new JsonSplitter(MAX_BYTES);
        List<String> objects = new ArrayList<>();
        try {
            for (int at = 0; at < stream.length; at += step) {
                splitter.feed(ByteBuffer.wrap(stream, at, Math.min(step, stream.length - at)), objects::add);
            }
            objects.add("rest " + splitter.rest());
        } catch (EtcdException tooLarge) {
            objects.add(tooLarge.text());
        }
        for (String object : objects) {
            // a byte that is no UTF-8 becomes a character of three
            assertTrue(object.length() <= MAX_BYTES + 5, object);
        }
        return objects;
    }
}
