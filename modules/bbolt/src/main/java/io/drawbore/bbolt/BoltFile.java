package io.drawbore.bbolt;

import io.drawbore.api.CorruptionException;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bbolt file, open for reading: whatever bbolt 1.3 to 1.5 and {@link BoltWriter} write, whatever its page size. What
 * stands behind the last page, as the SHA-256 of a snapshot does, is not looked at.
 *
 * <p>Any bytes may be given to it. What is damaged is a {@link CorruptionException} with the file, the offset and what
 * is wrong; but see the package on what cannot be noticed. A walk reads no page twice, and memory stays within 1.1 MiB
 * a level of the tree and what is asked for: a key of at most 32 KiB, or a value, which is never larger than the file.
 *
 * <p>Nobody may write the file meanwhile. One thread at a time.
 */
public final class BoltFile implements AutoCloseable {
    /** Page sizes are powers of two from here… */
    private static final int MIN_PAGE_SIZE = 1024;

    /** …to the largest that an operating system has, which is what bbolt takes. */
    private static final int MAX_PAGE_SIZE = 64 * 1024;

    /** Pages of a file at the most: 8 TiB of 4 KiB. */
    private static final long MAX_PAGES = Integer.MAX_VALUE;

    /** Buckets within buckets that {@link #check} follows. */
    private static final int MAX_NESTING = 32;

    private final VfsFile file;
    private final PageSource source;
    private final Meta meta;

    private BoltFile(VfsFile file, PageSource source, Meta meta) {
        this.file = file;
        this.source = source;
        this.meta = meta;
    }

    /**
     * Opens a file and reads its metas.
     *
     * @throws StorageException if it cannot be opened or read
     * @throws CorruptionException if neither meta is valid, or the one that counts names what the file does not hold
     */
    public static BoltFile open(Vfs vfs, Path name) {
        final VfsFile file;
        try {
            file = vfs.open(name, Vfs.Mode.READ);
        } catch (final IOException e) {
            throw new StorageException(name + ": could not be opened: " + e.getMessage(), e);
        }
        try {
            final Meta meta = newestMeta(file, name);
            checkBounds(meta, file.size(), name);
            return new BoltFile(file, new PageSource(file, name, meta.pageSize(), meta.highWater()), meta);
        } catch (final IOException e) {
            closeQuietly(file, e);
            throw new StorageException(name + ": could not be read: " + e.getMessage(), e);
        } catch (final RuntimeException e) {
            closeQuietly(file, e);
            throw e;
        }
    }

    private static void closeQuietly(VfsFile file, Exception reason) {
        try {
            file.close();
        } catch (final IOException e) {
            reason.addSuppressed(e);
        }
    }

    private static Meta newestMeta(VfsFile file, Path name) {
        final Meta first = metaAt(file, name, 0);
        final Meta second = secondMeta(file, name, first);
        if (first == null && second == null) {
            throw PageSource.corrupt(name, 0, "neither meta page is valid");
        }
        if (first == null || second == null) {
            return first == null ? Objects.requireNonNull(second) : first;
        }
        return Long.compareUnsigned(second.transaction(), first.transaction()) > 0 ? second : first;
    }

    /** It lies one page on; if the first cannot tell how far that is, it is looked for. */
    private static @Nullable Meta secondMeta(VfsFile file, Path name, @Nullable Meta first) {
        if (first != null) {
            return metaAt(file, name, first.pageSize());
        }
        for (int size = MIN_PAGE_SIZE; size <= MAX_PAGE_SIZE; size *= 2) {
            final Meta found = metaAt(file, name, size);
            if (found != null && found.pageSize() == size) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Meta metaAt(VfsFile file, Path name, long offset) {
        final byte[] page = new byte[Meta.BYTES];
        final Meta meta = PageSource.readFully(file, name, offset, page) == page.length ? Meta.read(page) : null;
        return meta == null || !isPageSize(meta.pageSize()) ? null : meta;
    }

    private static boolean isPageSize(int size) {
        return size >= MIN_PAGE_SIZE && size <= MAX_PAGE_SIZE && Integer.bitCount(size) == 1;
    }

    private static void checkBounds(Meta meta, long size, Path name) {
        final long pages = Math.min(MAX_PAGES, size / meta.pageSize());
        if (meta.highWater() < 0 || meta.highWater() > pages) {
            throw PageSource.corrupt(name, size, "the file has " + pages + " pages, its meta says "
                    + Long.toUnsignedString(meta.highWater()));
        }
        if (meta.root() < Layout.FIRST_PAGE || meta.root() >= meta.highWater()) {
            throw PageSource.corrupt(name, 0, "the meta's root is page " + Long.toUnsignedString(meta.root()));
        }
    }

    /** Bytes of a page. */
    public int pageSize() {
        return meta.pageSize();
    }

    /** Bytes of all pages there are, free ones included; the file may have more. */
    public long size() {
        return meta.highWater() * meta.pageSize();
    }

    /** The transaction that wrote the state that is read. Unsigned. */
    public long transaction() {
        return meta.transaction();
    }

    /** The bucket that holds all others; bbolt lets nobody put a pair into it, and one there is a damage. */
    public BoltBucket root() {
        return BoltBucket.ofMeta(source, meta);
    }

    /**
     * A bucket of the root; null where there is none of that name.
     *
     * @throws CorruptionException if a page on the way is damaged
     */
    public @Nullable BoltBucket bucket(byte[] name) {
        return root().bucket(name);
    }

    /**
     * Reads all pages of all buckets and sees that none belongs to two. What a walk of each bucket would notice is
     * noticed as well; the list of free pages, which only a writer needs, is not looked at.
     *
     * @throws CorruptionException if a page is damaged or met twice, or buckets nest deeper than 32
     */
    public void check() {
        final PageMarks marks = new PageMarks();
        final Deque<BoltCursor> open = new ArrayDeque<>();
        open.push(root().cursor(marks));
        while (!open.isEmpty()) {
            final BoltCursor cursor = open.element();
            if (!cursor.next()) {
                open.pop();
            } else if (cursor.isBucket()) {
                if (open.size() > MAX_NESTING) {
                    throw source.corrupt(meta.root(), "buckets nest deeper than " + MAX_NESTING);
                }
                open.push(cursor.bucket().cursor(marks));
            }
        }
    }

    /** Closes the file. */
    @Override
    public void close() {
        try {
            file.close();
        } catch (final IOException e) {
            throw new StorageException(source.name() + ": could not be closed: " + e.getMessage(), e);
        }
    }
}
