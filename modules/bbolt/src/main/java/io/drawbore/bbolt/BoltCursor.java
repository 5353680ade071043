package io.drawbore.bbolt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the items of one bucket in the order of their keys, as unsigned bytes. Stands before the first at the start.
 * Holds one page a level of the tree. One thread at a time; works until the file is closed. Once a move has failed, all
 * that follow fail.
 */
public final class BoltCursor {
    /** Levels of a tree at the most: each branch has two children or more, so that no disk holds a higher one. */
    private static final int MAX_LEVELS = 40;

    /** A page on the way from the root, and where in it the cursor stands. */
    private static final class Step {
        final Page page;
        /** What all keys of the page come before; null for no bound. */
        final byte @Nullable [] before;

        int index;

        Step(Page page, byte @Nullable [] before, int index) {
            this.page = page;
            this.before = before;
            this.index = index;
        }
    }

    private final PageSource source;
    private final BoltBucket bucket;
    private final @Nullable PageMarks marks;
    private final List<Step> way = new ArrayList<>();
    private boolean started;
    private boolean failed;
    private long pagesRead;

    BoltCursor(PageSource source, BoltBucket bucket, @Nullable PageMarks marks) {
        this.source = source;
        this.bucket = bucket;
        this.marks = marks;
    }

    /**
     * Moves to the next item, at the start to the first.
     *
     * @return whether there is one
     * @throws io.drawbore.api.CorruptionException if a page on the way is damaged
     */
    public boolean next() {
        begin();
        advance();
        climb();
        return arrive();
    }

    /** One item on, or down to the first. */
    private void advance() {
        if (!started) {
            restart();
            step(bucket.rootPage(), null, 0);
            descend();
        } else if (!way.isEmpty()) {
            way.getLast().index++;
        }
    }

    /** From the end of a page up to where another begins, and down to its first item; from the last one out. */
    private void climb() {
        while (!way.isEmpty() && way.getLast().index >= way.getLast().page.count()) {
            way.removeLast();
            if (!way.isEmpty()) {
                way.getLast().index++;
                descend();
            }
        }
    }

    private boolean arrive() {
        if (!way.isEmpty() && bucket.isRoot() && !way.getLast().page.isBucket(way.getLast().index)) {
            throw way.getLast().page.corrupt("the root bucket has a pair, item " + way.getLast().index);
        }
        failed = false;
        return !way.isEmpty();
    }

    /**
     * Moves to the first item whose key does not come before a key.
     *
     * @return whether there is one
     * @throws io.drawbore.api.CorruptionException if a page on the way is damaged
     */
    public boolean seek(byte[] key) {
        begin();
        restart();
        step(bucket.rootPage(), null, 0);
        while (!way.getLast().page.isLeaf()) {
            final Step last = way.getLast();
            final int found = last.page.firstFrom(key);
            final boolean exact = found < last.page.count() && Arrays.equals(last.page.key(found), key);
            last.index = exact || found == 0 ? found : found - 1;
            stepDown();
        }
        way.getLast().index = way.getLast().page.firstFrom(key);
        climb();
        return arrive();
    }

    /** A move that fails leaves the cursor where nothing may be read, so that no damaged page is skipped. */
    private void begin() {
        if (failed) {
            throw new IllegalStateException("an earlier move of the cursor failed");
        }
        failed = true;
    }

    private void restart() {
        started = true;
        pagesRead = 0;
        way.clear();
    }

    /** Goes down to the first leaf below the branch's item, if the cursor stands on one. */
    private void descend() {
        while (!way.getLast().page.isLeaf() && way.getLast().index < way.getLast().page.count()) {
            stepDown();
        }
    }

    private void stepDown() {
        final Step parent = way.getLast();
        final int i = parent.index;
        final byte[] before = i + 1 < parent.page.count() ? parent.page.key(i + 1) : parent.before;
        final Page child = Page.read(source, parent.page.child(i), parent.page.key(i), before);
        if (child.count() == 0) {
            throw child.corrupt("it is empty, though not a bucket's only page");
        }
        step(child, before, 0);
    }

    private void step(Page page, byte @Nullable [] before, int index) {
        if (way.size() == MAX_LEVELS) {
            throw page.corrupt("it lies lower than " + MAX_LEVELS + " levels");
        }
        if (!page.isLeaf() && page.count() == 0) {
            throw page.corrupt("it is a branch without children");
        }
        pagesRead += page.pages();
        if (pagesRead > source.highWater()) {
            throw page.corrupt("the tree it belongs to has more pages than the file");
        }
        if (marks != null) {
            marks.mark(page);
        }
        way.add(new Step(page, before, index));
    }

    private Step here() {
        if (failed || way.isEmpty() || !way.getLast().page.isLeaf() || way.getLast().index < 0) {
            throw new IllegalStateException("the cursor stands on no item");
        }
        return way.getLast();
    }

    /** The item's key, the caller's own. */
    public byte[] key() {
        return here().page.key(here().index);
    }

    /** Whether the item is a bucket. */
    public boolean isBucket() {
        return here().page.isBucket(here().index);
    }

    /**
     * The item's value, the caller's own; as large as it is in the file.
     *
     * @throws IllegalStateException if the item is a bucket
     */
    public byte[] value() {
        if (isBucket()) {
            throw new IllegalStateException("the item is a bucket");
        }
        return here().page.value(here().index);
    }

    /**
     * The bucket that the item is.
     *
     * @throws IllegalStateException if it is a pair
     * @throws io.drawbore.api.CorruptionException if its header is damaged
     */
    public BoltBucket bucket() {
        if (!isBucket()) {
            throw new IllegalStateException("the item is no bucket");
        }
        return BoltBucket.ofHeader(source, here().page.id(), here().page.value(here().index));
    }
}
