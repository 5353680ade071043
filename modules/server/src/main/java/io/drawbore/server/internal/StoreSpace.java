package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How full the store is, for judging every write at the price of an addition: the size read last, and what writes were
 * let through since. The apply thread reads the size again before the guess can be far off; any thread may ask.
 */
public final class StoreSpace {
    /** Bytes let through after which the size is read again. */
    private static final long SAMPLE_BYTES = 1 << 20;

    /** The same near the quota. */
    private static final long LEAST_SAMPLE_BYTES = 16 << 10;

    /** How much of what is left to the quota may be let through between two looks. */
    private static final long SAMPLES_TO_QUOTA = 16;

    private final Backend backend;
    private final long quota;

    /** Let through since the last look, and between that and the one before: some of the latter may not be applied. */
    private final AtomicLong letThrough = new AtomicLong();

    private volatile long letThroughBefore;
    private volatile Backend.Size sampled;

    /** Apply thread only. What was found at the start is news too. */
    private boolean news = true;

    /**
     * The space of a store.
     *
     * @param quota bytes in use from which the store is full; less than 0 for none
     */
    public StoreSpace(Backend backend, long quota) {
        this.backend = backend;
        this.quota = quota;
        this.sampled = backend.size();
    }

    /** The quota; less than 0 for none. */
    public long quota() {
        return quota;
    }

    /** The size read last. */
    public Backend.Size sampled() {
        return sampled;
    }

    /** Counts a write of so many bytes in where it fits; false where it doesn't. */
    boolean admits(long bytes) {
        if (bytes == 0 || quota < 0) {
            return true;
        }
        if (sampled.inUseBytes() + letThroughBefore + letThrough.get() + bytes >= quota) {
            return false;
        }
        letThrough.addAndGet(bytes);
        return true;
    }

    /** Whether the size read last is at the quota. */
    boolean isFull() {
        return quota >= 0 && sampled.inUseBytes() >= quota;
    }

    /** Whether so much of the quota is free by the size read last. */
    boolean hasLeft(long bytes) {
        return quota < 0 || sampled.inUseBytes() + bytes < quota;
    }

    /** Whether enough was let through to look again. */
    boolean sampleIsDue() {
        long left = quota < 0 ? Long.MAX_VALUE : Math.max(0, quota - sampled.inUseBytes());
        return letThrough.get() >= Math.clamp(left / SAMPLES_TO_QUOTA, LEAST_SAMPLE_BYTES, SAMPLE_BYTES);
    }

    /** Reads the size. Apply thread only. */
    void sample() {
        letThroughBefore = letThrough.getAndSet(0);
        sampled = backend.size();
        news = true;
    }

    /** Whether the size was read since the last call. Apply thread only. */
    boolean takeNews() {
        boolean is = news;
        news = false;
        return is;
    }
}
