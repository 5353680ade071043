package io.drawbore.server.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of requests, unique among members and restarts: two bytes of the member's id, five of the time in milliseconds,
 * one of a counter that carries over into the time. Any thread.
 */
public final class RequestIds {
    private static final int SUFFIX_BITS = 48;

    private final long prefix;
    private final AtomicLong suffix;

    /** Ids of a member, from a time on. */
    public RequestIds(long memberId, long epochMillis) {
        prefix = memberId << SUFFIX_BITS;
        suffix = new AtomicLong((epochMillis << 8) & ((1L << SUFFIX_BITS) - 1));
    }

    /** A new id, never 0. */
    public long next() {
        long id = prefix | (suffix.incrementAndGet() & ((1L << SUFFIX_BITS) - 1));
        return id == 0 ? next() : id;
    }
}
