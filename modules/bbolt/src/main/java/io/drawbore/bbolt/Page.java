package io.drawbore.bbolt;

import io.drawbore.api.CorruptionException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A branch or leaf page that was read and checked: its kind, that its items lie behind each other without a gap and
 * fill exactly the pages it says, and that their keys ascend within the bounds of the branch above. So no page can
 * stand in two places of a tree, and a walk ends.
 *
 * <p>Only the first {@link #WINDOW_BYTES} and the elements are held; longer pages' items are read when asked for.
 */
final class Page {
    /** Bytes of a page's items that are read along with it. */
    static final int WINDOW_BYTES = 64 * 1024;

    private final PageSource source;
    /** The page's number; of an inline page that of the page it stands in. */
    private final long id;
    /** How many pages it takes; an inline page none. */
    private final long pages;
    /** Bytes of it there can be. */
    private final long length;

    private final byte[] window;
    private final boolean leaf;
    private final int count;

    private Page(PageSource source, long id, long pages, long length, byte[] window) {
        this.source = source;
        this.id = id;
        this.pages = pages;
        this.length = length;
        this.window = window;
        this.leaf = Layout.unsignedShort(window, Layout.PAGE_KIND_AT) == Layout.LEAF;
        this.count = Layout.unsignedShort(window, Layout.PAGE_COUNT_AT);
    }

    /**
     * Reads the page of a tree.
     *
     * @param id within the file's bounds
     * @param from no key comes before it; null: no bound
     * @param before all keys come before it; null: no bound
     */
    static Page read(PageSource source, long id, byte @Nullable [] from, byte @Nullable [] before) {
        final byte[] first = source.read(id, 0, source.pageSize());
        final long pages = 1 + Layout.unsignedInt(first, Layout.PAGE_OVERFLOW_AT);
        if (Layout.longAt(first, 0) != id) {
            throw source.corrupt(id, "it says it were page " + Long.toUnsignedString(Layout.longAt(first, 0)));
        }
        checkKind(source, id, first);
        if (pages > source.highWater() - id) {
            throw source.corrupt(id, "it says that it takes " + pages + " pages, more than there are");
        }
        final long length = pages * source.pageSize();
        final long head = headLength(first);
        if (head > length) {
            throw source.corrupt(id, "its elements take more than its room");
        }
        final int held = (int) Math.max(head, Math.min(length, WINDOW_BYTES));
        final byte[] window = held <= first.length ? first : source.read(id, 0, held);
        final Page page = new Page(source, id, pages, length, window);
        page.checkItems();
        page.checkKeys(from, before);
        return page;
    }

    /** Takes the image of a bucket's only page, which stands in a value of another page. */
    static Page inline(PageSource source, long holder, byte[] image) {
        if (image.length < Layout.PAGE_HEADER) {
            throw source.corrupt(holder, "a bucket within it is cut short");
        }
        checkKind(source, holder, image);
        final Page page = new Page(source, holder, 0, image.length, image);
        if (!page.leaf || Layout.unsignedInt(image, Layout.PAGE_OVERFLOW_AT) != 0 || headLength(image) > image.length) {
            throw source.corrupt(holder, "a bucket within it is no leaf of one page");
        }
        page.checkItems();
        page.checkKeys(null, null);
        return page;
    }

    private static long headLength(byte[] header) {
        return Layout.PAGE_HEADER
                + (long) Layout.unsignedShort(header, Layout.PAGE_COUNT_AT) * Layout.LEAF_ELEMENT;
    }

    private static void checkKind(PageSource source, long id, byte[] header) {
        final int kind = Layout.unsignedShort(header, Layout.PAGE_KIND_AT);
        if (kind != Layout.LEAF && kind != Layout.BRANCH) {
            throw source.corrupt(id, "its kind is " + kind + ", neither branch nor leaf");
        }
    }

    private void checkItems() {
        long end = Layout.PAGE_HEADER + (long) count * Layout.LEAF_ELEMENT;
        for (int i = 0; i < count; i++) {
            final long keySize = keySize(i);
            final long valueSize = valueSize(i);
            if (keyAt(i) != end) {
                throw corrupt("item " + i + " does not lie behind the one before");
            }
            if (keySize == 0 || keySize > BoltWriter.MAX_KEY_BYTES || valueSize > BoltWriter.MAX_VALUE_BYTES) {
                throw corrupt("item " + i + " has a key of " + keySize + " and a value of " + valueSize + " bytes");
            }
            end += keySize + valueSize;
            if (end > length) {
                throw corrupt("item " + i + " ends behind the page");
            }
            checkTag(i);
        }
        checkLength(end);
    }

    private void checkTag(int i) {
        if (leaf) {
            final long flags = Layout.unsignedInt(window, elementAt(i) + Layout.LEAF_FLAGS_AT);
            if (flags != 0 && flags != Layout.BUCKET_FLAG) {
                throw corrupt("item " + i + " has flags " + flags);
            }
        } else if (!source.holds(child(i)) || child(i) == id) {
            throw corrupt("its child " + i + " is page " + Long.toUnsignedString(child(i)));
        }
    }

    /** bbolt takes as many pages as the items fill; before 1.3.1 one more where they filled them to the last byte. */
    private void checkLength(long end) {
        final boolean exact = pages == 0
                ? end == length
                : length >= end && pages <= end / source.pageSize() + 1;
        if (!exact) {
            throw corrupt("its items take " + end + " bytes of " + length);
        }
    }

    private void checkKeys(byte @Nullable [] from, byte @Nullable [] before) {
        byte[] last = null;
        for (int i = 0; i < count; i++) {
            final byte[] key = key(i);
            final boolean ordered = last == null
                    ? from == null || Arrays.compareUnsigned(from, key) <= 0
                    : Arrays.compareUnsigned(last, key) < 0;
            if (!ordered) {
                throw corrupt("key " + i + " is not in its order");
            }
            last = key;
        }
        if (last != null && before != null && Arrays.compareUnsigned(last, before) >= 0) {
            throw corrupt("key " + (count - 1) + " is one of the next page");
        }
    }

    boolean isLeaf() {
        return leaf;
    }

    int count() {
        return count;
    }

    /** The page's number, for messages and for marking. */
    long id() {
        return id;
    }

    /** How many pages it takes, 0 for an inline page. */
    long pages() {
        return pages;
    }

    private int elementAt(int i) {
        return Layout.PAGE_HEADER + i * Layout.LEAF_ELEMENT;
    }

    private long keyAt(int i) {
        final int at = elementAt(i);
        return at + Layout.unsignedInt(window, at + (leaf ? Layout.LEAF_POSITION_AT : Layout.BRANCH_POSITION_AT));
    }

    private long keySize(int i) {
        return Layout.unsignedInt(
                window, elementAt(i) + (leaf ? Layout.LEAF_KEY_SIZE_AT : Layout.BRANCH_KEY_SIZE_AT));
    }

    private long valueSize(int i) {
        return leaf ? Layout.unsignedInt(window, elementAt(i) + Layout.LEAF_VALUE_SIZE_AT) : 0;
    }

    byte[] key(int i) {
        return bytes(keyAt(i), (int) keySize(i));
    }

    /** A leaf's value, or the header of a bucket. */
    byte[] value(int i) {
        return bytes(keyAt(i) + keySize(i), (int) valueSize(i));
    }

    private byte[] bytes(long from, int size) {
        return from + size <= window.length
                ? Arrays.copyOfRange(window, (int) from, (int) from + size)
                : source.read(id, from, size);
    }

    /** Whether a leaf's item is a bucket. */
    boolean isBucket(int i) {
        return leaf && Layout.unsignedInt(window, elementAt(i) + Layout.LEAF_FLAGS_AT) == Layout.BUCKET_FLAG;
    }

    /** A branch's child. */
    long child(int i) {
        return Layout.longAt(window, elementAt(i) + Layout.BRANCH_CHILD_AT);
    }

    /** The first item whose key does not come before a key; the count where there is none. */
    int firstFrom(byte[] key) {
        int low = 0;
        int high = count;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(key(middle), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    CorruptionException corrupt(String what) {
        return source.corrupt(id, what);
    }
}
