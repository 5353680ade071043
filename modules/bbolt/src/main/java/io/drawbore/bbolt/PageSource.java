package io.drawbore.bbolt;

import io.drawbore.api.CorruptionException;
import io.drawbore.api.StorageException;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The pages of an open file, below its high water mark. */
final class PageSource {
    private final VfsFile file;
    private final Path name;
    private final int pageSize;
    private final long highWater;

    /** All pages below the high water mark lie within the file. */
    PageSource(VfsFile file, Path name, int pageSize, long highWater) {
        this.file = file;
        this.name = name;
        this.pageSize = pageSize;
        this.highWater = highWater;
    }

    Path name() {
        return name;
    }

    int pageSize() {
        return pageSize;
    }

    long highWater() {
        return highWater;
    }

    /** Whether a page of a tree can have a number. */
    boolean holds(long id) {
        return id >= Layout.FIRST_PAGE && id < highWater;
    }

    /** Bytes from some place of a page and of those that belong to it. */
    byte[] read(long id, long from, int length) {
        final byte[] bytes = new byte[length];
        if (readFully(file, name, id * pageSize + from, bytes) < length) {
            throw corrupt(id, "the file ends within it");
        }
        return bytes;
    }

    /** Reads until the array is full or the file ends; returns how much. */
    static int readFully(VfsFile file, Path name, long offset, byte[] into) {
        try {
            return file.read(ByteBuffer.wrap(into), offset);
        } catch (final IOException e) {
            throw new StorageException(name + ": could not be read at offset " + offset + ": " + e.getMessage(), e);
        }
    }

    /** What is wrong with a page. */
    CorruptionException corrupt(long id, String what) {
        return corrupt(name, id * pageSize, "page " + id + ": " + what);
    }

    static CorruptionException corrupt(Path name, long offset, String what) {
        return new CorruptionException(
                name + ": at offset " + offset + ": " + what + "; the file is damaged: use another copy of it");
    }
}
