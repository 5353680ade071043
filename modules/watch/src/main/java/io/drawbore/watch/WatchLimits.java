package io.drawbore.watch;

import java.time.Duration;

/**
 * Bounds of what watching may take, and how often it speaks unasked.
 *
 * @param streamBytes bytes of events and answers held for one stream, those that its transport has taken and not passed
 *     on included; beyond them its watchers fall behind and read the store
 * @param inFlightBytes bytes handed to a stream's transport that it has not passed on yet; while a stream holds as much
 *     none of its watchers reads history
 * @param catchUpRows rows one read of history fetches
 * @param catchUpBytes bytes of keys and values after which such a read ends
 * @param backlogBytes bytes of keys and values published and not yet matched against watchers; beyond them all watchers
 *     fall behind and read the store
 * @param responseBytes a response that would reach this size is sent in fragments where the watcher takes them
 * @param progressInterval how long a watcher that asked to be told of progress hears nothing at the most, a tenth of
 *     chance aside
 * @param threads threads that encode and send
 */
public record WatchLimits(
        long streamBytes,
        long inFlightBytes,
        int catchUpRows,
        long catchUpBytes,
        long backlogBytes,
        long responseBytes,
        Duration progressInterval,
        int threads) {
    /** Requests and responses may be as much larger than the largest request, as in etcd. */
    private static final long RESPONSE_OVERHEAD = 512 << 10;

    private static final Duration DEFAULT_PROGRESS_INTERVAL = Duration.ofMinutes(10);
    private static final Duration LEAST_PROGRESS_INTERVAL = Duration.ofMillis(100);

    /**
     * 4 MiB a stream, 256 KiB in flight, 1,000 rows or 1 MiB a read, a backlog of 32 MiB, two threads.
     *
     * @param maxRequestBytes the largest request; 512 KiB more is what a response may take in one piece
     * @param progressInterval as above; taken as 100 ms where it is less, and as ten minutes where it is not positive
     */
    public static WatchLimits of(long maxRequestBytes, Duration progressInterval) {
        Duration interval = progressInterval.isPositive() ? progressInterval : DEFAULT_PROGRESS_INTERVAL;
        return new WatchLimits(
                4 << 20,
                256 << 10,
                1_000,
                1 << 20,
                32 << 20,
                maxRequestBytes + RESPONSE_OVERHEAD,
                interval.compareTo(LEAST_PROGRESS_INTERVAL) < 0 ? LEAST_PROGRESS_INTERVAL : interval,
                2);
    }
}
