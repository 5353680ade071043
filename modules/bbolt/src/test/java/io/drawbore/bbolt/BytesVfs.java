package io.drawbore.bbolt;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** One file that is an array, for reading; counts what is read. */
final class BytesVfs implements Vfs {
    private final byte[] bytes;
    private long bytesRead;

    BytesVfs(byte[] bytes) {
        this.bytes = bytes;
    }

    long bytesRead() {
        return bytesRead;
    }

    @Override
    public VfsFile open(Path file, Mode mode) {
        return new VfsFile() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(ByteBuffer into, long position) {
                final int count = (int) Math.max(0, Math.min(into.remaining(), bytes.length - position));
                into.put(bytes, count == 0 ? 0 : (int) position, count);
                bytesRead += count;
                return count;
            }

            @Override
            public void write(ByteBuffer from, long position) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void truncate(long size) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void sync() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }

    @Override
    public boolean exists(Path file) {
        return true;
    }

    @Override
    public List<String> list(Path folder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void createFolder(Path folder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void rename(Path from, Path to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Path file) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void syncFolder(Path folder) {
        throw new UnsupportedOperationException();
    }
}
