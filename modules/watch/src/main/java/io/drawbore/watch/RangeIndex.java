package io.drawbore.watch;

import io.drawbore.mvcc.Key;
import io.drawbore.mvcc.KeyRange;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watchers by their ranges, found by a key in the range: a treap ordered by the ranges' starts in which each node knows
 * the furthest end below it, so that what ends too early or starts too late is passed over. Watchers of equal ranges
 * share a node. Not thread-safe.
 */
final class RangeIndex {
    /** Gives nodes their ranks; equal sequences of calls make equal trees. */
    private final SplittableRandom ranks = new SplittableRandom(1);

    private @Nullable Node root;

    private static final class Node {
        private final KeyRange range;
        private final int rank;
        private final Set<Watcher> watchers = new LinkedHashSet<>();
        private @Nullable Node left;
        private @Nullable Node right;
        /** The furthest end in this node's tree; null for none, which is the furthest of all. */
        private @Nullable Key end;

        Node(KeyRange range, int rank) {
            this.range = range;
            this.rank = rank;
            this.end = range.to();
        }

        void updateEnd() {
            Key furthest = range.to();
            if (left != null) {
                furthest = later(furthest, left.end);
            }
            if (right != null) {
                furthest = later(furthest, right.end);
            }
            end = furthest;
        }

        private static @Nullable Key later(@Nullable Key one, @Nullable Key other) {
            return one == null || other == null ? null : one.compareTo(other) >= 0 ? one : other;
        }
    }

    void add(Watcher watcher) {
        Node found = find(watcher.range);
        if (found == null) {
            found = new Node(watcher.range, ranks.nextInt());
            root = insert(root, found);
        }
        found.watchers.add(watcher);
    }

    void remove(Watcher watcher) {
        Node found = find(watcher.range);
        if (found != null && found.watchers.remove(watcher) && found.watchers.isEmpty()) {
            root = delete(root, watcher.range);
        }
    }

    /** Calls for each watcher whose range holds the key. */
    void forEach(Key key, Consumer<Watcher> action) {
        visit(root, key, action);
    }

    /** Calls for each watcher. */
    void forEach(Consumer<Watcher> action) {
        visit(root, action);
    }

    private static void visit(@Nullable Node node, Key key, Consumer<Watcher> action) {
        if (node == null || (node.end != null && node.end.compareTo(key) <= 0)) {
            return;
        }
        visit(node.left, key, action);
        if (node.range.from().compareTo(key) <= 0) {
            if (node.range.contains(key)) {
                node.watchers.forEach(action);
            }
            visit(node.right, key, action);
        }
    }

    private static void visit(@Nullable Node node, Consumer<Watcher> action) {
        if (node != null) {
            visit(node.left, action);
            node.watchers.forEach(action);
            visit(node.right, action);
        }
    }

    private @Nullable Node find(KeyRange range) {
        Node node = root;
        while (node != null) {
            int order = compare(range, node.range);
            if (order == 0) {
                return node;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    /** By start, then by end; a range without an end comes last. */
    private static int compare(KeyRange one, KeyRange other) {
        int byStart = one.from().compareTo(other.from());
        if (byStart != 0) {
            return byStart;
        }
        Key end = one.to();
        Key otherEnd = other.to();
        if (end == null || otherEnd == null) {
            return Boolean.compare(end == null, otherEnd == null);
        }
        return end.compareTo(otherEnd);
    }

    private static Node insert(@Nullable Node tree, Node added) {
        if (tree == null) {
            return added;
        }
        if (added.rank > tree.rank) {
            Halves halves = split(tree, added.range);
            added.left = halves.before;
            added.right = halves.behind;
            added.updateEnd();
            return added;
        }
        if (compare(added.range, tree.range) < 0) {
            tree.left = insert(tree.left, added);
        } else {
            tree.right = insert(tree.right, added);
        }
        tree.updateEnd();
        return tree;
    }

    private record Halves(@Nullable Node before, @Nullable Node behind) {}

    private static Halves split(@Nullable Node tree, KeyRange at) {
        if (tree == null) {
            return new Halves(null, null);
        }
        Halves halves;
        if (compare(tree.range, at) < 0) {
            Halves right = split(tree.right, at);
            tree.right = right.before;
            halves = new Halves(tree, right.behind);
        } else {
            Halves left = split(tree.left, at);
            tree.left = left.behind;
            halves = new Halves(left.before, tree);
        }
        tree.updateEnd();
        return halves;
    }

    private static @Nullable Node delete(@Nullable Node tree, KeyRange range) {
        if (tree == null) {
            return null;
        }
        int order = compare(range, tree.range);
        if (order == 0) {
            return merge(tree.left, tree.right);
        }
        if (order < 0) {
            tree.left = delete(tree.left, range);
        } else {
            tree.right = delete(tree.right, range);
        }
        tree.updateEnd();
        return tree;
    }

    private static @Nullable Node merge(@Nullable Node before, @Nullable Node behind) {
        if (before == null || behind == null) {
            return before == null ? behind : before;
        }
        if (before.rank > behind.rank) {
            before.right = merge(before.right, behind);
            before.updateEnd();
            return before;
        }
        behind.left = merge(before, behind.left);
        behind.updateEnd();
        return behind;
    }
}
