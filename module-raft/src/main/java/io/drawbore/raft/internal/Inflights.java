package io.drawbore.raft.internal;

import io.drawbore.api.InvariantException;

/**
 * The append messages on their way to one member: a window that limits their number and their bytes (Raft thesis
 * 10.2.1). A ring of (last index, bytes) pairs that grows as far as it is needed.
 */
public final class Inflights {
    private final int maxMessages;
    private final long maxBytes;
    private long[] indexes = new long[0];
    private long[] sizes = new long[0];
    private int start;
    private int count;
    private long bytes;

    /**
     * An empty window.
     *
     * @param maxMessages how many messages fit
     * @param maxBytes how many payload bytes fit, 0 for any number; one message of any size always fits
     */
    public Inflights(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /**
     * A message is on its way.
     *
     * @param lastIndex the last index in it, above those of all messages before it
     * @param size its payload bytes
     */
    public void add(long lastIndex, long size) {
        InvariantException.check(!full(), "a message is sent though the window of messages in flight is full");
        if (count == indexes.length) {
            grow();
        }
        int place = (start + count) % indexes.length;
        indexes[place] = lastIndex;
        sizes[place] = size;
        count++;
        bytes += size;
    }

    /** All messages up to an index have arrived. */
    public void freeThrough(long index) {
        while (count > 0 && indexes[start] <= index) {
            bytes -= sizes[start];
            start = (start + 1) % indexes.length;
            count--;
        }
    }

    /** Nothing is on its way any more. */
    public void clear() {
        start = 0;
        count = 0;
        bytes = 0;
    }

    /** Whether no further message may be sent. */
    public boolean full() {
        return count == maxMessages || (maxBytes != 0 && bytes >= maxBytes);
    }

    /** How many messages are on their way. */
    public int count() {
        return count;
    }

    private void grow() {
        int capacity = (int) Math.min(maxMessages, Math.max(4L, 2L * indexes.length));
        long[] moreIndexes = new long[capacity];
        long[] moreSizes = new long[capacity];
        for (int i = 0; i < count; i++) {
            int place = (start + i) % indexes.length;
            moreIndexes[i] = indexes[place];
            moreSizes[i] = sizes[place];
        }
        indexes = moreIndexes;
        sizes = moreSizes;
        start = 0;
    }
}
