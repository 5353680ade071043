package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ListenUrlTest {
    @Test
    void aPortOutOfRangeIsRefusedWithItsUrl() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ListenUrl.parse("http://127.0.0.1:65536"));
        assertEquals("listen URL http://127.0.0.1:65536 must have a port from 0 to 65535", refused.getMessage());
    }
}
