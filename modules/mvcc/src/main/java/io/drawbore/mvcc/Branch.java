package io.drawbore.mvcc;

import java.util.Arrays;

/**
 * An inner node of the key index: children in key order, the key from which each takes over, and how many live keys
 * each holds. It belongs to the batch that made it: the apply thread changes it until that batch is published, and
 * nobody ever after.
 */
final class Branch implements IndexNode {
    /** The batch that may change it. */
    final long batch;

    private IndexNode[] children;
    /** From where on a child is meant; that of the first child counts for nothing, it takes all below the second. */
    private byte[][] from;

    private int[] live;

    private Branch(long batch, IndexNode[] children, byte[][] from, int[] live) {
        this.batch = batch;
        this.children = children;
        this.from = from;
        this.live = live;
    }

    /** A new root above the two halves of the old one. */
    static Branch of(long batch, Half left, Half right) {
        IndexNode[] children = {left.node, right.node};
        byte[][] from = {left.from, right.from};
        int[] live = {left.live, right.live};
        return new Branch(batch, children, from, live);
    }

    /** One of the two parts of a node that grew too large. */
    static final class Half {
        private final IndexNode node;
        private final byte[] from;
        private final int live;

        Half(IndexNode node, byte[] from, int live) {
            this.node = node;
            this.from = from;
            this.live = live;
        }
    }

    @Override
    public int size() {
        return children.length;
    }

    IndexNode child(int place) {
        return children[place];
    }

    int live(int place) {
        return live[place];
    }

    /** Live keys of all children. */
    int live() {
        return liveBefore(live.length);
    }

    /** Live keys of the children before a place. */
    int liveBefore(int place) {
        int sum = 0;
        for (int i = 0; i < place; i++) {
            sum += live[i];
        }
        return sum;
    }

    byte[] from(int place) {
        return from[place];
    }

    /** The child in which a key is, if it is anywhere. */
    int childFor(byte[] key) {
        int low = 1;
        int high = from.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(from[middle], key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The same for another batch. */
    Branch copy(long owner) {
        return new Branch(owner, children.clone(), from.clone(), live.clone());
    }

    void setChild(int place, IndexNode child) {
        children[place] = child;
    }

    void addLive(int place, int delta) {
        live[place] += delta;
    }

    /** Puts two children in the place of one. */
    void split(int place, Half left, Half right) {
        int size = children.length;
        IndexNode[] moreChildren = Arrays.copyOf(children, size + 1);
        byte[][] moreFrom = Arrays.copyOf(from, size + 1);
        int[] moreLive = Arrays.copyOf(live, size + 1);
        System.arraycopy(children, place + 1, moreChildren, place + 2, size - place - 1);
        System.arraycopy(from, place + 1, moreFrom, place + 2, size - place - 1);
        System.arraycopy(live, place + 1, moreLive, place + 2, size - place - 1);
        moreChildren[place] = left.node;
        moreLive[place] = left.live;
        moreChildren[place + 1] = right.node;
        moreFrom[place + 1] = right.from;
        moreLive[place + 1] = right.live;
        children = moreChildren;
        from = moreFrom;
        live = moreLive;
    }

    void remove(int place) {
        int size = children.length;
        IndexNode[] lessChildren = Arrays.copyOf(children, size - 1);
        byte[][] lessFrom = Arrays.copyOf(from, size - 1);
        int[] lessLive = Arrays.copyOf(live, size - 1);
        System.arraycopy(children, place + 1, lessChildren, place, size - place - 1);
        System.arraycopy(from, place + 1, lessFrom, place, size - place - 1);
        System.arraycopy(live, place + 1, lessLive, place, size - place - 1);
        children = lessChildren;
        from = lessFrom;
        live = lessLive;
    }

    Branch part(int start, int end) {
        return new Branch(
                batch,
                Arrays.copyOfRange(children, start, end),
                Arrays.copyOfRange(from, start, end),
                Arrays.copyOfRange(live, start, end));
    }

    /** Joins a small child with a neighbour, if the two fit into one. */
    void join(int place) {
        if (place + 1 < children.length && fit(place)) {
            joinWithNext(place);
        } else if (place > 0 && fit(place - 1)) {
            joinWithNext(place - 1);
        }
    }

    private boolean fit(int place) {
        return children[place].size() + children[place + 1].size() <= MOST;
    }

    private void joinWithNext(int place) {
        IndexNode next = children[place + 1];
        children[place] = switch (children[place]) {
            case Leaf leaf -> leaf.and((Leaf) next);
            case Branch branch -> branch.and((Branch) next, from[place + 1], batch);
        };
        live[place] += live[place + 1];
        remove(place + 1);
    }

    /** What the neighbour's first child takes over from is known to the parent alone. */
    private Branch and(Branch next, byte[] nextFrom, long owner) {
        int size = children.length;
        int all = size + next.children.length;
        IndexNode[] bothChildren = Arrays.copyOf(children, all);
        byte[][] bothFrom = Arrays.copyOf(from, all);
        int[] bothLive = Arrays.copyOf(live, all);
        System.arraycopy(next.children, 0, bothChildren, size, next.children.length);
        System.arraycopy(next.from, 0, bothFrom, size, next.from.length);
        System.arraycopy(next.live, 0, bothLive, size, next.live.length);
        bothFrom[size] = nextFrom;
        return new Branch(owner, bothChildren, bothFrom, bothLive);
    }
}
