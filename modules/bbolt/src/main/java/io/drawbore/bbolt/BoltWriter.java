package io.drawbore.bbolt;

import io.drawbore.api.StorageException;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a bbolt file in one pass, from buckets in the order of their names and pairs in the order of their keys:
 *
 * <pre>{@code
 * BoltWriter writer = BoltWriter.into(file, name);
 * for (EtcdBucket etcds : EtcdBucket.values()) {
 *     BoltWriter.Bucket bucket = writer.bucket(etcds.nameBytes());
 *     ... bucket.put(key, value) ...
 * }
 * long bytes = writer.finish();
 * }</pre>
 *
 * <p>Pages are written one behind the other as they fill, in blocks of 256 KiB; only the two meta pages go to the front
 * at the end. So a file that was not finished is no database, and the bytes of a finished one can be read from its
 * front. The same calls give the same bytes.
 *
 * <p>Memory: the block, and for each level of a tree (four for a million pairs of 300 bytes) one open page; a leaf's
 * is at most 64 KiB and one pair. A small bucket, up to a quarter of a page, waits in the root bucket's open page.
 *
 * <p>One thread at a time. Disk errors are {@link StorageException}s with the file's name; after one the writer refuses
 * to go on, and the file is to be deleted. Nothing is durable before the caller has synced the file.
 */
public final class BoltWriter {
    /** Bytes of a page: what bbolt takes on nearly all machines, and reads on all. */
    public static final int PAGE_SIZE = 4096;

    /** Bytes of a key or of a bucket's name at the most: bbolt's limit. */
    public static final int MAX_KEY_BYTES = 32_768;

    /** Bytes of a value at the most: far above any request's limit, and such that a page's bytes count in an int. */
    public static final int MAX_VALUE_BYTES = 512 * 1024 * 1024;

    private static final long FREELIST_PAGE = Layout.FIRST_PAGE;

    private final PageOutput output;
    /** The root bucket: names and headers of buckets. */
    private final TreeWriter root;
    /** The open bucket's pairs. */
    private final TreeWriter pairs;

    private @Nullable Bucket open;
    private boolean finished;

    private BoltWriter(PageOutput output) {
        this.output = output;
        this.root = new TreeWriter(output);
        this.pairs = new TreeWriter(output);
    }

    /**
     * Begins a file.
     *
     * @param file open for writing, empty; stays the caller's, who syncs and closes it
     * @param name the file's, for messages
     * @throws IllegalArgumentException if the file is not empty
     */
    public static BoltWriter into(VfsFile file, Path name) {
        try {
            if (file.size() != 0) {
                throw new IllegalArgumentException(name + " is not empty");
            }
        } catch (final IOException e) {
            throw new StorageException(name + ": its size could not be read: " + e.getMessage(), e);
        }
        final BoltWriter writer = new BoltWriter(new PageOutput(file, name, FREELIST_PAGE));
        writer.output.write(emptyFreelist());
        return writer;
    }

    /** A file that is written once leaves no page free. */
    private static byte[] emptyFreelist() {
        final byte[] page = new byte[PAGE_SIZE];
        Layout.putPageHeader(page, 0, FREELIST_PAGE, Layout.FREELIST, 0, 0);
        return page;
    }

    /**
     * Begins a bucket, empty so far, and ends the one before.
     *
     * @param name comes behind the one before in the order of unsigned bytes; 1 to {@link #MAX_KEY_BYTES} bytes
     * @throws IllegalArgumentException if it does not; the writer stays as it was but for the end of the bucket before
     */
    public Bucket bucket(byte[] name) {
        requireOpen();
        endBucket();
        root.checkNext(ByteBuffer.wrap(name), 0);
        open = new Bucket(name.clone());
        return open;
    }

    private void endBucket() {
        if (open == null) {
            return;
        }
        root.add(Layout.BUCKET_FLAG, ByteBuffer.wrap(open.name), ByteBuffer.wrap(pairs.finishBucket()));
        open = null;
    }

    /**
     * Ends the file: the last bucket, the root bucket, the metas. The file is whole then, though not yet durable, and
     * as long as this returns: a multiple of {@link #PAGE_SIZE}.
     *
     * @return bytes of the file
     */
    public long finish() {
        requireOpen();
        endBucket();
        final long rootPage = root.finish();
        output.flush();
        output.writeMetas(metas(rootPage));
        finished = true;
        return output.nextPage() * PAGE_SIZE;
    }

    /**
     * Both say the same but for the transaction, so that either will do; 0 and 1 are those of a fresh file of bbolt.
     */
    private byte[] metas(long rootPage) {
        final byte[] pages = new byte[2 * PAGE_SIZE];
        for (int id = 0; id < 2; id++) {
            new Meta(PAGE_SIZE, rootPage, 0, FREELIST_PAGE, output.nextPage(), id).write(pages, id * PAGE_SIZE, id);
        }
        return pages;
    }

    private void requireOpen() {
        if (finished) {
            throw new IllegalStateException("the file is finished");
        }
    }

    /** The bucket that is being written; until the next one begins. */
    public final class Bucket {
        private final byte[] name;

        private Bucket(byte[] name) {
            this.name = name;
        }

        /**
         * Adds a pair behind the ones there are.
         *
         * @param key from the buffer's position to its limit, which stay where they are; 1 to {@link #MAX_KEY_BYTES}
         *     bytes, behind the one before in the order of unsigned bytes
         * @param value from the buffer's position to its limit, likewise; 0 to {@link #MAX_VALUE_BYTES} bytes
         * @throws IllegalArgumentException if they are not as said; the writer stays as it was
         * @throws IllegalStateException if another bucket was begun or the file finished
         */
        public void put(ByteBuffer key, ByteBuffer value) {
            requireOpen();
            if (!Objects.equals(open, this)) {
                throw new IllegalStateException("another bucket was begun");
            }
            pairs.checkNext(key, value.remaining());
            pairs.add(0, key, value);
        }

        /** {@link #put(ByteBuffer, ByteBuffer)} of whole arrays. */
        public void put(byte[] key, byte[] value) {
            put(ByteBuffer.wrap(key), ByteBuffer.wrap(value));
        }
    }
}
