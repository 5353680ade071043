package io.drawbore.server.internal;

import io.drawbore.api.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A member's data dir, held against any other process for as long as this is open.
 *
 * <pre>
 * data-dir/member/drawbore.lock   locked by the process that runs
 * data-dir/member/wal/            the log, unless --wal-dir puts it elsewhere
 * data-dir/member/store/          the store
 * data-dir/member/outgoing/       snapshots that are being sent
 * data-dir/member/incoming/       snapshots that other members are sending
 * data-dir/member/new-cluster     there while a new cluster is being forced
 * </pre>
 */
public final class DataDir implements AutoCloseable {
    private static final String STORE = "store";

    private final Path log;
    private final Path store;
    private final Path snapshots;
    private final Path incoming;
    private final Path newCluster;
    private final @Nullable FileChannel lockFile;

    private DataDir(Path member, @Nullable FileChannel lockFile) {
        this.log = member.resolve("wal");
        this.store = member.resolve(STORE);
        this.snapshots = member.resolve("outgoing");
        this.incoming = member.resolve("incoming");
        this.newCluster = member.resolve("new-cluster");
        this.lockFile = lockFile;
    }

    /**
     * Makes what is missing, readable by the owner only, and takes the lock.
     *
     * @throws StorageException where the folder cannot be used, holds an etcd's own data, or is in use
     */
    public static DataDir open(Path dataDir) {
        Path member = dataDir.resolve("member");
        if (holdsEtcds(member)) {
            throw new StorageException("data dir " + dataDir
                    + " holds the data of an etcd (member/snap/db), which is not read here; choose another --data-dir");
        }
        try {
            Files.createDirectories(
                    member.resolve(STORE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return new DataDir(member, lock(dataDir, member.resolve("drawbore.lock")));
        } catch (IOException e) {
            throw new StorageException("data dir " + dataDir + " cannot be used: " + reason(e)
                    + "; mend that or choose another --data-dir", e);
        }
    }

    /**
     * Takes the lock of one that is there.
     *
     * @throws StorageException where it isn't, holds an etcd's own data, or is in use
     */
    public static DataDir openExisting(Path dataDir) {
        Path member = dataDir.resolve("member");
        if (!holdsEtcds(member) && !Files.isDirectory(member.resolve(STORE))) {
            throw new StorageException("stat " + member.resolve(STORE) + ": no such file or directory");
        }
        return open(dataDir);
    }

    private static boolean holdsEtcds(Path member) {
        return Files.exists(member.resolve("snap").resolve("db"));
    }

    /** One of a disk that is not the machine's, and so nobody else's. */
    public static DataDir simulated(Path dataDir) {
        return new DataDir(dataDir.resolve("member"), null);
    }

    private static FileChannel lock(Path dataDir, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new StorageException("data dir " + dataDir
                    + " is in use by another process; stop that one or choose another --data-dir");
        }
        return channel;
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException refused && refused.getReason() != null) {
            return refused.getFile() + ": " + refused.getReason();
        }
        return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
    }

    /** The log's folder, unless it was put elsewhere. */
    public Path log() {
        return log;
    }

    /** The store's folder. */
    public Path store() {
        return store;
    }

    /** The folder of snapshots that are being sent; may not exist yet. */
    public Path snapshots() {
        return snapshots;
    }

    /** The folder of snapshots that come from other members; may not exist yet. */
    public Path incoming() {
        return incoming;
    }

    /** The file that is there while a new cluster is being forced. */
    public Path newCluster() {
        return newCluster;
    }

    @Override
    public void close() {
        if (lockFile == null) {
            return;
        }
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new StorageException("the lock of the data dir could not be let go: " + e.getMessage(), e);
        }
    }
}
