package io.drawbore.server;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A disk whose syncs block, from when a test says so until it says that they go on. */
final class HaltingVfs implements Vfs {
    private final Vfs disk;
    private final CountDownLatch halted = new CountDownLatch(1);
    private volatile @Nullable CountDownLatch gate;

    HaltingVfs(Vfs disk) {
        this.disk = disk;
    }

    /** The next sync blocks. */
    void halt() {
        gate = new CountDownLatch(1);
    }

    /** Waits until one does. */
    void awaitHalted() {
        await(halted);
    }

    /** Lets it and all others go on. */
    void goOn() {
        CountDownLatch closed = gate;
        gate = null;
        if (closed != null) {
            closed.countDown();
        }
    }

    private void pass() {
        CountDownLatch closed = gate;
        if (closed != null) {
            halted.countDown();
            await(closed);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public VfsFile open(Path file, Mode mode) throws IOException {
        return new HaltingFile(disk.open(file, mode));
    }

    @Override
    public boolean exists(Path file) {
        return disk.exists(file);
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        disk.createFolder(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        disk.syncFolder(folder);
    }

    private final class HaltingFile implements VfsFile {
        private final VfsFile file;

        HaltingFile(VfsFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            file.write(from, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            pass();
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
