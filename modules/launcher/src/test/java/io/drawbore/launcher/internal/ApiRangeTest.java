package io.drawbore.launcher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.ApiVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiRangeTest {
    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0, true",
        "1.0, 1.7, true",
        "1.3, 1.2, false",
        "1.0, 2.0, false",
        "2.0, 1.9, false",
        "1.0-1.4, 1.4, true",
        "1.0-1.4, 1.5, false",
        "1.2-1.4, 1.1, false",
        "1.0-2.1, 2.0, true",
    })
    void aRangeFitsOrSaysWhyNot(final String range, final String here, final boolean fits) {
        assertEquals(
                fits,
                ApiRange.of(range)
                        .orElseThrow()
                        .mistake(ApiVersion.of(here).orElseThrow())
                        .isEmpty());
    }

    @Test
    void whoIsTooNewIsToldToTakeANewerDrawbore() {
        final String mistake =
                ApiRange.of("1.9").orElseThrow().mistake(new ApiVersion(1, 2)).orElseThrow();
        assertTrue(mistake.contains("API 1.9") && mistake.contains("has 1.2") && mistake.contains("newer Drawbore"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.x", "1.4-1.0", "1.0-", "-1.0", "1.0-1.1-1.2", "01.0"})
    void whatIsNoRangeIsNone(final String text) {
        assertTrue(ApiRange.of(text).isEmpty());
    }
}
