package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
    @TempDir
    Path libraries;

    @Test
    void aSystemWithoutGlibcIsToldSo() throws IOException {
        Files.createFile(libraries.resolve("ld-musl-x86_64.so.1"));
        final Path glibc = libraries.resolve("ld-linux-x86-64.so.2");
        final String refusal = assertThrows(
                        IllegalStateException.class, () -> Distribution.refuseMusl(libraries, List.of(glibc)))
                .getMessage();
        assertTrue(refusal.contains("is for glibc and can't start on this system, which has musl"), refusal);
        assertEquals(1, refusal.lines().count());

        Files.createFile(glibc);
        Distribution.refuseMusl(libraries, List.of(glibc));
        Distribution.refuseMusl(libraries.resolve("missing"), List.of());
    }

    @Test
    void aSystemWithoutAnArtifactIsNotSentForOne() {
        final String mac = Distribution.missing("osx-aarch_64");
        assertTrue(mac.contains("there is no artifact for this system"), mac);
        assertFalse(mac.contains("classifier"), mac);
        final String linux = Distribution.missing("linux-aarch_64");
        assertTrue(linux.contains("with the classifier linux-aarch_64"), linux);
    }
}
