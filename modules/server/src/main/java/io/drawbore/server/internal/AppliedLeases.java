package io.drawbore.server.internal;

import io.drawbore.apply.Outcome;
import io.drawbore.lease.Leases;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import java.util.List;

/** What follows from a batch for leases once it is committed: the time of new ones begins. Apply thread only. */
public final class AppliedLeases {
    private final Leases leases;
    private final LeaseThread clock;
    private final LeaseMetrics metrics;

    /** For the leases of one member. */
    public AppliedLeases(Leases leases, LeaseThread clock, LeaseMetrics metrics) {
        this.leases = leases;
        this.clock = clock;
        this.metrics = metrics;
    }

    void publish(List<Outcome> outcomes) {
        boolean granted = false;
        for (Outcome outcome : outcomes) {
            if (outcome.response() instanceof LeaseGrantResponse grant) {
                granted = true;
                metrics.granted.increment();
                metrics.ttls.observe((double) leases.ttlSeconds(grant.getTTL()));
            } else if (outcome.response() instanceof LeaseRevokeResponse) {
                metrics.revoked.increment();
            }
        }
        if (granted) {
            leases.schedule(clock.millis());
        }
    }
}
