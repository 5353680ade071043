package io.drawbore.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What the build compares this module with belongs to the version that it says it is of. */
class ApiBaselineTest {
    @Test
    void whoBreaksTheApiRaisesItsMajorVersionAndMakesANewBaseline() throws IOException {
        try (JarFile jar = new JarFile(Path.of("src/baseline/drawbore-api.jar").toFile())) {
            final String said = jar.getManifest().getMainAttributes().getValue("Drawbore-Api");
            final ApiVersion baseline = ApiVersion.of(said).orElseThrow();
            assertEquals(
                    baseline.major(),
                    ApiVersion.CURRENT.major(),
                    () -> "make a new baseline: java module-api/src/baseline/Baseline.java");
            assertTrue(baseline.compareTo(ApiVersion.CURRENT) <= 0, () -> "the baseline is of a later API: " + said);
        }
    }
}
