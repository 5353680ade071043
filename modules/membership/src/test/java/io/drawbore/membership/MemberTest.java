package io.drawbore.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.drawbore.api.StorageException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberTest {
    @Test
    void aFieldThatIsNullIsNotThere() {
        assertEquals(
                new Member(1, List.of(), false, "", List.of()),
                member("{\"id\":1,\"peerURLs\":null,\"isLearner\":null,\"name\":null,\"clientURLs\":null}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"id\":null}", "{\"id\":{}}", "{\"id\":1,\"name\":{}}", "{\"id\":1,\"peerURLs\":[null]}",
        "{\"id\":1,\"peerURLs\":[{}]}"
    })
    void aValueOfAnotherKindIsRefusedAsNoMember(String json) {
        assertThrows(StorageException.class, () -> member(json));
    }

    private static Member member(String json) {
        return Member.fromJson(ByteString.copyFromUtf8(json));
    }
}
