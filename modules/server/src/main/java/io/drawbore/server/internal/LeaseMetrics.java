package io.drawbore.server.internal;

import io.drawbore.metrics.Counter;
import io.drawbore.metrics.Histogram;
import io.drawbore.metrics.Metrics;

/** The metrics of leases, under etcd's names. */
public final class LeaseMetrics {
    /** From a second to three months. */
    private static final double[] TTLS = Histogram.exponential(1, 2, 24);

    final Counter granted;
    final Counter revoked;
    final Counter renewed;
    final Counter expired;
    final Counter checkpointed;
    final Histogram ttls;

    /** Registers them. */
    public LeaseMetrics(Metrics metrics) {
        granted = metrics.counter("etcd_debugging_lease_granted_total", "Leases granted.");
        revoked = metrics.counter("etcd_debugging_lease_revoked_total", "Leases revoked, as expired or by request.");
        renewed = metrics.counter("etcd_debugging_lease_renewed_total", "Renewals that this member granted.");
        expired = metrics.counter(
                "etcd_debugging_server_lease_expired_total", "Leases that this member revoked as expired.");
        checkpointed = metrics.counter(
                "drawbore_lease_checkpoints_total", "How often this member told the others what is left of a lease.");
        ttls = metrics.histogram("etcd_debugging_lease_ttl_total", "Times of granted leases, in seconds.", TTLS);
    }
}
