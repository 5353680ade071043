package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path common;

    @Test
    void goesWithAllThatIsInIt() throws IOException {
        try (RunFolder folder = RunFolder.open(common)) {
            Files.createDirectories(folder.path().resolve("m/data"));
            Files.writeString(folder.path().resolve("m/data/file"), "text");
        }
        try (Stream<Path> left = Files.list(common)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void thatOfADeadJvmIsSweptAndThatOfALivingOneIsNot() throws IOException {
        final Path dead = Files.createDirectories(common.resolve("run-dead/m"));
        final Path lock = Files.createFile(common.resolve("run-dead.lock"));
        try (RunFolder living = RunFolder.open(common)) {
            assertFalse(Files.exists(dead));
            assertFalse(Files.exists(lock));
            try (RunFolder next = RunFolder.open(common)) {
                assertTrue(Files.isDirectory(living.path()));
                assertTrue(Files.isDirectory(next.path()));
            }
        }
    }
}
