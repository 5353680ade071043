package io.drawbore.watch;

/**
 * Bounds of what watching may take.
 *
 * @param streamBytes bytes of keys and values queued for one stream; beyond them its watchers fall behind and read the
 *     store
 * @param inFlightBytes bytes handed to a stream's transport that it has not passed on yet
 * @param catchUpRows rows one read of a watcher that fell behind fetches
 * @param catchUpBytes bytes of keys and values after which such a read ends
 * @param threads threads that encode, send and catch up
 */
public record WatchLimits(long streamBytes, long inFlightBytes, int catchUpRows, long catchUpBytes, int threads) {
    /** 4 MiB a stream, 256 KiB in flight, 1,000 rows or 1 MiB a read, two threads. */
    public static final WatchLimits DEFAULT = new WatchLimits(4 << 20, 256 << 10, 1_000, 1 << 20, 2);
}
