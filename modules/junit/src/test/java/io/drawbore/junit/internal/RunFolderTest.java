package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    private static final int FILES = 200;
    private static final int ROUNDS = 200;

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

    /** As of a member that was being started when its JVM ended. */
    @Test
    void aFolderWithoutALockFileIsSwept() throws IOException {
        final Path orphan = Files.createDirectories(common.resolve("run-orphan/m/data"));
        Files.writeString(orphan.resolve("file"), "text");
        try (RunFolder living = RunFolder.open(common)) {
            assertFalse(Files.exists(common.resolve("run-orphan")));
            assertTrue(Files.isDirectory(living.path()));
        }
    }

    /** It opened the first one's lock file, and closed it, with which POSIX drops the lock. */
    @Test
    void anotherClassLoaderOfTheSameJvmDropsNoLock() throws Exception {
        try (RunFolder living = RunFolder.open(common)) {
            final Path lock = common.resolve(living.path().getFileName() + ".lock");
            final URL[] classes = {
                RunFolder.class.getProtectionDomain().getCodeSource().getLocation()
            };
            try (URLClassLoader another = new URLClassLoader(classes, null)) {
                final Method open =
                        another.loadClass(RunFolder.class.getName()).getDeclaredMethod("open", Path.class);
                open.setAccessible(true);
                try (AutoCloseable second = (AutoCloseable) open.invoke(null, common)) {
                    assertTrue(Files.isDirectory(living.path()), second.toString());
                    assertTrue(isLockedForOthers(lock));
                }
            }
            assertTrue(isLockedForOthers(lock));
        }
    }

    /** A JVM that sweeps the folder that it is told. */
    static final class Sweep {
        private Sweep() {}

        public static void main(final String[] args) {
            RunFolder.open(Path.of(args[0])).close();
        }
    }

    private boolean isLockedForOthers(final Path lock) throws Exception {
        final Process sweep = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sweep.class.getName(),
                        common.toString())
                .inheritIO()
                .start();
        assertEquals(0, sweep.waitFor());
        return Files.exists(lock);
    }

    /** The walk over its files threw what nobody caught. */
    @Test
    void whatAMemberDeletesMeanwhileIsGoneAllTheSame() throws Exception {
        final Path data = common.resolve("m/data");
        final AtomicBoolean enough = new AtomicBoolean();
        final CompletableFuture<Void> member = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                try {
                    Files.createDirectories(data);
                    for (int i = 0; i < FILES; i++) {
                        Files.createFile(data.resolve("file-" + i));
                    }
                    for (int i = FILES - 1; i >= 0; i--) {
                        Files.deleteIfExists(data.resolve("file-" + i));
                    }
                } catch (final IOException deletedMeanwhile) {
                    continue;
                }
            }
        });
        try {
            for (int i = 0; i < ROUNDS; i++) {
                while (!Files.isDirectory(data)) {
                    Thread.onSpinWait();
                }
                try {
                    RunFolder.delete(common.resolve("m"));
                } catch (final DirectoryNotEmptyException written) {
                    // one that is not about to end can be faster, and whoever deletes is told
                    continue;
                }
            }
        } finally {
            enough.set(true);
            member.get();
        }
        RunFolder.delete(common.resolve("m"));
        assertFalse(Files.exists(common.resolve("m")));
    }
}
