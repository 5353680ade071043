package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.MinorVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdVersionTest {
    @Test
    void aVersionIsSaidWithOrWithoutItsPatch() {
        assertEquals(EtcdVersion.NEWEST, EtcdVersion.of("3.7"));
        assertEquals("3.7.1", EtcdVersion.of("3.7").toString());
        assertEquals("3.7.0", EtcdVersion.of("3.7.0").toString());
        assertEquals("3.6.16", EtcdVersion.of("3.6").toString());
        assertEquals("3.6.4", EtcdVersion.of("3.6.4").toString());
        assertEquals(new MinorVersion(3, 6), EtcdVersion.of("3.6.4").minor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3.5", "3.5.21", "3.8", "4.6", "v3.6", "3.6-rc.1", "3.6.", "3.6.1.2", "newest"})
    void anyOtherIsRefusedWithThoseThatThereAre(String said) {
        assertEquals(
                "\"" + said + "\" is no version that a member can be of; there are: 3.6, 3.7",
                assertThrows(IllegalArgumentException.class, () -> EtcdVersion.of(said))
                        .getMessage());
    }
}
