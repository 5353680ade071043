package io.drawbore.junit.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of this JVM's members, {@code run-<random>}, with a file beside it that is locked for as long as the JVM
 * lives. Whoever can lock such a file of another knows that its JVM is gone, and deletes what it left: process ids
 * would say less, since containers that share a folder don't share them.
 */
final class RunFolder implements AutoCloseable {
    private static final String PREFIX = "run-";
    private static final String LOCK = ".lock";

    /** A system property: the names of the folders that this JVM has. */
    private static final String HELD = "drawbore.junit.held";

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
        final String name = PREFIX + UUID.randomUUID();
        final Path lockFile = common.resolve(name + LOCK);
        // before it is there for anybody to open
        hold(name);
        final FileChannel channel =
                FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        final FileLock lock = channel.tryLock();
        if (lock == null || !Files.exists(lockFile)) {
            channel.close();
            letGo(name);
            return null;
        }
        return new RunFolder(Files.createDirectory(common.resolve(name)), lockFile, channel);
    }

    // ---- what this JVM holds, whichever class loader has this class: POSIX drops a process's lock on a file as soon
    // ---- as one of its channels for it is closed

    private static void hold(final String name) {
        System.getProperties().merge(HELD, name, (before, one) -> before + " " + one);
    }

    private static void letGo(final String name) {
        System.getProperties()
                .computeIfPresent(
                        HELD,
                        (key, before) -> Stream.of(before.toString().split(" "))
                                .filter(one -> !one.equals(name))
                                .collect(Collectors.joining(" ")));
    }

    private static boolean isHeld(final String name) {
        return List.of(System.getProperty(HELD, "").split(" ")).contains(name);
    }

    // ---- sweeping

    private static void sweep(final Path common) throws IOException {
        final List<String> names;
        try (Stream<Path> all = Files.list(common)) {
            names = all.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(PREFIX))
                    .toList();
        } catch (final UncheckedIOException unreadable) {
            throw new IOException(unreadable.getMessage(), unreadable);
        }
        for (final String name : names) {
            if (!name.endsWith(LOCK)) {
                sweepWithoutLock(common.resolve(name));
            } else if (!isHeld(name.substring(0, name.length() - LOCK.length()))) {
                sweepOne(common.resolve(name));
            }
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
            // of this very JVM, by a class loader with an older version of this class, or one that sweeps as well
            return;
        } catch (final IOException somebodyElse) {
            // who sweeps at the same time, or another user: what is left is found at the next start
            return;
        }
    }

    /** A file was there before its folder was made, and stays until that is deleted: without one it is nobody's. */
    private static void sweepWithoutLock(final Path folder) {
        if (Files.exists(folder.resolveSibling(folder.getFileName() + LOCK))) {
            return;
        }
        try {
            delete(folder);
        } catch (final IOException somebodyElse) {
            // as above
            return;
        }
    }

    /** Deletes a folder with all that is in it, as far as it is still there. */
    static void delete(final Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
                    throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(final Path file, final IOException failed) throws IOException {
                // a member that is about to end deletes files too
                if (failed instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failed;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path visited, final @Nullable IOException failed)
                    throws IOException {
                if (failed != null && !(failed instanceof NoSuchFileException)) {
                    throw failed;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
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
        } finally {
            letGo(path.getFileName().toString());
        }
    }
}
