package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.apply.Applier;
import io.drawbore.metrics.Metrics;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.watch.WatchHub;
import java.util.List;
import java.util.Map;

/** What can be read off a member at any time, under etcd's names. */
public final class MemberGauges {
    private final Metrics metrics;
    private final long memberId;

    /** Gauges of one member. */
    public MemberGauges(Metrics metrics, long memberId) {
        this.metrics = metrics;
        this.memberId = memberId;
    }

    /** Leadership and what went through raft. */
    public void raft(RaftLoop raft, AppliedWait applied, PendingRequests pending) {
        metrics.gauge(
                "etcd_server_has_leader",
                "1 where this member knows a leader.",
                () -> raft.view().leader() != 0 ? 1 : 0);
        metrics.gauge(
                "etcd_server_is_leader", "1 where this member leads.", () -> raft.view().leads() ? 1 : 0);
        metrics.gauge("etcd_server_is_learner", "1 where this member has no vote.",
                () -> raft.view().learner() ? 1 : 0);
        metrics.gauge(
                "etcd_server_proposals_committed_total",
                "Last index known to be committed.",
                () -> raft.view().committed());
        metrics.gauge("etcd_server_proposals_applied_total", "Last index applied.", applied::applied);
        metrics.gauge("etcd_server_proposals_pending", "Requests waiting for their outcome.", pending::size);
    }

    /** Keys and who watches them. */
    public void keys(Keyspace keyspace, WatchHub watches) {
        metrics.gauge("etcd_debugging_mvcc_current_revision", "The store's main revision.", keyspace::revision);
        metrics.gauge(
                "etcd_debugging_mvcc_compact_revision", "History up to here may be gone.", keyspace::compactRevision);
        metrics.counter(
                "etcd_debugging_mvcc_db_compaction_keys_total",
                "Rows that compactions have removed.",
                keyspace::compactedRows);
        metrics.gauge("etcd_debugging_mvcc_keys_total", "Keys that are there now.", keyspace::keys);
        metrics.counter(
                "drawbore_mvcc_value_cache_hits_total",
                "Values answered from memory.",
                () -> keyspace.cacheUse().hits());
        metrics.counter(
                "drawbore_mvcc_value_cache_misses_total",
                "Values read from the store.",
                () -> keyspace.cacheUse().misses());
        metrics.gauge(
                "drawbore_mvcc_value_cache_bytes",
                "Bytes of memory that values take.",
                () -> keyspace.cacheUse().bytes());
        metrics.gauge("etcd_debugging_mvcc_watch_stream_total", "Open watch streams.", watches::streamCount);
        metrics.gauge("etcd_debugging_mvcc_watcher_total", "Watchers of all streams.", watches::watcherCount);
        metrics.gauge(
                "etcd_debugging_mvcc_slow_watcher_total",
                "Watchers that read history because they are behind.",
                watches::slowWatcherCount);
        metrics.gauge(
                "etcd_debugging_mvcc_pending_events_total",
                "Events that wait to be sent to watchers.",
                watches::pendingEventCount);
        metrics.counter("etcd_debugging_mvcc_events_total", "Events sent to watchers.", watches::sentEventCount);
    }

    /**
     * The store and its space.
     *
     * @param quota bytes, 0 or less for no limit
     */
    public void store(Backend backend, long quota, Reclaim reclaim) {
        metrics.gauge(
                "etcd_mvcc_db_total_size_in_bytes", "Bytes the store's files take.", () -> backend.size().fileBytes());
        metrics.gauge(
                "etcd_mvcc_db_total_size_in_use_in_bytes",
                "Bytes of the store's files that hold data.",
                () -> backend.size().inUseBytes());
        metrics.gauge(
                "etcd_server_quota_backend_bytes",
                "Bytes in use from which the store takes no more, 0 or less where there is no such limit.",
                () -> quota);
        metrics.gauge("etcd_disk_defrag_inflight", "1 while space is given back.", () -> reclaim.isRunning() ? 1 : 0);
    }

    /** The alarms raised for this member. */
    public void alarms(Applier applier) {
        for (AlarmType type : List.of(AlarmType.NOSPACE, AlarmType.CORRUPT)) {
            metrics.gauge(
                    "etcd_debugging_server_alarms",
                    "1 where the alarm is raised for the member.",
                    Map.of("server_id", Long.toHexString(memberId), "alarm_type", type.name()),
                    () -> applier.alarms().raised(type, memberId) ? 1 : 0);
        }
    }
}
