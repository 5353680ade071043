package io.drawbore.rpc.internal;

import org.eclipse.jetty.http2.frames.ContinuationFrame;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.io.RateControl;

/**
 * How often one connection may send the frames that cost us and not the client; Jetty asks at each of them and ends the
 * connection with ENHANCE_YOUR_CALM where the answer is no. Each kind has a budget that refills, as clients that mean
 * well send them in bursts: ten thousand watches are cancelled at once, but not every second. Called by the thread that
 * reads the connection.
 */
final class FrameRates implements RateControl {
    /** Resets: all calls of a busy client at once, then as many a second as deadlines may pass (CVE-2023-44487). */
    private final Budget resets = new Budget(20_000, 1_000);
    /** Pings and their answers: clients of gRPC measure a connection with one a round trip, which is short at home. */
    private final Budget pings = new Budget(10_000, 10_000);
    /** Settings: each is answered; a client sends one or two in a lifetime. */
    private final Budget settings = new Budget(100, 10);
    /** Pieces of headers: what is legal has a handful of them (CVE-2024-27316). */
    private final Budget continuations = new Budget(1_000, 1_000);
    /** Data without a byte, which the end of a stream is not counted as. */
    private final Budget emptyData = new Budget(1_000, 100);
    /** Priorities, unknown frames, broken ones: nobody needs them. */
    private final Budget others = new Budget(1_000, 100);

    @Override
    public boolean onEvent(Object event) {
        Budget budget = switch (event) {
            case ResetFrame f -> resets;
            case PingFrame f -> pings;
            case SettingsFrame f -> settings;
            case ContinuationFrame f -> continuations;
            case DataFrame f -> emptyData;
            default -> others;
        };
        return budget.take(System.nanoTime());
    }

    /** A number of frames that is there from the start and refills with time. */
    static final class Budget {
        private static final double NANOS = 1e9;

        private final int most;
        private final int perSecond;
        private double left;
        private long refilledAt;

        Budget(int most, int perSecond) {
            this.most = most;
            this.perSecond = perSecond;
            this.left = most;
        }

        boolean take(long now) {
            if (left < most) {
                left = Math.min(most, left + (now - refilledAt) * perSecond / NANOS);
            }
            refilledAt = now;
            left--;
            return left >= 0;
        }
    }
}
