package io.drawbore.mvcc;

import io.drawbore.proto.mvccpb.KeyValue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Values by the revision of the change that made them, within a budget of bytes. A revision's value never changes, so
 * what is found is right, whoever put it in and whenever. Any thread, without a lock.
 *
 * <p>A revision has four places where it can be, chosen by its hash. Who adds a value takes an empty one of them, or
 * that of a value not asked for lately; and while the budget is exceeded, a hand that goes round all places takes out
 * what was not asked for since it last came by. A value that is added may exceed the budget for that moment: threads
 * that add at once exceed it together by one value each, none larger than an eighth of the budget.
 */
final class ValueCache {
    /** What a cached value takes beside the bytes of its key and value: objects, array headers, its place. */
    static final int OVERHEAD_BYTES = 220;

    private static final int WAYS = 4;

    /** Bytes of budget for each place; about the smallest value there is, so that places are never what lacks. */
    private static final long BYTES_A_PLACE = 256;

    private static final int MOST_PLACES = 1 << 24;

    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final long budget;
    private final AtomicReferenceArray<@Nullable Cached> places;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger hand = new AtomicInteger();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** A value at its place. */
    private static final class Cached {
        private final long packed;
        private final KeyValue value;
        private final int bytes;
        /** Whether it was asked for since the hand came by; a lost update does no harm. */
        private boolean asked;

        Cached(long packed, KeyValue value, int bytes) {
            this.packed = packed;
            this.value = value;
            this.bytes = bytes;
        }
    }

    /**
     * An empty cache.
     *
     * @param budget bytes it may hold; 0 for a cache that keeps nothing
     */
    ValueCache(long budget) {
        this.budget = budget;
        long wanted = Math.clamp(budget / BYTES_A_PLACE, WAYS, MOST_PLACES);
        places = new AtomicReferenceArray<>(Math.toIntExact(Long.highestOneBit(wanted)));
    }

    /** The value of a change, if it is here. */
    @Nullable KeyValue get(long packed) {
        int first = first(packed);
        for (int way = 0; way < WAYS; way++) {
            Cached cached = places.get(first + way);
            if (cached != null && cached.packed == packed) {
                if (!cached.asked) {
                    cached.asked = true;
                }
                hits.increment();
                return cached.value;
            }
        }
        misses.increment();
        return null;
    }

    /** Keeps a value, unless it is too large. */
    void put(long packed, KeyValue value) {
        long size = (long) OVERHEAD_BYTES + value.getKey().size() + value.getValue().size();
        if (size > budget / 8) {
            return;
        }
        Cached added = new Cached(packed, value, (int) size);
        int first = first(packed);
        int place = -1;
        for (int way = 0; way < WAYS; way++) {
            Cached cached = places.get(first + way);
            if (cached == null) {
                place = first + way;
            } else if (cached.packed == packed) {
                return;
            }
        }
        swap(place < 0 ? takeOver(first, packed) : place, added);
        shrink();
    }

    /** The place of the value of a set that goes: the first not asked for, any if all were. */
    private int takeOver(int first, long packed) {
        for (int way = 0; way < WAYS; way++) {
            Cached cached = places.get(first + way);
            if (cached == null || !cached.asked) {
                return first + way;
            }
            cached.asked = false;
        }
        return first + (int) (packed & (WAYS - 1));
    }

    private void swap(int place, @Nullable Cached cached) {
        Cached before = places.getAndSet(place, cached);
        bytes.addAndGet((cached == null ? 0L : cached.bytes) - (before == null ? 0L : before.bytes));
    }

    /** Two rounds of the hand find everything that can go. */
    private void shrink() {
        int most = 2 * places.length();
        for (int step = 0; bytes.get() > budget && step < most; step++) {
            int place = hand.getAndIncrement() & (places.length() - 1);
            Cached cached = places.get(place);
            if (cached == null) {
                continue;
            }
            if (cached.asked) {
                cached.asked = false;
            } else {
                swap(place, null);
            }
        }
    }

    private int first(long packed) {
        int sets = places.length() / WAYS;
        return ((int) ((packed * SPREAD) >>> 32) & (sets - 1)) * WAYS;
    }

    /** How it is used. */
    CacheUse use() {
        return new CacheUse(hits.sum(), misses.sum(), bytes.get(), budget);
    }
}
