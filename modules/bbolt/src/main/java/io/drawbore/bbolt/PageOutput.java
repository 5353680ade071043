package io.drawbore.bbolt;

import io.drawbore.api.StorageException;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Numbers the pages of a file and writes them one behind the other through a buffer. */
final class PageOutput {
    /** Bytes written at once. */
    private static final int BUFFER_BYTES = 256 * 1024;

    private static final byte[] ZEROS = new byte[BoltWriter.PAGE_SIZE];

    private final VfsFile file;
    private final Path name;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] heads = new byte[BoltWriter.PAGE_SIZE];
    private long position;
    private long nextPage;
    private boolean failed;

    PageOutput(VfsFile file, Path name, long firstPage) {
        this.file = file;
        this.name = name;
        this.nextPage = firstPage;
        this.position = firstPage * BoltWriter.PAGE_SIZE;
    }

    /** The number that the next page gets: how many pages there are so far. */
    long nextPage() {
        return nextPage;
    }

    /** Writes a node as a page and those that belong to it, zeros behind its last byte. Returns the page's number. */
    long write(Node node) {
        final long id = nextPage;
        final int bytes = node.size();
        final int pages = (int) Layout.pages(bytes, BoltWriter.PAGE_SIZE);
        final int head = node.encodeHead(id, pages - 1, heads, 0);
        append(heads, 0, head);
        append(node.data(), 0, node.dataLength());
        append(ZEROS, 0, pages * BoltWriter.PAGE_SIZE - bytes);
        nextPage += pages;
        return id;
    }

    /** Writes whole pages without a tree. */
    void write(byte[] pages) {
        append(pages, 0, pages.length);
        nextPage += pages.length / BoltWriter.PAGE_SIZE;
    }

    /** Hands all that is buffered to the file. */
    void flush() {
        buffer.flip();
        writeAt(buffer, position);
        position += buffer.limit();
        buffer.clear();
    }

    /** Writes pages 0 and 1, which come last: without them the file is no database. */
    void writeMetas(byte[] metas) {
        writeAt(ByteBuffer.wrap(metas), 0);
    }

    private void append(byte[] bytes, int from, int length) {
        int at = from;
        while (at < from + length) {
            final int count = Math.min(from + length - at, buffer.remaining());
            buffer.put(bytes, at, count);
            at += count;
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
    }

    private void writeAt(ByteBuffer bytes, long at) {
        if (failed) {
            throw new IllegalStateException(name + ": an earlier write failed, the file cannot be finished");
        }
        failed = true;
        try {
            file.write(bytes, at);
        } catch (final IOException e) {
            throw new StorageException(
                    name + ": could not be written at offset " + at + ": " + e.getMessage() + "; delete it", e);
        }
        failed = false;
    }
}
