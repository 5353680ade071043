package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
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
    void testsThatStartAtTheSameTimeUnpackOnce() throws Exception {
        put("bin/drawbore");
        final AtomicInteger opened = new AtomicInteger();
        final ClassLoader plain = thread.getContextClassLoader();
        thread.setContextClassLoader(new Counting(plain, opened));
        final Archive archive;
        try {
            archive = Archive.find(PLATFORM).orElseThrow();
        } finally {
            thread.setContextClassLoader(plain);
        }
        opened.set(0);
        final List<CompletableFuture<Path>> all = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> archive.unpacked(cache())))
                .limit(8)
                .toList();
        for (final CompletableFuture<Path> one : all) {
            assertTrue(Files.isExecutable(one.get().resolve("bin/drawbore")));
        }
        assertEquals(1, trees().size());
        assertEquals(1, opened.get());
    }

    @Test
    void oneThatNobodyHasUsedForAMonthGoesWithTheNextThatIsUnpacked() throws Exception {
        put("bin/drawbore");
        final Path old = Archive.find(PLATFORM).orElseThrow().unpacked(cache());
        setLastUse(old, Duration.ofDays(29));
        put("bin/drawbore", "conf/second.yaml");
        final Path second = Archive.find(PLATFORM).orElseThrow().unpacked(cache());
        assertTrue(Files.exists(old));
        final Path foreign = Files.createDirectory(cache().resolve("somebody's"));
        setLastUse(foreign, Duration.ofDays(31));

        setLastUse(old, Duration.ofDays(31));
        put("bin/drawbore", "conf/third.yaml");
        assertTrue(Files.exists(Archive.find(PLATFORM).orElseThrow().unpacked(cache())));
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(second));
        assertTrue(Files.exists(foreign));
    }

    @Test
    void aUseIsNoted() throws Exception {
        put("bin/drawbore");
        final Archive archive = Archive.find(PLATFORM).orElseThrow();
        final Path home = archive.unpacked(cache());
        setLastUse(home, Duration.ofDays(31));
        assertEquals(home, archive.unpacked(cache()));
        assertTrue(Files.getLastModifiedTime(home).toInstant().isAfter(Instant.now().minus(Duration.ofDays(1))));
    }

    private static void setLastUse(final Path folder, final Duration ago) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(ago)));
    }

    /** What is there but for the lock. */
    private List<String> trees() throws IOException {
        try (Stream<Path> all = Files.list(cache())) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".lock"))
                    .toList();
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
        assertEquals(List.of(), trees());
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

    /** Counts how often resources are opened. */
    private static final class Counting extends ClassLoader {
        private final AtomicInteger opened;

        Counting(final ClassLoader parent, final AtomicInteger opened) {
            super(parent);
            this.opened = opened;
        }

        @Override
        public URL getResource(final String name) {
            final URL plain = getParent().getResource(name);
            try {
                return new URL(null, plain.toExternalForm(), new URLStreamHandler() {
                    @Override
                    protected URLConnection openConnection(final URL counted) throws IOException {
                        opened.incrementAndGet();
                        return plain.openConnection();
                    }
                });
            } catch (final MalformedURLException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
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
