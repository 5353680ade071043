package io.drawbore.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.drawbore.api.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON of a member is read or refused; what was read survives a round trip. */
class MemberJsonFuzzTest {
    static Stream<byte[]> seeds() {
        Member member = new Member(-1, List.of("http://a:2380"), true, "\u00fc\"", List.of("http://a:2379"));
        return Stream.concat(
                Stream.of(member.toJson().toByteArray()),
                Stream.of(
                                "{\"id\":10276657743932975437,\"peerURLs\":[\"http://localhost:2380\"],\"name\":\"x\"}",
                                "{\"id\":1,\"peerURLs\":null,\"name\":null,\"isLearner\":null}",
                                "{\"id\":null}",
                                "{\"id\":{}}",
                                "{\"id\":1,\"name\":[]}",
                                "{\"id\":1,\"peerURLs\":{}}",
                                "{\"id\":1,\"peerURLs\":[null]}",
                                "{\"id\":1e3}",
                                "[]",
                                "null",
                                "[".repeat(5_000))
                        .map(text -> text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aMemberIsReadOrRefused(byte[] data) {
        try {
            Member member = Member.fromJson(ByteString.copyFrom(data));
            assertEquals(member, Member.fromJson(member.toJson()));
        } catch (StorageException refused) {
            assertTrue(String.valueOf(refused.getMessage()).startsWith("not the JSON of a member"), refused.toString());
        }
    }
}
