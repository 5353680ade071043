package io.drawbore.mvcc;

/** A node of the key index: a {@link Leaf} or a {@link Branch}. */
sealed interface IndexNode permits Leaf, Branch {
    /** Entries or children that a node has at the most; one more, and it is split. */
    int MOST = 64;

    /** A node with fewer is joined with a neighbour where both fit into one. */
    int FEW = 16;

    /** Entries or children. */
    int size();
}
