package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A distribution on the class path, with two files in place of the many. */
class ArchiveTest {
    private static final String PLATFORM = "linux-x86_64";

    @TempDir
    Path folder;

    private final Thread thread = Thread.currentThread();
    private final ClassLoader before = thread.getContextClassLoader();

    @BeforeEach
    void classPath() throws IOException {
        final URL[] path = {Files.createDirectory(folder.resolve("jar")).toUri().toURL()};
        thread.setContextClassLoader(new URLClassLoader(path, before));
    }

    @AfterEach
    void closeClassPath() throws IOException {
        ((URLClassLoader) thread.getContextClassLoader()).close();
        thread.setContextClassLoader(before);
    }

    @Test
    void isUnpackedOnceAndItsProgramsAreOnes() throws Exception {
        put("bin/drawbore", "conf/drawbore.yaml");
        final Archive archive = Archive.find(PLATFORM).orElseThrow();

        final Path home = archive.unpacked(cache());
        assertTrue(Files.isExecutable(home.resolve("bin/drawbore")));
        assertFalse(Files.isExecutable(home.resolve("conf/drawbore.yaml")));

        Files.writeString(home.resolve("mark"), "the same folder");
        assertEquals(home, archive.unpacked(cache()));
        assertTrue(Files.exists(home.resolve("mark")));
    }

    @Test
    void whoeverIsSlowerTakesWhatIsThere() throws Exception {
        put("bin/drawbore");
        final Archive archive = Archive.find(PLATFORM).orElseThrow();
        final List<CompletableFuture<Path>> all = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> archive.unpacked(cache())))
                .limit(8)
                .toList();
        for (final CompletableFuture<Path> one : all) {
            assertTrue(Files.isExecutable(one.get().resolve("bin/drawbore")));
        }
        try (Stream<Path> left = Files.list(cache())) {
            assertEquals(1, left.count());
        }
    }

    @Test
    void aDamagedOneIsRefused() throws Exception {
        put("bin/drawbore");
        Files.writeString(resource(".zip.sha256"), "0".repeat(64) + "  " + PLATFORM + ".zip\n");
        final Archive archive = Archive.find(PLATFORM).orElseThrow();
        final IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> archive.unpacked(cache()));
        assertTrue(refused.getMessage().contains("is damaged: its SHA-256 is "), refused.getMessage());
        try (Stream<Path> left = Files.list(cache())) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void anEntryThatLeadsOutOfTheFolderIsRefused() throws Exception {
        put("../escaped");
        final Archive archive = Archive.find(PLATFORM).orElseThrow();
        final UncheckedIOException refused =
                assertThrows(UncheckedIOException.class, () -> archive.unpacked(cache()));
        assertTrue(refused.getMessage().contains("entry ../escaped leads out of the folder"), refused.getMessage());
        assertFalse(Files.exists(cache().resolve("escaped")));
    }

    @Test
    void thereIsNoneForAnotherPlatform() throws Exception {
        put("bin/drawbore");
        assertTrue(Archive.find("plan9-m68k").isEmpty());
    }

    private Path cache() {
        return folder.resolve("cache");
    }

    private Path resource(final String ending) {
        return folder.resolve("jar/io/drawbore/distribution/" + PLATFORM + ending);
    }

    private void put(final String... files) throws Exception {
        Files.createDirectories(resource("").getParent());
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(resource(".zip")))) {
            for (final String file : files) {
                zip.putNextEntry(new ZipEntry(file));
                zip.write(file.getBytes(StandardCharsets.UTF_8));
            }
        }
        final byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(resource(".zip")));
        Files.writeString(resource(".zip.sha256"), HexFormat.of().formatHex(sum) + "  " + PLATFORM + ".zip\n");
    }
}
