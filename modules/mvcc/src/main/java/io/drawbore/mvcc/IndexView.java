package io.drawbore.mvcc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key index as it was published with a main revision: which keys there are, and how many live in each part, are
 * those of that revision for ever. An entry may know of later changes; who reads it says for which revision. Any
 * thread, without a lock.
 */
record IndexView(IndexNode root) {
    /** Told of entries in key order. */
    interface Visitor {
        /** Returns whether more are wanted. */
        boolean visit(KeyEntry entry);
    }

    @Nullable KeyEntry get(Key key) {
        byte[] bytes = key.array();
        IndexNode node = root;
        while (node instanceof Branch branch) {
            node = branch.child(branch.childFor(bytes));
        }
        Leaf leaf = (Leaf) node;
        int place = leaf.ceiling(bytes);
        return leaf.holds(place, bytes) ? leaf.entry(place) : null;
    }

    /** Walks all entries of a range, those without a present life too. */
    void walk(KeyRange range, Visitor visitor) {
        walk(range, false, visitor);
    }

    /** Walks a range and may pass over entries that do not live at this view's revision; not all, so look. */
    void walkLive(KeyRange range, Visitor visitor) {
        walk(range, true, visitor);
    }

    private void walk(KeyRange range, boolean liveOnly, Visitor visitor) {
        if (range.single()) {
            KeyEntry entry = get(range.from());
            if (entry != null) {
                visitor.visit(entry);
            }
        } else if (!range.isEmpty()) {
            Key to = range.to();
            walk(root, range.from().array(), to == null ? null : to.array(), liveOnly, visitor);
        }
    }

    /**
     * Returns whether more are wanted.
     *
     * @param from null where the whole node lies behind the range's start
     */
    private static boolean walk(
            IndexNode node, byte @Nullable [] from, byte @Nullable [] to, boolean liveOnly, Visitor visitor) {
        return switch (node) {
            case Leaf leaf -> walk(leaf, from, to, visitor);
            case Branch branch -> walk(branch, from, to, liveOnly, visitor);
        };
    }

    private static boolean walk(Leaf leaf, byte @Nullable [] from, byte @Nullable [] to, Visitor visitor) {
        int end = to == null ? leaf.size() : leaf.ceiling(to);
        for (int place = from == null ? 0 : leaf.ceiling(from); place < end; place++) {
            if (!visitor.visit(leaf.entry(place))) {
                return false;
            }
        }
        return to == null || end == leaf.size();
    }

    private static boolean walk(
            Branch branch, byte @Nullable [] from, byte @Nullable [] to, boolean liveOnly, Visitor visitor) {
        int first = from == null ? 0 : branch.childFor(from);
        for (int place = first; place < branch.size(); place++) {
            if (place > first && to != null && Arrays.compareUnsigned(branch.from(place), to) >= 0) {
                return false;
            }
            boolean skip = liveOnly && branch.live(place) == 0;
            if (!skip && !walk(branch.child(place), place == first ? from : null, to, liveOnly, visitor)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Keys of a range that live, without walking it.
     *
     * @param main this view's own revision
     */
    long count(KeyRange range, long main) {
        if (range.single()) {
            KeyEntry entry = get(range.from());
            return entry != null && entry.liveAt(main) ? 1 : 0;
        }
        if (range.isEmpty()) {
            return 0;
        }
        Key to = range.to();
        return below(to == null ? null : to.array(), main) - below(range.from().array(), main);
    }

    /** Live keys below a key, all where it is null. */
    private long below(byte @Nullable [] key, long main) {
        long count = 0;
        IndexNode node = root;
        while (node instanceof Branch branch) {
            if (key == null) {
                return branch.live();
            }
            int place = branch.childFor(key);
            count += branch.liveBefore(place);
            node = branch.child(place);
        }
        Leaf leaf = (Leaf) node;
        int end = key == null ? leaf.size() : leaf.ceiling(key);
        for (int place = 0; place < end; place++) {
            if (leaf.entry(place).liveAt(main)) {
                count++;
            }
        }
        return count;
    }
}
