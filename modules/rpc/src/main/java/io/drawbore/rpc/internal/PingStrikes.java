package io.drawbore.rpc.internal;

import java.time.Duration;

/**
 * Counts the pings of one connection that come too early, by the rules of gRPC for Go, which clients know: headers or
 * data sent to the client since the last one excuse a ping, each frame anew, for its clients measure the connection
 * with a ping while a large message comes in. Called by the thread that reads the connection, but for {@link #sent}.
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
    private volatile boolean sent;

    /** @param minTime between pings of a connection with calls under way */
    PingStrikes(Duration minTime) {
        this.minNanos = minTime.toNanos();
    }

    /** A frame of headers or data is about to be written. Any thread. */
    void sent() {
        sent = true;
    }

    /**
     * A ping has come, and was not answered yet.
     *
     * @param idle whether no call is under way
     * @return whether the connection must be ended
     */
    boolean isOneTooMany(long now, boolean idle) {
        long since = now - lastPingAt;
        boolean early = pinged && since < (idle ? Math.max(IDLE_NANOS, minNanos) : minNanos);
        pinged = true;
        lastPingAt = now;
        if (sent) {
            sent = false;
            strikes = 0;
        } else if (early) {
            strikes++;
        }
        return strikes > MAX_STRIKES;
    }
}
