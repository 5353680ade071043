package io.drawbore.lease;

/**
 * What became of a wish to renew a lease.
 *
 * @param result what
 * @param seconds the time the lease has again, 0 unless it was renewed
 */
public record Renewal(Result result, long seconds) {
    /** What can become of it. */
    public enum Result {
        /** The lease begins its time anew. */
        RENEWED,
        /** There is no such lease. */
        UNKNOWN,
        /** Its time is over and it is about to be revoked, unless leadership changes: nothing can be said yet. */
        EXPIRED,
        /** This member doesn't keep the time. */
        NOT_PRIMARY
    }

    static Renewal of(Result result) {
        return new Renewal(result, 0);
    }
}
