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
    final Counter promoted;
    final Metrics.Labelled<Counter> promotionsFailed;
    final Histogram walSync;
    final Histogram applyBatch;
    final Histogram defrag;
    final Histogram compactionPause;
    final Histogram compaction;
    final Histogram snapshot;

    /** Registers them. */
    public ServerMetrics(Metrics metrics) {
        leaderChanges = metrics.counter(
                "etcd_server_leader_changes_seen_total", "Leaders this member has seen come, the first included.");
        proposalsFailed =
                metrics.counter("etcd_server_proposals_failed_total",
                        "Proposals given up on before they were applied.");
        slowApplies = metrics.counter("etcd_server_slow_apply_total", "Apply batches that took too long.");
        promoted = metrics.counter(
                "etcd_server_learner_promote_successes", "Learners given a vote, of those this member was asked for.");
        promotionsFailed = metrics.counters(
                "etcd_server_learner_promote_failures", "Learners not given a vote, by the reason.", "Reason");
        walSync = metrics.histogram(
                "etcd_disk_wal_fsync_duration_seconds", "Time the log took to become durable.", DISK);
        defrag = metrics.histogram(
                "etcd_disk_backend_defrag_duration_seconds", "Time it took to give free space back.", DEFRAG);
        compactionPause = metrics.histogram(
                "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
                "Time that one slice of a compaction took.",
                Histogram.exponential(1, 2, 13));
        compaction = metrics.histogram(
                "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
                "Time from the first slice of a compaction to the end of its last.",
                Histogram.exponential(100, 2, 14));
        snapshot = metrics.histogram(
                "etcd_disk_backend_snapshot_duration_seconds",
                "Time it took to build and send a snapshot.",
                Histogram.exponential(0.01, 2, 17));
        applyBatch = metrics.histogram(
                "drawbore_apply_batch_duration_seconds", "Time from taking a batch of entries to its commit.", APPLY);
    }
}
