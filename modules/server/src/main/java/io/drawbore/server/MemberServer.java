package io.drawbore.server;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.ReadTx;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.Vfs;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.apply.Applier;
import io.drawbore.lease.Leases;
import io.drawbore.membership.Member;
import io.drawbore.membership.Membership;
import io.drawbore.metrics.Metrics;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DefragmentResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.HashResponse;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.proto.etcdserverpb.LeaseLeasesResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberListResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.membershippb.Attributes;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.raft.RaftConfig;
import io.drawbore.raft.RaftNode;
import io.drawbore.server.internal.AppliedLeases;
import io.drawbore.server.internal.AppliedWait;
import io.drawbore.server.internal.ApplyLoop;
import io.drawbore.server.internal.AutoCompaction;
import io.drawbore.server.internal.Boot;
import io.drawbore.server.internal.DataDir;
import io.drawbore.server.internal.Headers;
import io.drawbore.server.internal.KeyRequests;
import io.drawbore.server.internal.LeaseLoop;
import io.drawbore.server.internal.LeaseMetrics;
import io.drawbore.server.internal.LeaseRequests;
import io.drawbore.server.internal.LeaseThread;
import io.drawbore.server.internal.LogRelease;
import io.drawbore.server.internal.MaintenanceRequests;
import io.drawbore.server.internal.PacedCompaction;
import io.drawbore.server.internal.PendingRequests;
import io.drawbore.server.internal.Proposals;
import io.drawbore.server.internal.RaftLoop;
import io.drawbore.server.internal.Reads;
import io.drawbore.server.internal.Reclaim;
import io.drawbore.server.internal.RequestIds;
import io.drawbore.server.internal.Running;
import io.drawbore.server.internal.ServerMetrics;
import io.drawbore.server.internal.Snapshots;
import io.drawbore.server.internal.SpaceAlarm;
import io.drawbore.server.internal.StallWatch;
import io.drawbore.server.internal.StoreSpace;
import io.drawbore.server.internal.SystemLeaseThread;
import io.drawbore.server.internal.Upkeep;
import io.drawbore.watch.WatchHub;
import io.drawbore.watch.WatchLimits;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running member: everything behind the client port. Construction opens log and store; {@link #start} begins to
 * work; {@link #close} ends it cleanly. One start and one close.
 *
 * <p>Where something fails that must not (the disk, an invariant), the member answers nobody any more and {@link
 * #failed} completes with the reason; the process should then say so and end.
 */
public final class MemberServer implements FrontDoor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberServer.class);

    private final MemberOptions options;
    private final DataDir dataDir;
    private final Boot.Booted booted;
    private final Backend backend;
    private final Keyspace keyspace;
    private final Leases leases;
    private final PendingRequests pending = new PendingRequests();
    private final AppliedWait applied;
    private final WatchHub watches;
    private final Applier applier;
    private final Reclaim reclaim;
    private final PacedCompaction compaction;
    private final @Nullable AutoCompaction autoCompaction;
    private final Snapshots snapshots;
    private final SpaceAlarm spaceAlarm;
    private final ApplyLoop applyLoop;
    private final RaftLoop raftLoop;
    private final LogRelease logRelease;
    private final ExecutorService readThreads;
    private final ExecutorService replies;
    private final Running running = new Running();
    private final Proposals proposals;
    private final Reads reads;
    private final Headers headers;
    private final KeyRequests keys;
    private final LeaseLoop leaseLoop;
    private final LeaseRequests leaseRequests;
    private final MaintenanceRequests maintenance;

    /**
     * Opens a member's log and store.
     *
     * @param clock read once, for ids of requests that no earlier start of this member gave out
     * @throws io.drawbore.api.StorageException where they cannot be opened or do not belong together: one line that
     *     says what and how to mend it
     */
    public MemberServer(
            MemberOptions options,
            LogStoreProvider logs,
            BackendProvider backends,
            Vfs vfs,
            Metrics metrics,
            InstantSource clock) {
        this(options, logs, backends, vfs, metrics, clock, new SystemLeaseThread(), System::nanoTime);
    }

    /**
     * The same with the time of leases in other hands.
     *
     * @param raftNanos by which it is noticed that the raft thread stood still
     */
    MemberServer(
            MemberOptions options,
            LogStoreProvider logs,
            BackendProvider backends,
            Vfs vfs,
            Metrics metrics,
            InstantSource clock,
            LeaseThread leaseThread,
            LongSupplier raftNanos) {
        this.options = options;
        dataDir = DataDir.open(options.dataDir());
        try {
            booted = new Boot(options, logs, vfs).open(dataDir, backends);
        } catch (RuntimeException e) {
            dataDir.close();
            throw e;
        }
        backend = booted.backend();
        RaftNode node;
        try {
            Reclaim.atBoot(backend, options.upkeep().bootReclaimBytes());
            leases = loadLeases();
            keyspace = Keyspace.load(backend, leases::rowApplied);
            node = raftNode();
        } catch (RuntimeException e) {
            running.fail(e);
            closeFiles();
            throw e;
        }
        applied = new AppliedWait(booted.applied().index());
        headers = new Headers(identity(), this::term);
        readThreads = pool("read", options.readThreads());
        replies = pool("reply", 1);
        watches = new WatchHub(
                keyspace,
                headers::of,
                WatchLimits.of(options.maxRequestBytes(), options.watchProgressInterval()));
        ServerMetrics serverMetrics = new ServerMetrics(metrics);
        LeaseMetrics leaseMetrics = new LeaseMetrics(metrics);
        applier = new Applier(backend, keyspace, leases);
        StoreSpace space = new StoreSpace(backend, options.upkeep().quota());
        reclaim = new Reclaim(backend, space, readThreads, System::nanoTime, serverMetrics);
        compaction = new PacedCompaction(
                backend,
                keyspace,
                space,
                options.upkeep().compactionRows(),
                options.upkeep().compactionPause(),
                System::nanoTime,
                serverMetrics);
        snapshots = new Snapshots(backend, vfs, dataDir.snapshots(), serverMetrics);
        applyLoop = new ApplyLoop(
                applier,
                keyspace,
                watches,
                new AppliedLeases(leases, leaseThread, leaseMetrics),
                pending,
                applied,
                replies,
                serverMetrics,
                new Upkeep(List.of(compaction, reclaim), System::nanoTime),
                space,
                this::sizeChanged,
                options.slowApply().toNanos(),
                this::fail);
        raftLoop = new RaftLoop(
                node,
                booted.log(),
                booted.raftStorage(),
                applyLoop,
                pending,
                new StallWatch(raftNanos, options.electionTimeout()),
                options.tick(),
                options.catchUpEntries(),
                serverMetrics,
                this::fail);
        logRelease = new LogRelease(
                backend, applied, raftLoop, booted.raftStorage().firstIndex() - 1, options.snapshotCount(), this::fail);
        RequestIds ids = new RequestIds(identity().memberId(), clock.millis());
        proposals = new Proposals(
                raftLoop,
                pending,
                applied,
                ids,
                running,
                options.maxRequestBytes(),
                options.requestTimeout());
        reads = new Reads(raftLoop, applied, proposals, running, readThreads);
        leaseLoop = new LeaseLoop(
                leases,
                raftLoop,
                applied,
                proposals,
                leaseThread,
                options.electionTimeout(),
                leaseMetrics,
                this::fail);
        spaceAlarm = new SpaceAlarm(
                space, applier, proposals, identity().memberId(), options.upkeep().clearsNoSpace());
        leaseRequests = new LeaseRequests(leases, leaseLoop, keyspace, proposals, ids, reads, headers, spaceAlarm);
        keys = new KeyRequests(
                keyspace, proposals, reads, headers, spaceAlarm, compaction, options.maxRequestBytes());
        maintenance = new MaintenanceRequests(
                backend, keyspace, raftLoop, applied, reads, headers, proposals, applier, space.quota(), this::reclaim);
        autoCompaction = autoCompaction();
        registerGauges(metrics);
    }

    private Leases loadLeases() {
        try (ReadTx view = backend.read()) {
            return Leases.load(view, options.minLeaseSeconds());
        }
    }

    private @Nullable AutoCompaction autoCompaction() {
        UpkeepOptions.AutoCompaction option = options.upkeep().autoCompaction();
        return option instanceof UpkeepOptions.AutoCompaction.Off
                ? null
                : new AutoCompaction(
                        option,
                        keyspace::revision,
                        () -> raftLoop.view().leads(),
                        to -> keys.compact(CompactionRequest.newBuilder().setRevision(to).build()),
                        System::nanoTime);
    }

    private void sizeChanged() {
        spaceAlarm.sizeChanged();
    }

    private CompletableFuture<Void> reclaim() {
        CompletableFuture<Void> done = reclaim.request();
        applyLoop.wake();
        return done;
    }

    private long term() {
        return raftLoop.view().term();
    }

    private static ExecutorService pool(String name, int threads) {
        return Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    }

    private RaftNode raftNode() {
        RaftNode node = RaftNode.create(
                RaftConfig.builder(identity().memberId(), new SplittableRandom())
                        .electionTicks(options.electionTicks())
                        .preVote(options.preVote())
                        .applied(booted.applied().index())
                        .build(),
                booted.raftStorage());
        if (!booted.founders().isEmpty()) {
            node.bootstrap(booted.founders());
        }
        return node;
    }

    /**
     * Starts to work. The future completes once there is a leader and this member has made itself known to the
     * cluster: only then should the client port say that it is ready.
     */
    public CompletableFuture<Void> start() {
        applyLoop.start();
        raftLoop.start();
        logRelease.start();
        leaseLoop.start();
        raftLoop.campaign();
        if (autoCompaction != null) {
            autoCompaction.start();
        }
        return publishSelf().thenCompose(_ -> decideClusterVersion()).thenCompose(_ -> leaseLoop.begin());
    }

    private CompletableFuture<?> publishSelf() {
        ClusterMemberAttrSetRequest request = ClusterMemberAttrSetRequest.newBuilder()
                .setMemberID(identity().memberId())
                .setMemberAttributes(Attributes.newBuilder()
                        .setName(options.name())
                        .addAllClientUrls(options.advertisedClientUrls()))
                .build();
        return proposals.retried(() ->
                proposals.propose(InternalRaftRequest.newBuilder().setClusterMemberAttrSet(request)));
    }

    /** A cluster of one is of its member's version. */
    private CompletableFuture<Void> decideClusterVersion() {
        if (EtcdVersion.CLUSTER.equals(clusterVersion())) {
            return CompletableFuture.completedFuture(null);
        }
        ClusterVersionSetRequest request =
                ClusterVersionSetRequest.newBuilder().setVer(EtcdVersion.CLUSTER).build();
        return proposals
                .retried(() -> proposals.propose(InternalRaftRequest.newBuilder().setClusterVersionSet(request)))
                .thenAccept(_ -> {});
    }

    /** Completes with the reason if the member fails. */
    public CompletableFuture<Throwable> failed() {
        return running.failed();
    }

    /** Whose data this member holds. */
    public MemberIdentity identity() {
        return booted.identity();
    }

    private void fail(Throwable reason) {
        if (running.fail(reason)) {
            pending.failAll(EtcdError.STOPPED.exception());
            applied.failAll(EtcdError.STOPPED.exception());
        }
    }

    /**
     * Stops taking requests, applies what is committed, and closes log and store. After a failure it only lets go of
     * threads, files and the data dir, and what cannot be closed is logged.
     */
    @Override
    public void close() {
        if (!running.close()) {
            return;
        }
        if (autoCompaction != null) {
            autoCompaction.stop();
        }
        snapshots.stop();
        logRelease.stop();
        raftLoop.stop();
        applyLoop.stop();
        watches.close();
        pending.failAll(EtcdError.STOPPED.exception());
        applied.failAll(EtcdError.STOPPED.exception());
        leaseLoop.stop();
        readThreads.shutdown();
        replies.shutdown();
        closeFiles();
    }

    /** Closes the log, the store and then the data dir, each whatever the one before says. */
    private void closeFiles() {
        LogStore log = booted.log();
        try (dataDir; backend; log) {
            LOG.debug("closing log and store");
        } catch (RuntimeException e) {
            if (!running.failed().isDone()) {
                throw e;
            }
            LOG.atWarn().setCause(e).log("after its failure the member could not close all: " + e.getMessage());
        }
    }

    // ---- the door: each request goes to the part that answers it

    @Override
    public CompletableFuture<RangeResponse> range(RangeRequest request, Caller caller) {
        return keys.range(request);
    }

    @Override
    public CompletableFuture<PutResponse> put(PutRequest request, Caller caller) {
        return keys.put(request);
    }

    @Override
    public CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request, Caller caller) {
        return keys.deleteRange(request);
    }

    @Override
    public CompletableFuture<TxnResponse> txn(TxnRequest request, Caller caller) {
        return keys.txn(request);
    }

    @Override
    public CompletableFuture<Void> rangeStream(
            RangeRequest request, ResponseSink<RangeStreamResponse> sink, Caller caller) {
        return keys.rangeStream(request, sink);
    }

    @Override
    public CompletableFuture<CompactionResponse> compact(CompactionRequest request, Caller caller) {
        return keys.compact(request);
    }

    @Override
    public CompletableFuture<LeaseGrantResponse> leaseGrant(LeaseGrantRequest request, Caller caller) {
        return leaseRequests.grant(request);
    }

    @Override
    public CompletableFuture<LeaseRevokeResponse> leaseRevoke(LeaseRevokeRequest request, Caller caller) {
        return leaseRequests.revoke(request);
    }

    @Override
    public CompletableFuture<LeaseKeepAliveResponse> leaseKeepAlive(LeaseKeepAliveRequest request, Caller caller) {
        return leaseRequests.keepAlive(request);
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> leaseTimeToLive(LeaseTimeToLiveRequest request, Caller caller) {
        return leaseRequests.timeToLive(request);
    }

    @Override
    public CompletableFuture<LeaseLeasesResponse> leaseLeases(LeaseLeasesRequest request, Caller caller) {
        return leaseRequests.list();
    }

    @Override
    public WatchStream watch(WatchSink sink, Caller caller) {
        return watches.open(sink);
    }

    @Override
    public CompletableFuture<StatusResponse> status(Caller caller) {
        return maintenance.status();
    }

    @Override
    public CompletableFuture<HashResponse> hash(Caller caller) {
        return maintenance.hash();
    }

    @Override
    public CompletableFuture<HashKVResponse> hashKv(HashKVRequest request, Caller caller) {
        return maintenance.hashKv(request);
    }

    @Override
    public CompletableFuture<DefragmentResponse> defragment(Caller caller) {
        return maintenance.defragment();
    }

    @Override
    public CompletableFuture<Void> snapshot(ResponseSink<SnapshotResponse> sink, Caller caller) {
        return running.isRunning()
                ? snapshots.send(sink)
                : CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
    }

    @Override
    public CompletableFuture<MemberListResponse> memberList(MemberListRequest request, Caller caller) {
        return reads.read(!request.getLinearizable(), () -> {
            MemberListResponse.Builder response = MemberListResponse.newBuilder().setHeader(headers.of(0));
            for (Member member : members()) {
                response.addMembersBuilder()
                        .setID(member.id())
                        .setName(member.name())
                        .addAllPeerURLs(member.peerUrls())
                        .addAllClientURLs(member.clientUrls())
                        .setIsLearner(member.learner());
            }
            return response.build();
        });
    }

    @Override
    public CompletableFuture<AlarmResponse> alarm(AlarmRequest request, Caller caller) {
        return maintenance.alarm(request);
    }

    private List<Member> members() {
        try (ReadTx tx = backend.read()) {
            return Membership.members(tx);
        }
    }

    private @Nullable String clusterVersion() {
        try (ReadTx tx = backend.read()) {
            return Membership.clusterVersion(tx);
        }
    }

    @Override
    public boolean hasLeader() {
        return raftLoop.view().leader() != 0;
    }

    @Override
    public Set<AlarmType> alarms() {
        Set<AlarmType> types = EnumSet.noneOf(AlarmType.class);
        applier.alarms().raised().forEach(alarm -> types.add(alarm.getAlarm()));
        return types;
    }

    @Override
    public boolean isLearner() {
        return false;
    }

    @Override
    public Versions versions() {
        String cluster = clusterVersion();
        return new Versions(EtcdVersion.SERVER, cluster == null ? "not_decided" : cluster, EtcdVersion.STORAGE);
    }

    private void registerGauges(Metrics metrics) {
        metrics.gauge("etcd_server_has_leader", "1 where this member knows a leader.", () -> hasLeader() ? 1 : 0);
        metrics.gauge(
                "etcd_server_is_leader", "1 where this member leads.", () -> raftLoop.view().leads() ? 1 : 0);
        metrics.gauge("etcd_server_is_learner", "1 where this member has no vote.", () -> isLearner() ? 1 : 0);
        metrics.gauge(
                "etcd_server_proposals_committed_total",
                "Last index known to be committed.",
                () -> raftLoop.view().committed());
        metrics.gauge("etcd_server_proposals_applied_total", "Last index applied.", applied::applied);
        metrics.gauge("etcd_server_proposals_pending", "Requests waiting for their outcome.", pending::size);
        metrics.gauge(
                "etcd_debugging_mvcc_current_revision", "The store's main revision.", () -> keyspace.revision());
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
        metrics.counter(
                "etcd_debugging_mvcc_events_total", "Events sent to watchers.", watches::sentEventCount);
        metrics.gauge(
                "etcd_debugging_mvcc_compact_revision", "History up to here may be gone.", keyspace::compactRevision);
        metrics.gauge(
                "etcd_server_quota_backend_bytes",
                "Bytes in use from which the store takes no more, 0 or less where there is no such limit.",
                () -> options.upkeep().quota());
        metrics.gauge("etcd_disk_defrag_inflight", "1 while space is given back.", () -> reclaim.isRunning() ? 1 : 0);
        for (AlarmType type : List.of(AlarmType.NOSPACE, AlarmType.CORRUPT)) {
            Map<String, String> labels = Map.of(
                    "server_id", Long.toHexString(identity().memberId()), "alarm_type", type.name());
            metrics.gauge(
                    "etcd_debugging_server_alarms",
                    "1 where the alarm is raised for the member.",
                    labels,
                    () -> applier.alarms().raised(type, identity().memberId()) ? 1 : 0);
        }
        metrics.counter(
                "etcd_debugging_mvcc_db_compaction_keys_total",
                "Rows that compactions have removed.",
                keyspace::compactedRows);
        metrics.gauge(
                "etcd_mvcc_db_total_size_in_bytes", "Bytes the store's files take.", () -> backend.size().fileBytes());
        metrics.gauge(
                "etcd_mvcc_db_total_size_in_use_in_bytes",
                "Bytes of the store's files that hold data.",
                () -> backend.size().inUseBytes());
    }
}
