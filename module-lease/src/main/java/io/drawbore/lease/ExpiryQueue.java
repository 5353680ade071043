package io.drawbore.lease;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Leases by when they are due: a binary heap in which each knows its place. Its owner is {@link Leases}. */
final class ExpiryQueue {
    private static final int FIRST_CAPACITY = 16;

    private @Nullable HeldLease[] heap = new @Nullable HeldLease[FIRST_CAPACITY];
    private int size;

    /** The lease that is due first, or null. */
    @Nullable HeldLease first() {
        return heap[0];
    }

    /** Puts a lease in, or where it is in already, to where it belongs now. */
    void put(HeldLease lease, long due) {
        lease.due = due;
        if (lease.place == HeldLease.NOT_QUEUED) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            settle(lease, size++);
        } else {
            settle(lease, lease.place);
        }
    }

    /** Takes a lease out, where it is in. */
    void remove(HeldLease lease) {
        if (lease.place == HeldLease.NOT_QUEUED) {
            return;
        }
        int hole = lease.place;
        lease.place = HeldLease.NOT_QUEUED;
        HeldLease last = at(--size);
        heap[size] = null;
        if (last != lease) {
            settle(last, hole);
        }
    }

    /** Takes all out and puts these in. */
    void replace(HeldLease[] sorted) {
        clear();
        heap = Arrays.copyOf(sorted, Math.max(FIRST_CAPACITY, sorted.length));
        size = sorted.length;
        for (int place = 0; place < size; place++) {
            sorted[place].place = place;
            sorted[place].due = sorted[place].expiry;
        }
    }

    void clear() {
        for (int place = 0; place < size; place++) {
            at(place).place = HeldLease.NOT_QUEUED;
        }
        heap = new @Nullable HeldLease[FIRST_CAPACITY];
        size = 0;
    }

    private void settle(HeldLease lease, int from) {
        int place = from;
        while (place > 0 && lease.due < at((place - 1) / 2).due) {
            set(place, at((place - 1) / 2));
            place = (place - 1) / 2;
        }
        int child = place * 2 + 1;
        while (child < size) {
            if (child + 1 < size && at(child + 1).due < at(child).due) {
                child++;
            }
            if (at(child).due >= lease.due) {
                break;
            }
            set(place, at(child));
            place = child;
            child = place * 2 + 1;
        }
        set(place, lease);
    }

    private void set(int place, HeldLease lease) {
        heap[place] = lease;
        lease.place = place;
    }

    private HeldLease at(int place) {
        HeldLease lease = heap[place];
        if (lease == null) {
            throw new IllegalStateException("no lease at place " + place + " of " + size);
        }
        return lease;
    }
}
