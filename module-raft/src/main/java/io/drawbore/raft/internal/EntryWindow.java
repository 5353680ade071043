package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.Entry;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Consecutive entries of the log, kept in an array of which a slot is written once: so a {@link #view} is handed out
 * without copying, stays as it is whatever happens here, and may be read by other threads. Appending and dropping at
 * the front cost amortized constant time and never an allocation that grows with the log; truncation copies what it
 * keeps. What was dropped stays reachable until it weighs more than what is left.
 */
public final class EntryWindow {
    private static final int SMALLEST = 16;
    private static final long DROPPED_AT_LEAST = 1 << 16;

    private Entry[] slots = new Entry[SMALLEST];
    private int head;
    private int tail;
    private long first;
    private long bytes;
    private long droppedBytes;

    /** No entries yet; the next one has this index. */
    public EntryWindow(long first) {
        this.first = first;
    }

    /** The index of the first entry, or of the next where there is none. */
    public long first() {
        return first;
    }

    /** One above the index of the last entry. */
    public long end() {
        return first + size();
    }

    /** How many entries there are. */
    public int size() {
        return tail - head;
    }

    /** What they take in an encoding, without framing. */
    public long bytes() {
        return bytes;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return tail == head;
    }

    /** The entry at an index, which must be here. */
    public Entry get(long index) {
        return slots[head + Math.toIntExact(index - first)];
    }

    /** Appends entries; the first has the index {@link #end}. */
    public void append(List<Entry> entries) {
        if (tail + entries.size() > slots.length) {
            moveTo(size() + entries.size());
        }
        for (int i = 0; i < entries.size(); i++) {
            slots[tail++] = entries.get(i);
        }
        bytes += EntrySizes.encoded(entries);
    }

    /** Drops the entry at an index between {@link #first} and {@link #end}, and all that follow. */
    public void truncateFrom(long index) {
        if (index < end()) {
            bytes -= EntrySizes.encoded(view(index, end()));
            tail = head + Math.toIntExact(index - first);
            // What is cut off may be in somebody's view: its slots are not written again.
            moveTo(size());
        }
    }

    /** Drops all entries below an index between {@link #first} and {@link #end}. */
    public void dropBelow(long index) {
        long dropped = EntrySizes.encoded(view(first, index));
        bytes -= dropped;
        droppedBytes += dropped;
        head += Math.toIntExact(index - first);
        first = index;
        if (droppedBytes > Math.max(DROPPED_AT_LEAST, bytes)) {
            // What was dropped still stands in its slots.
            moveTo(size());
        }
    }

    /** The entries from {@code lo} up to but not including {@code hi}, all of them here. */
    public List<Entry> view(long lo, long hi) {
        Objects.checkFromToIndex(lo - first, hi - first, (long) size());
        return hi == lo ? List.of() : new View(slots, head + (int) (lo - first), (int) (hi - lo));
    }

    private void moveTo(int needed) {
        int live = size();
        Entry[] moved = new Entry[Math.max(SMALLEST, Math.addExact(needed, needed))];
        System.arraycopy(slots, head, moved, 0, live);
        slots = moved;
        head = 0;
        tail = live;
        droppedBytes = 0;
    }

    private static final class View extends AbstractList<Entry> implements RandomAccess {
        private final Entry[] slots;
        private final int from;
        private final int size;

        View(Entry[] slots, int from, int size) {
            this.slots = slots;
            this.from = from;
            this.size = size;
        }

        @Override
        public Entry get(int place) {
            return slots[from + Objects.checkIndex(place, size)];
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public List<Entry> subList(int lo, int hi) {
            Objects.checkFromToIndex(lo, hi, size);
            return new View(slots, from + lo, hi - lo);
        }

        @Override
        public Object[] toArray() {
            return Arrays.copyOfRange(slots, from, from + size, Object[].class);
        }
    }
}
