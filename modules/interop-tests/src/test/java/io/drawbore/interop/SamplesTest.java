package io.drawbore.interop;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples are built by a Maven of their own, as a third party would, and pass their own tests. */
@Tag("full")
class SamplesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"jsonl-feed", "mvstore-backend"})
    void aSampleIsBuiltAndPassesItsTests(final String name) throws IOException {
        Samples.test(name, folder);
    }
}
