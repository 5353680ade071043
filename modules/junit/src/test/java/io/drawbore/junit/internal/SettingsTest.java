package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void whatTheExtensionDecidesIsNoFlag() {
        assertEquals("--data-dir is for the Drawbore extension to decide", refusal("--data-dir=here"));
        assertEquals("--listen-client-urls is for the Drawbore extension to decide", refusal("-listen-client-urls"));
        assertEquals(
                "--log-level=error: the Drawbore extension reads the member's log; give info or debug",
                refusal("--log-level=error"));
    }

    @Test
    void anOptionWithABlankWouldBeTwo() {
        final String refused = assertThrows(
                        IllegalArgumentException.class, () -> settings(List.of(), List.of("-Da=b c")))
                .getMessage();
        assertEquals("Java option \"-Da=b c\" has a blank in it", refused);
    }

    private static String refusal(final String flag) {
        return String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> settings(List.of(flag), List.of()))
                .getMessage());
    }

    private static Settings settings(final List<String> flags, final List<String> javaOptions) {
        return new Settings(Optional.empty(), Optional.empty(), flags, javaOptions, Duration.ofSeconds(1));
    }
}
