package io.drawbore.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoValuesTest {
    @ParameterizedTest
    @CsvSource({"1,true", "t,true", "T,true", "TRUE,true", "True,true", "0,false", "f,false", "F,false", "False,false"})
    void booleansAreGos(final String text, final boolean value) throws Kind.BadValue {
        assertEquals(value, GoValues.bool(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "on", "tRue", "2", " true"})
    void otherWordsAreNoBooleans(final String text) {
        assertThrows(Kind.BadValue.class, () -> GoValues.bool(text));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "10000,10000", "0x10,16", "0b101,5", "0o17,15", "017,15", "1_000,1000",
        "9223372036854775807,9223372036854775807"})
    void numbersAreGos(final String text, final long value) throws Kind.BadValue {
        assertEquals(value, GoValues.unsigned(text, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.5", "1e3", "08", "_1", "1_", "1__0", "0x", "ten", "9223372036854775808"})
    void otherTextsAreNoNumbers(final String text) {
        assertThrows(Kind.BadValue.class, () -> GoValues.unsigned(text, Long.MAX_VALUE));
    }

    @Test
    void aNumberOfThousandsOfDigitsIsOutOfRangeAndNoStackOverflow() {
        final String digits = "0_7".repeat(20_000);
        final var refused = assertThrows(Kind.BadValue.class, () -> GoValues.unsigned(digits, Long.MAX_VALUE));
        assertEquals("value out of range", refused.why());
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1ns,1", "2us,2000", "2µs,2000", "100ms,100000000", "1.5s,1500000000", ".5s,500000000",
        "1h2m3s,3723000000000", "-1s,-1000000000", "+1s,1000000000"})
    void durationsAreGos(final String text, final long nanos) throws Kind.BadValue {
        assertEquals(Duration.ofNanos(nanos), GoValues.duration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "s", "1 s", "1s2", "1d", "--1s", ".s", "300000h300000000h"})
    void otherTextsAreNoDurations(final String text) {
        assertThrows(Kind.BadValue.class, () -> GoValues.duration(text));
    }
}
