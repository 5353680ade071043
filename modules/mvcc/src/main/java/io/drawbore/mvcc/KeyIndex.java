package io.drawbore.mvcc;

import io.drawbore.api.InvariantException;
import io.drawbore.api.KeyRow;
import org.jspecify.annotations.Nullable;

/**
 * Every key and where its changes stand: a B+-tree that counts live keys. Apply thread only; readers get a {@link
 * IndexView} at each publication and keep it as long as they like.
 *
 * <p>A change of a key that stays alive, or stays dead, replaces its entry where it stands, for all who hold that leaf.
 * Whatever changes a count or the set of keys copies the branches above, once a batch.
 */
final class KeyIndex {
    /** Enough for more keys than any memory holds. */
    private static final int MOST_LEVELS = 16;

    private IndexNode root = Leaf.EMPTY;
    private long size;
    private long batch;

    /** The branches from the root down to where the last {@link #descend} ended, and which child it took in each. */
    private final Branch[] path = new Branch[MOST_LEVELS];

    private final int[] taken = new int[MOST_LEVELS];
    private int levels;

    /** Keys with a history, whether they live or not. */
    long size() {
        return size;
    }

    /** The index as it is now, good until the next change. */
    IndexView now() {
        return new IndexView(root);
    }

    /** The index as it is now and stays; what comes is another batch. */
    IndexView publish() {
        batch++;
        return new IndexView(root);
    }

    @Nullable KeyEntry get(Key key) {
        return now().get(key);
    }

    /** Adds a row's change. Rows come in revision order. */
    void add(Key key, KeyRow row) {
        byte[] bytes = key.array();
        Leaf leaf = descend(bytes);
        int place = leaf.ceiling(bytes);
        if (leaf.holds(place, bytes)) {
            KeyEntry before = leaf.entry(place);
            KeyEntry after = before.with(row);
            leaf.replace(place, after);
            count((after.live() ? 1 : 0) - (before.live() ? 1 : 0));
        } else {
            size++;
            insert(leaf, place, KeyEntry.first(bytes, row));
        }
    }

    /**
     * Drops what compaction to a main revision leaves no more of a key's history.
     *
     * @param entry the key's present entry
     */
    void compact(KeyEntry entry, long main) {
        KeyEntry left = entry.compacted(main);
        if (left == entry) {
            return;
        }
        Leaf leaf = descend(entry.key());
        int place = leaf.ceiling(entry.key());
        InvariantException.check(leaf.holds(place, entry.key()), "a key to compact is not in the index");
        if (left != null) {
            leaf.replace(place, left);
        } else {
            size--;
            remove(leaf, place);
        }
    }

    private Leaf descend(byte[] key) {
        levels = 0;
        IndexNode node = root;
        while (node instanceof Branch branch) {
            path[levels] = branch;
            taken[levels] = branch.childFor(key);
            node = branch.child(taken[levels]);
            levels++;
        }
        return (Leaf) node;
    }

    /** Makes the path's branches this batch's own. */
    private void ownPath() {
        for (int level = 0; level < levels; level++) {
            if (path[level].batch != batch) {
                path[level] = path[level].copy(batch);
                if (level == 0) {
                    root = path[0];
                } else {
                    path[level - 1].setChild(taken[level - 1], path[level]);
                }
            }
        }
    }

    private void count(int delta) {
        if (delta != 0) {
            ownPath();
            for (int level = 0; level < levels; level++) {
                path[level].addLive(taken[level], delta);
            }
        }
    }

    private void insert(Leaf leaf, int place, KeyEntry entry) {
        count(entry.live() ? 1 : 0);
        ownPath();
        Leaf grown = leaf.with(place, entry);
        if (grown.size() <= IndexNode.MOST) {
            setInParent(levels, grown);
            return;
        }
        // keys that come in order fill their leaves
        int middle = place == leaf.size() ? leaf.size() : grown.size() / 2;
        Leaf left = grown.part(0, middle);
        Leaf right = grown.part(middle, grown.size());
        splitInParent(
                levels,
                new Branch.Half(left, left.firstKey(), left.live()),
                new Branch.Half(right, right.firstKey(), right.live()));
    }

    private void setInParent(int level, IndexNode node) {
        if (level == 0) {
            root = node;
        } else {
            path[level - 1].setChild(taken[level - 1], node);
        }
    }

    private void splitInParent(int level, Branch.Half left, Branch.Half right) {
        if (level == 0) {
            root = Branch.of(batch, left, right);
            return;
        }
        Branch parent = path[level - 1];
        int place = taken[level - 1];
        parent.split(place, left, right);
        if (parent.size() > IndexNode.MOST) {
            int middle = place + 2 == parent.size() ? parent.size() - 1 : parent.size() / 2;
            Branch lower = parent.part(0, middle);
            Branch upper = parent.part(middle, parent.size());
            splitInParent(
                    level - 1,
                    new Branch.Half(lower, lower.from(0), lower.live()),
                    new Branch.Half(upper, upper.from(0), upper.live()));
        }
    }

    private void remove(Leaf leaf, int place) {
        ownPath();
        IndexNode node = leaf.without(place);
        for (int level = levels; level > 0; level--) {
            Branch parent = path[level - 1];
            int child = taken[level - 1];
            if (node.size() == 0) {
                parent.remove(child);
            } else {
                parent.setChild(child, node);
                if (node.size() < IndexNode.FEW) {
                    parent.join(child);
                }
            }
            node = parent;
        }
        root = node;
        while (root instanceof Branch branch && branch.size() <= 1) {
            root = branch.size() == 0 ? Leaf.EMPTY : branch.child(0);
        }
    }
}
