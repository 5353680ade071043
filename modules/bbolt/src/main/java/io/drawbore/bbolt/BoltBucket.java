package io.drawbore.bbolt;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A bucket of an open file. Immutable; works until the file is closed. One thread at a time. */
public final class BoltBucket {
    private final PageSource source;
    /** The root of its tree; where {@link #image} is set, the page that the image stands in. */
    private final long page;

    private final byte @Nullable [] image;
    private final long sequence;
    /** Whether it is the one that holds all others, and no pairs. */
    private final boolean root;

    private BoltBucket(PageSource source, long page, byte @Nullable [] image, long sequence, boolean root) {
        this.source = source;
        this.page = page;
        this.image = image;
        this.sequence = sequence;
        this.root = root;
    }

    /** A bucket whose header lies in a value. */
    static BoltBucket ofHeader(PageSource source, long holder, byte[] header) {
        if (header.length < Layout.BUCKET_HEADER) {
            throw source.corrupt(holder, "the header of a bucket has " + header.length + " bytes");
        }
        final long root = Layout.longAt(header, 0);
        final long sequence = Layout.longAt(header, 8);
        if (root == 0) {
            final byte[] image = Arrays.copyOfRange(header, Layout.BUCKET_HEADER, header.length);
            return new BoltBucket(source, holder, image, sequence, false);
        }
        if (header.length != Layout.BUCKET_HEADER) {
            throw source.corrupt(holder, "the header of a bucket has " + header.length + " bytes");
        }
        if (!source.holds(root)) {
            throw source.corrupt(holder, "a bucket's root is page " + Long.toUnsignedString(root));
        }
        return new BoltBucket(source, root, null, sequence, false);
    }

    /** The bucket that the meta names. */
    static BoltBucket ofMeta(PageSource source, Meta meta) {
        return new BoltBucket(source, meta.root(), null, meta.rootSequence(), true);
    }

    boolean isRoot() {
        return root;
    }

    Page rootPage() {
        return image == null ? Page.read(source, page, null, null) : Page.inline(source, page, image);
    }

    /** The bucket's counter, which bbolt's users may raise; etcd's don't. Unsigned. */
    public long sequence() {
        return sequence;
    }

    /** A new walk over its items, pairs and buckets. */
    public BoltCursor cursor() {
        return new BoltCursor(source, this, null);
    }

    /** A walk that marks the pages it reads. */
    BoltCursor cursor(PageMarks marks) {
        return new BoltCursor(source, this, marks);
    }

    /**
     * The value of a key, the caller's own; null where there is none or it is a bucket.
     *
     * @throws io.drawbore.api.CorruptionException if a page on the way is damaged
     */
    public byte @Nullable [] get(byte[] key) {
        final BoltCursor cursor = cursor();
        final boolean found = cursor.seek(key) && Arrays.equals(cursor.key(), key) && !cursor.isBucket();
        return found ? cursor.value() : null;
    }

    /**
     * A bucket within it; null where there is none of that name or it is a pair.
     *
     * @throws io.drawbore.api.CorruptionException if a page on the way is damaged
     */
    public @Nullable BoltBucket bucket(byte[] name) {
        final BoltCursor cursor = cursor();
        final boolean found = cursor.seek(name) && Arrays.equals(cursor.key(), name) && cursor.isBucket();
        return found ? cursor.bucket() : null;
    }
}
