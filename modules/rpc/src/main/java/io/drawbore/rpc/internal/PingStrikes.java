package io.drawbore.rpc.internal;

import java.time.Duration;

/**
 * Counts the pings of one connection that come too early, by the rules of gRPC for Go, which clients know: what was
 * sent to the client since the last one excuses a ping. Called by the thread that reads the connection.
 */
final class PingStrikes {
    /** Pings that come too early and are borne. */
    private static final int MAX_STRIKES = 2;
    /** Between pings of a connection without calls, which has no need of them. */
    private static final long IDLE_NANOS = Duration.ofHours(2).toNanos();

    private final long minNanos;
    private boolean pinged;
    private long lastPingAt;
    private int strikes;

    /** @param minTime between pings of a connection with calls under way */
    PingStrikes(Duration minTime) {
        this.minNanos = minTime.toNanos();
    }

    /**
     * A ping has come.
     *
     * @param sentSince whether anything was sent to the client since the last one
     * @param idle whether no call is under way
     * @return whether the connection must be ended
     */
    boolean isOneTooMany(long now, boolean sentSince, boolean idle) {
        long since = now - lastPingAt;
        boolean early = pinged && since < (idle ? Math.max(IDLE_NANOS, minNanos) : minNanos);
        pinged = true;
        lastPingAt = now;
        if (sentSince) {
            strikes = 0;
        } else if (early) {
            strikes++;
        }
        return strikes > MAX_STRIKES;
    }
}
