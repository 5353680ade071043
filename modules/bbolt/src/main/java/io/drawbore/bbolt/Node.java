package io.drawbore.bbolt;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One open page of a tree that grows: the items it has so far, in the order of their keys. Keys and values lie behind
 * each other as they will in the page; what the elements say is kept apart, since their room depends on their number.
 */
final class Node {
    /** Bytes up to which a page is filled: nine tenths, as etcd fills its own, so that later changes find room. */
    static final int FILL_BYTES = BoltWriter.PAGE_SIZE * 9 / 10;

    /** Bytes from which a leaf is closed though it has one item only: the last page's waste is small then. */
    static final int LONE_ITEM_BYTES = 16 * BoltWriter.PAGE_SIZE;

    /** More than a filled page can have: each takes an element and a key of one byte at least. */
    private static final int MAX_ITEMS = BoltWriter.PAGE_SIZE / (Layout.LEAF_ELEMENT + 1) + 1;

    private final int kind;
    /** Of a leaf's item its flags, of a branch's the child. */
    private final long[] tags = new long[MAX_ITEMS];

    private final int[] keySizes = new int[MAX_ITEMS];
    private final int[] valueSizes = new int[MAX_ITEMS];
    private int count;
    private byte[] data = new byte[BoltWriter.PAGE_SIZE];
    private int dataLength;
    private boolean held;

    private Node(int kind) {
        this.kind = kind;
    }

    static Node leaf() {
        return new Node(Layout.LEAF);
    }

    static Node branch() {
        return new Node(Layout.BRANCH);
    }

    byte[] data() {
        return data;
    }

    int dataLength() {
        return dataLength;
    }

    int firstKeyLength() {
        return keySizes[0];
    }

    /** Bytes of the page so far. */
    int size() {
        return headSize() + dataLength;
    }

    /** Both kinds of elements have the same size. */
    private int headSize() {
        return Layout.PAGE_HEADER + count * Layout.LEAF_ELEMENT;
    }

    /**
     * Whether the page is to be written before an item of such a size. A leaf has two items at least, so that values of
     * a bit more than a page waste little; a branch has three, of which the last goes to the next page.
     */
    boolean closesBefore(int keyLength, int valueLength) {
        final long size = (long) size() + Layout.LEAF_ELEMENT + keyLength + valueLength;
        final int atLeast = kind == Layout.BRANCH ? 3 : size() < LONE_ITEM_BYTES ? 2 : 1;
        return count >= atLeast && size > FILL_BYTES;
    }

    /** Adds a leaf's item; value bytes from the buffer's position to its limit, which stay where they are. */
    void add(int flags, byte[] key, int keyLength, ByteBuffer value) {
        item(flags, key, keyLength, value.remaining());
        value.get(value.position(), data, dataLength, value.remaining());
        dataLength += value.remaining();
    }

    /** Adds a page that was just written as a branch's next child. */
    void add(Node child, long id) {
        item(id, child.data, child.keySizes[0], 0);
    }

    private void item(long tag, byte[] key, int keyLength, int valueLength) {
        final int needed = dataLength + keyLength + valueLength;
        if (needed > data.length) {
            data = Arrays.copyOf(data, Math.max(needed, 2 * Math.min(data.length, LONE_ITEM_BYTES)));
        }
        tags[count] = tag;
        keySizes[count] = keyLength;
        valueSizes[count] = valueLength;
        count++;
        System.arraycopy(key, 0, data, dataLength, keyLength);
        dataLength += keyLength;
    }

    /** Takes a branch's last child away until {@link #restart}, so that the page is written without it. */
    void holdLast() {
        count--;
        dataLength -= keySizes[count];
        held = true;
    }

    /** Empties the page; a child that was held becomes its first. */
    void restart() {
        if (held) {
            tags[0] = tags[count];
            keySizes[0] = keySizes[count];
            valueSizes[0] = 0;
            System.arraycopy(data, dataLength, data, 0, keySizes[0]);
        }
        count = held ? 1 : 0;
        dataLength = held ? keySizes[0] : 0;
        held = false;
    }

    /** Writes the page's header and its elements. Returns how many bytes they take. */
    int encodeHead(long id, int overflow, byte[] into, int from) {
        Layout.putPageHeader(into, from, id, kind, count, overflow);
        int data = from + headSize();
        for (int i = 0, at = from + Layout.PAGE_HEADER; i < count; i++, at += Layout.LEAF_ELEMENT) {
            if (kind == Layout.LEAF) {
                Layout.putInt(into, at + Layout.LEAF_FLAGS_AT, (int) tags[i]);
                Layout.putInt(into, at + Layout.LEAF_POSITION_AT, data - at);
                Layout.putInt(into, at + Layout.LEAF_KEY_SIZE_AT, keySizes[i]);
                Layout.putInt(into, at + Layout.LEAF_VALUE_SIZE_AT, valueSizes[i]);
            } else {
                Layout.putInt(into, at + Layout.BRANCH_POSITION_AT, data - at);
                Layout.putInt(into, at + Layout.BRANCH_KEY_SIZE_AT, keySizes[i]);
                Layout.putLong(into, at + Layout.BRANCH_CHILD_AT, tags[i]);
            }
            data += keySizes[i] + valueSizes[i];
        }
        return headSize();
    }

    /** Writes the page as a bucket's header carries it: number 0, no padding. */
    void encode(byte[] into, int from) {
        final int head = encodeHead(0, 0, into, from);
        System.arraycopy(data, 0, into, from + head, dataLength);
    }
}
