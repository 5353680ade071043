package io.drawbore.bbolt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Builds one tree from below: leaves are written as they fill, and each written page becomes a child of the open page
 * one level higher. Holds one open page a level.
 */
final class TreeWriter {
    /**
     * Up to so many bytes the only leaf of a bucket stands in the bucket's header: a quarter of a page, as in bbolt.
     */
    private static final int INLINE_BYTES = BoltWriter.PAGE_SIZE / 4;

    /** Bytes of a key that a message shows. */
    private static final int SHOWN_BYTES = 32;

    private final PageOutput output;
    /** The open pages, the leaf first. */
    private final List<Node> levels = new ArrayList<>(List.of(Node.leaf()));

    private byte[] lastKey = new byte[64];
    private int lastKeyLength;
    private byte[] key = new byte[64];

    TreeWriter(PageOutput output) {
        this.output = output;
    }

    /** Refuses an item that does not come behind the ones there are, or is out of bounds. */
    void checkNext(ByteBuffer itemKey, int valueLength) {
        final int keyLength = itemKey.remaining();
        if (keyLength == 0) {
            throw new IllegalArgumentException("a key has no bytes");
        }
        if (keyLength > BoltWriter.MAX_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a key has " + keyLength + " bytes, more than the " + BoltWriter.MAX_KEY_BYTES + " of bbolt");
        }
        if (valueLength > BoltWriter.MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "a value has " + valueLength + " bytes, more than " + BoltWriter.MAX_VALUE_BYTES);
        }
        if (key.length < keyLength) {
            key = new byte[keyLength];
        }
        itemKey.get(itemKey.position(), key, 0, keyLength);
        if (Arrays.compareUnsigned(key, 0, keyLength, lastKey, 0, lastKeyLength) <= 0) {
            throw new IllegalArgumentException(
                    "key " + shown(key, keyLength) + " does not come behind " + shown(lastKey, lastKeyLength));
        }
    }

    private static String shown(byte[] bytes, int length) {
        return HexFormat.of().formatHex(bytes, 0, Math.min(length, SHOWN_BYTES)) + (length > SHOWN_BYTES ? "…" : "");
    }

    /** Adds an item for which {@link #checkNext} found nothing wrong. */
    void add(int flags, ByteBuffer itemKey, ByteBuffer value) {
        final int keyLength = itemKey.remaining();
        if (levels.getFirst().closesBefore(keyLength, value.remaining())) {
            close(0);
        }
        itemKey.get(itemKey.position(), key, 0, keyLength);
        levels.getFirst().add(flags, key, keyLength, value);
        final byte[] spare = lastKey;
        lastKey = key;
        lastKeyLength = keyLength;
        key = spare;
    }

    /**
     * Writes a level's open page. A branch keeps its last child for the next page, so that no branch is ever left with
     * one child: bbolt fails when it deletes from below such a one.
     */
    private void close(int level) {
        final Node node = levels.get(level);
        if (level > 0) {
            node.holdLast();
        }
        writeInto(level + 1, node);
    }

    private void writeInto(int parentLevel, Node node) {
        final long id = output.write(node);
        if (parentLevel == levels.size()) {
            levels.add(Node.branch());
        }
        final Node parent = levels.get(parentLevel);
        if (parent.closesBefore(node.firstKeyLength(), 0)) {
            close(parentLevel);
        }
        parent.add(node, id);
        node.restart();
    }

    /** Writes what is open and begins a new tree. Returns the root's page. */
    long finish() {
        for (int level = 0; level < levels.size() - 1; level++) {
            writeInto(level + 1, levels.get(level));
        }
        final long root = output.write(levels.getLast());
        restart();
        return root;
    }

    /** The same for the tree of a bucket, whose header this returns; a small one stands in its header. */
    byte[] finishBucket() {
        final Node leaf = levels.getFirst();
        final boolean small = levels.size() == 1 && leaf.size() <= INLINE_BYTES;
        final byte[] header = new byte[Layout.BUCKET_HEADER + (small ? leaf.size() : 0)];
        if (small) {
            leaf.encode(header, Layout.BUCKET_HEADER);
            restart();
        } else {
            Layout.putLong(header, 0, finish());
        }
        return header;
    }

    private void restart() {
        levels.subList(1, levels.size()).clear();
        levels.getFirst().restart();
        lastKeyLength = 0;
    }
}
