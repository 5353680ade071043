package io.drawbore.mvcc;

/**
 * How the cache of values is used.
 *
 * @param hits values found since the start
 * @param misses values looked for and read from the store
 * @param bytes bytes of keys, values and what holds them, now
 * @param budget bytes it may hold
 */
public record CacheUse(long hits, long misses, long bytes, long budget) {}
