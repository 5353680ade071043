package io.drawbore.plugins;

import java.time.Duration;

/**
 * What one point of a plug-in may take.
 *
 * @param calls that may be under way at a time, those included that were given up and have not returned
 * @param time what a call has; {@link #UNLIMITED} where somebody else ends it
 * @param failuresInARow after so many the point is fenced off for a while; {@link #NEVER} where a failure says more of
 *     a request than of the plug-in
 */
public record Limits(int calls, Duration time, int failuresInARow) {
    /** No end but the caller's. */
    public static final Duration UNLIMITED = Duration.ZERO;

    /** Failures fence nothing off. */
    public static final int NEVER = 0;

    /** After so many failures in a row a point that all requests go through is fenced off. */
    public static final int FAILURES_IN_A_ROW = 5;

    /** An admission: a second, 1,024 calls. */
    public static final Limits ADMISSION = new Limits(1_024, Duration.ofSeconds(1), FAILURES_IN_A_ROW);

    /** gRPC services of a plug-in, all together: 256 calls, which end at the client's deadline. */
    public static final Limits GRPC = new Limits(256, UNLIMITED, NEVER);

    /** HTTP paths of a plug-in, all together: 256 calls of 30 seconds. */
    public static final Limits HTTP = new Limits(256, Duration.ofSeconds(30), NEVER);

    /** Limits that are none are refused. */
    public Limits {
        if (calls < 1 || time.isNegative() || failuresInARow < 0) {
            throw new IllegalArgumentException(calls + " calls, " + time + ", " + failuresInARow + " failures");
        }
    }

    boolean isTimed() {
        return !time.isZero();
    }
}
