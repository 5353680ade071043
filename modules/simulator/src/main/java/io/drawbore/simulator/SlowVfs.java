package io.drawbore.simulator;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk whose syncs take their time.
 *
 * @param inner the disk
 * @param synced told at each sync of a file or a folder, which is then done
 */
record SlowVfs(Vfs inner, Runnable synced) implements Vfs {
    @Override
    public VfsFile open(Path file, Mode mode) throws IOException {
        return new SlowFile(inner.open(file, mode), synced);
    }

    @Override
    public boolean exists(Path file) {
        return inner.exists(file);
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return inner.list(folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        inner.createFolder(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        inner.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        inner.delete(file);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        synced.run();
        inner.syncFolder(folder);
    }

    private record SlowFile(VfsFile file, Runnable synced) implements VfsFile {
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
            synced.run();
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
