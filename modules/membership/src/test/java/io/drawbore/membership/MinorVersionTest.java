package io.drawbore.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.MinorVersion;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MinorVersionTest {
    @Test
    void whatStandsBehindTheMinorVersionDoesNotCount() {
        assertEquals(MinorVersion.of("3.7.1"), MinorVersion.of("3.7.0-rc.1+x"));
        assertEquals("3.7.0", MinorVersion.of("3.7.1").orElseThrow().toString());
        assertTrue(new MinorVersion(3, 10).compareTo(new MinorVersion(3, 9)) > 0);
        assertTrue(new MinorVersion(4, 0).compareTo(new MinorVersion(3, 9)) > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3.7", "v3.7.1", "not_decided", "99999.1.1"})
    void aTextThatIsNoVersionIsNone(String text) {
        assertEquals(Optional.empty(), MinorVersion.of(text));
    }
}
