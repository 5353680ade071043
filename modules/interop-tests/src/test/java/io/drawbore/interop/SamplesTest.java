package io.drawbore.interop;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples are built by a Maven of their own, as a third party would, and pass their own tests. */
@Tag("full")
class SamplesTest {
    @ParameterizedTest
    @ValueSource(strings = {"jsonl-feed", "mvstore-backend"})
    void aSampleIsBuiltAndPassesItsTests(final String name) {
        Samples.test(name);
    }
}
