package io.drawbore.testkit;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A disk that passes everything on to another; a test's own changes what it is about. */
public class PassedOnVfs implements Vfs {
    private final Vfs inner;

    /** Passes on to a disk. */
    public PassedOnVfs(Vfs inner) {
        this.inner = inner;
    }

    @Override
    public VfsFile open(Path file, Mode mode) throws IOException {
        return inner.open(file, mode);
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
        inner.syncFolder(folder);
    }

    /** A file that passes everything on to another. */
    public static class PassedOnFile implements VfsFile {
        private final VfsFile inner;

        /** Passes on to a file, which ends with this one. */
        public PassedOnFile(VfsFile inner) {
            this.inner = inner;
        }

        @Override
        public long size() throws IOException {
            return inner.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return inner.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            inner.write(from, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            inner.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            inner.sync();
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }
}
