package io.drawbore.backend.memory;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map whose every version stays as it is: a change copies the path to the root and returns a new map. A treap
 * whose priorities come from the keys' hashes, so that equal contents have equal shape in every run.
 */
final class PersistentMap<K, V> {
    private record Node<K, V>(K key, V value, int priority, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        Node<K, V> withLeft(@Nullable Node<K, V> node) {
            return new Node<>(key, value, priority, node, right);
        }

        Node<K, V> withRight(@Nullable Node<K, V> node) {
            return new Node<>(key, value, priority, left, node);
        }
    }

    private final Comparator<? super K> order;
    private final @Nullable Node<K, V> root;

    private PersistentMap(Comparator<? super K> order, @Nullable Node<K, V> root) {
        this.order = order;
        this.root = root;
    }

    static <K, V> PersistentMap<K, V> empty(Comparator<? super K> order) {
        return new PersistentMap<>(order, null);
    }

    @Nullable V get(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int side = order.compare(key, node.key);
            if (side == 0) {
                return node.value;
            }
            node = side < 0 ? node.left : node.right;
        }
        return null;
    }

    /** The value of the greatest key, or null. */
    @Nullable V last() {
        Node<K, V> node = root;
        while (node != null && node.right != null) {
            node = node.right;
        }
        return node == null ? null : node.value;
    }

    PersistentMap<K, V> with(K key, V value) {
        return new PersistentMap<>(order, insert(root, key, value));
    }

    PersistentMap<K, V> without(K key) {
        return new PersistentMap<>(order, remove(root, key));
    }

    /** Walks from a key on, in order, for as long as the visitor says true. */
    void walk(@Nullable K from, BiPredicate<? super K, ? super V> visitor) {
        Deque<Node<K, V>> path = new ArrayDeque<>();
        Node<K, V> node = root;
        while (node != null || !path.isEmpty()) {
            while (node != null) {
                boolean wanted = from == null || order.compare(node.key, from) >= 0;
                if (wanted) {
                    path.push(node);
                }
                node = wanted ? node.left : node.right;
            }
            if (path.isEmpty()) {
                return;
            }
            Node<K, V> next = path.pop();
            if (!visitor.test(next.key, next.value)) {
                return;
            }
            node = next.right;
        }
    }

    private Node<K, V> insert(@Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            // Murmur's finisher: hashes of neighbouring numbers would make a list of the tree.
            int hash = key.hashCode() * 0x85ebca6b;
            return new Node<>(key, value, (hash ^ (hash >>> 13)) * 0xc2b2ae35, null, null);
        }
        int side = order.compare(key, node.key);
        if (side == 0) {
            return new Node<>(key, value, node.priority, node.left, node.right);
        }
        if (side < 0) {
            Node<K, V> left = insert(node.left, key, value);
            return left.priority > node.priority ? left.withRight(node.withLeft(left.right)) : node.withLeft(left);
        }
        Node<K, V> right = insert(node.right, key, value);
        return right.priority > node.priority ? right.withLeft(node.withRight(right.left)) : node.withRight(right);
    }

    private @Nullable Node<K, V> remove(@Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int side = order.compare(key, node.key);
        if (side == 0) {
            return join(node.left, node.right);
        }
        return side < 0 ? node.withLeft(remove(node.left, key)) : node.withRight(remove(node.right, key));
    }

    private static <K, V> @Nullable Node<K, V> join(@Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left.priority > right.priority
                ? left.withRight(join(left.right, right))
                : right.withLeft(join(left, right.left));
    }
}
