package io.drawbore.server.internal;

import io.drawbore.metrics.Counter;
import io.drawbore.metrics.Histogram;
import io.drawbore.metrics.Metrics;

/** The metrics that the loops keep, under etcd's names. */
public final class ServerMetrics {
    private static final double[] DISK = Histogram.exponential(0.001, 2, 14);
    private static final double[] DEFRAG = Histogram.exponential(0.1, 2, 13);
    private static final double[] APPLY = Histogram.exponential(0.0001, 2, 20);

    final Counter leaderChanges;
    final Counter proposalsFailed;
    final Counter slowApplies;
    final Histogram walSync;
    final Histogram applyBatch;
    final Histogram defrag;

    /** Registers them. */
    public ServerMetrics(Metrics metrics) {
        leaderChanges = metrics.counter(
                "etcd_server_leader_changes_seen_total", "Leaders this member has seen come, the first included.");
        proposalsFailed =
                metrics.counter("etcd_server_proposals_failed_total",
                        "Proposals given up on before they were applied.");
        slowApplies = metrics.counter("etcd_server_slow_apply_total", "Apply batches that took too long.");
        walSync = metrics.histogram(
                "etcd_disk_wal_fsync_duration_seconds", "Time the log took to become durable.", DISK);
        defrag = metrics.histogram(
                "etcd_disk_backend_defrag_duration_seconds", "Time it took to give free space back.", DEFRAG);
        applyBatch = metrics.histogram(
                "drawbore_apply_batch_duration_seconds", "Time from taking a batch of entries to its commit.", APPLY);
    }
}
