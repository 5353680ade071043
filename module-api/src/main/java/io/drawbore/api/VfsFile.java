package io.drawbore.api;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link Vfs}. One thread at a time. */
public interface VfsFile extends AutoCloseable {
    /** Bytes in the file. */
    long size() throws IOException;

    /**
     * Reads from a position until the buffer is full or the file ends.
     *
     * @return bytes read, 0 at the end of the file
     */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes the whole buffer at a position, growing the file where needed. Nothing is durable on return. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Cuts the file to a size, or grows it with zeros. */
    void truncate(long size) throws IOException;

    /** Makes contents and size durable. After an exception the file must not be used any more. */
    void sync() throws IOException;

    /** Closes without syncing. */
    @Override
    void close() throws IOException;
}
