package io.drawbore.junit.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of this JVM's members, {@code run-<random>}, with a file beside it that is locked for as long as the JVM
 * lives. Whoever can lock such a file of another knows that its JVM is gone, and deletes what it left: process ids
 * would say less, since containers that share a folder don't share them.
 */
final class RunFolder implements AutoCloseable {
    private static final String LOCK = ".lock";

    private final Path path;
    private final Path lockFile;
    private final FileChannel channel;

    private RunFolder(final Path path, final Path lockFile, final FileChannel channel) {
        this.path = path;
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /** The folder that holds those of all JVMs of this user. */
    static Path common() {
        return Path.of(System.getProperty("java.io.tmpdir"), "drawbore-junit-" + System.getProperty("user.name"));
    }

    /** Deletes what dead JVMs left, and makes a folder for this one. */
    static RunFolder open(final Path common) {
        try {
            Files.createDirectories(common);
            sweep(common);
            while (true) {
                final RunFolder made = make(common);
                if (made != null) {
                    return made;
                }
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException("no folder for members of Drawbore in " + common + ": "
                    + failed.getMessage(), failed);
        }
    }

    /** Nothing where somebody who swept took the new file for one of the dead. */
    private static @Nullable RunFolder make(final Path common) throws IOException {
        final String name = "run-" + UUID.randomUUID();
        final Path lockFile = common.resolve(name + LOCK);
        final FileChannel channel =
                FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        final FileLock lock = channel.tryLock();
        if (lock == null || !Files.exists(lockFile)) {
            channel.close();
            return null;
        }
        return new RunFolder(Files.createDirectory(common.resolve(name)), lockFile, channel);
    }

    private static void sweep(final Path common) throws IOException {
        final List<Path> locks;
        try (Stream<Path> all = Files.list(common)) {
            locks = all.filter(file -> file.toString().endsWith(LOCK)).toList();
        }
        for (final Path lockFile : locks) {
            sweepOne(lockFile);
        }
    }

    private static void sweepOne(final Path lockFile) {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                final String name = lockFile.getFileName().toString();
                delete(lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length())));
                Files.deleteIfExists(lockFile);
            }
        } catch (final OverlappingFileLockException ours) {
            // of this very JVM, by another class loader
            return;
        } catch (final IOException somebodyElse) {
            // who sweeps at the same time, or another user: what is left is found at the next start
            return;
        }
    }

    /** Deletes a folder with all that is in it; harmless where it is not there. */
    static void delete(final Path folder) throws IOException {
        final List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        } catch (final NoSuchFileException gone) {
            return;
        }
        for (final Path one : all) {
            Files.deleteIfExists(one);
        }
    }

    Path path() {
        return path;
    }

    /** Deletes it; its members have ended. */
    @Override
    public void close() {
        try (FileChannel held = channel) {
            delete(path);
            Files.deleteIfExists(lockFile);
            held.force(false);
        } catch (final IOException left) {
            System.err.println("drawbore: " + path + " could not be deleted, and will be at the next start: " + left);
        }
    }
}
