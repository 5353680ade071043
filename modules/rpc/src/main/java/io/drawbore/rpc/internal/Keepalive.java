package io.drawbore.rpc.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Finds connections whose other end is gone without a word, and those that ping too much. Calls come from the reading
 * thread, except the one of the timer.
 */
final class Keepalive {
    /** Pings too early that are forgiven. */
    private static final int MAX_STRIKES = 2;

    private final Scheduler scheduler;
    private final Settings settings;
    private volatile long answeredAt = System.nanoTime();
    private volatile boolean waiting;
    private long pingedAt;
    private boolean pingedBefore;
    private int strikes;

    Keepalive(Scheduler scheduler, Settings settings) {
        this.scheduler = scheduler;
        this.settings = settings;
    }

    /**
     * What an operator may set.
     *
     * @param interval silence after which the other end is asked
     * @param timeout how long it may take to answer
     * @param minTime least time between two pings of a client
     */
    record Settings(Duration interval, Duration timeout, Duration minTime) {}

    /** Nothing was read or written for a while. */
    void idle(Session session) {
        if (waiting || System.nanoTime() - answeredAt < settings.interval.toNanos()) {
            return;
        }
        waiting = true;
        session.ping(new PingFrame(false), Callback.NOOP);
        scheduler.schedule(() -> {
            if (waiting) {
                session.close(ErrorCode.NO_ERROR.code, "keepalive timeout", Callback.NOOP);
            }
        }, settings.timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The other end has answered. */
    void pong() {
        waiting = false;
        answeredAt = System.nanoTime();
    }

    /**
     * The client pings. Jetty answers; here is only counted. Clients for Go also ping to measure their bandwidth, whenever
     * data arrives; so pings count only where nothing was sent between them.
     */
    void pinged(Session session, boolean sentSinceLastPing) {
        long now = System.nanoTime();
        boolean early = pingedBefore && !sentSinceLastPing && now - pingedAt < settings.minTime.toNanos();
        pingedBefore = true;
        pingedAt = now;
        strikes = early ? strikes + 1 : 0;
        if (strikes > MAX_STRIKES) {
            session.close(ErrorCode.ENHANCE_YOUR_CALM_ERROR.code, "too_many_pings", Callback.NOOP);
        }
    }
}
