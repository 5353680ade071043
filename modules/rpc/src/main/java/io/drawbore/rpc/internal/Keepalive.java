package io.drawbore.rpc.internal;

import io.drawbore.rpc.EndpointConfig;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Finds a connection whose other end is gone without a word. Calls come from the reading thread and from Jetty's timer.
 */
final class Keepalive {
    private final Scheduler scheduler;
    private final EndpointConfig.Keepalive settings;
    private volatile long answeredAt = System.nanoTime();
    private volatile boolean waiting;

    Keepalive(Scheduler scheduler, EndpointConfig.Keepalive settings) {
        this.scheduler = scheduler;
        this.settings = settings;
    }

    /** Nothing was read or written for a while. */
    void idle(Session session) {
        if (waiting || System.nanoTime() - answeredAt < settings.interval().toNanos()) {
            return;
        }
        waiting = true;
        session.ping(new PingFrame(false), Callback.NOOP);
        scheduler.schedule(() -> {
            if (waiting) {
                session.close(ErrorCode.NO_ERROR.code, "keepalive timeout", Callback.NOOP);
            }
        }, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The other end has answered. */
    void pong() {
        waiting = false;
        answeredAt = System.nanoTime();
    }
}
