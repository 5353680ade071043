package io.drawbore.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StatusCode;
import io.drawbore.api.Vfs;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.apply.Applier;
import io.drawbore.apply.Outcome;
import io.drawbore.membership.Member;
import io.drawbore.membership.Membership;
import io.drawbore.metrics.Metrics;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.DowngradeInfo;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.HashResponse;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberListResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RequestHeader;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.membershippb.Attributes;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.raft.RaftConfig;
import io.drawbore.raft.RaftNode;
import io.drawbore.server.internal.AppliedWait;
import io.drawbore.server.internal.ApplyLoop;
import io.drawbore.server.internal.Boot;
import io.drawbore.server.internal.DataDir;
import io.drawbore.server.internal.LogRelease;
import io.drawbore.server.internal.PendingRequests;
import io.drawbore.server.internal.RaftLoop;
import io.drawbore.server.internal.RaftView;
import io.drawbore.server.internal.RequestIds;
import io.drawbore.server.internal.ServerMetrics;
import io.drawbore.server.internal.StoreHash;
import io.drawbore.watch.WatchHub;
import io.drawbore.watch.WatchLimits;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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

    /** Committed entries that may wait to be applied before new requests are turned away, as in etcd. */
    private static final long MAX_APPLY_LAG = 5_000;

    /** What etcd holds its store to, and says so, where nobody set a quota. */
    private static final long DEFAULT_QUOTA_BYTES = 2L << 30;

    private static final Executor RETRY_PAUSE = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final MemberOptions options;
    private final DataDir dataDir;
    private final Boot.Booted booted;
    private final Backend backend;
    private final Keyspace keyspace;
    private final PendingRequests pending = new PendingRequests();
    private final AppliedWait applied;
    private final WatchHub watches;
    private final ApplyLoop applyLoop;
    private final RaftLoop raftLoop;
    private final LogRelease logRelease;
    private final RequestIds ids;
    private final ExecutorService reads;
    private final ExecutorService replies;
    private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

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
            keyspace = Keyspace.load(backend);
            node = raftNode();
        } catch (RuntimeException e) {
            failed.complete(e);
            closeFiles();
            throw e;
        }
        applied = new AppliedWait(booted.applied().index());
        ids = new RequestIds(identity().memberId(), clock.millis());
        reads = pool("read", options.readThreads());
        replies = pool("reply", 1);
        watches = new WatchHub(
                keyspace,
                this::header,
                WatchLimits.of(options.maxRequestBytes(), options.watchProgressInterval()));
        ServerMetrics serverMetrics = new ServerMetrics(metrics);
        applyLoop = new ApplyLoop(
                new Applier(backend, keyspace),
                keyspace,
                watches,
                pending,
                applied,
                replies,
                serverMetrics,
                options.slowApply().toNanos(),
                this::fail);
        raftLoop = new RaftLoop(
                node,
                booted.log(),
                booted.raftStorage(),
                applyLoop,
                pending,
                options.tick(),
                options.catchUpEntries(),
                serverMetrics,
                this::fail);
        logRelease = new LogRelease(
                backend, applied, raftLoop, booted.raftStorage().firstIndex() - 1, options.snapshotCount(), this::fail);
        registerGauges(metrics);
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
        raftLoop.campaign();
        return publishSelf().thenCompose(_ -> decideClusterVersion());
    }

    private CompletableFuture<?> publishSelf() {
        ClusterMemberAttrSetRequest request = ClusterMemberAttrSetRequest.newBuilder()
                .setMemberID(identity().memberId())
                .setMemberAttributes(Attributes.newBuilder()
                        .setName(options.name())
                        .addAllClientUrls(options.advertisedClientUrls()))
                .build();
        return retried(() -> propose(InternalRaftRequest.newBuilder().setClusterMemberAttrSet(request)));
    }

    /** A cluster of one is of its member's version. */
    private CompletableFuture<Void> decideClusterVersion() {
        if (EtcdVersion.CLUSTER.equals(clusterVersion())) {
            return CompletableFuture.completedFuture(null);
        }
        ClusterVersionSetRequest request =
                ClusterVersionSetRequest.newBuilder().setVer(EtcdVersion.CLUSTER).build();
        return retried(() -> propose(InternalRaftRequest.newBuilder().setClusterVersionSet(request)))
                .thenAccept(_ -> {});
    }

    /**
     * Tries until it works, as long as this member is neither failed nor closed: what it proposes may be proposed
     * twice. It pauses before it tries again, since a member with a long log to catch up on refuses at once.
     */
    private <T> CompletableFuture<T> retried(Supplier<CompletableFuture<T>> attempt) {
        return attempt.get().exceptionallyCompose(e -> closed.get() || failed.isDone()
                ? CompletableFuture.failedFuture(e)
                : CompletableFuture.runAsync(() -> {}, RETRY_PAUSE).thenCompose(_ -> retried(attempt)));
    }

    /** Completes with the reason if the member fails. */
    public CompletableFuture<Throwable> failed() {
        return failed;
    }

    /** Whose data this member holds. */
    public MemberIdentity identity() {
        return booted.identity();
    }

    private void fail(Throwable reason) {
        if (failed.complete(reason)) {
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
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        logRelease.stop();
        raftLoop.stop();
        applyLoop.stop();
        watches.close();
        pending.failAll(EtcdError.STOPPED.exception());
        applied.failAll(EtcdError.STOPPED.exception());
        reads.shutdown();
        replies.shutdown();
        closeFiles();
    }

    /** Closes the log, the store and then the data dir, each whatever the one before says. */
    private void closeFiles() {
        LogStore log = booted.log();
        try (dataDir; backend; log) {
            LOG.debug("closing log and store");
        } catch (RuntimeException e) {
            if (!failed.isDone()) {
                throw e;
            }
            LOG.atWarn().setCause(e).log("after its failure the member could not close all: " + e.getMessage());
        }
    }

    // ---- writes

    @Override
    public CompletableFuture<PutResponse> put(PutRequest request, Caller caller) {
        return propose(InternalRaftRequest.newBuilder().setPut(request)).thenApply(outcome -> {
            PutResponse.Builder response = answer(outcome, PutResponse.class).toBuilder();
            return response.setHeader(full(response.getHeader())).build();
        });
    }

    @Override
    public CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request, Caller caller) {
        return propose(InternalRaftRequest.newBuilder().setDeleteRange(request)).thenApply(outcome -> {
            DeleteRangeResponse.Builder response = answer(outcome, DeleteRangeResponse.class).toBuilder();
            return response.setHeader(full(response.getHeader())).build();
        });
    }

    @Override
    public CompletableFuture<TxnResponse> txn(TxnRequest request, Caller caller) {
        if (Keyspace.isReadOnly(request)) {
            return read(Keyspace.isSerializable(request), () -> full(keyspace.txn(request)));
        }
        return propose(InternalRaftRequest.newBuilder().setTxn(request))
                .thenApply(outcome -> full(answer(outcome, TxnResponse.class)));
    }

    private CompletableFuture<Outcome> propose(InternalRaftRequest.Builder request) {
        if (closed.get() || failed.isDone()) {
            return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        }
        if (raftLoop.view().committed() > applied.applied() + MAX_APPLY_LAG) {
            return CompletableFuture.failedFuture(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception());
        }
        long id = ids.next();
        ByteString data =
                request.setHeader(RequestHeader.newBuilder().setID(id)).build().toByteString();
        if (data.size() > options.maxRequestBytes()) {
            return CompletableFuture.failedFuture(EtcdError.REQUEST_TOO_LARGE.exception());
        }
        CompletableFuture<Outcome> outcome = pending.register(id, deadline());
        raftLoop.propose(id, data);
        if (closed.get() || failed.isDone()) {
            // the loops may have ended between the first look and the registration
            pending.failAll(EtcdError.STOPPED.exception());
        }
        return outcome;
    }

    private long deadline() {
        return System.nanoTime() + options.requestTimeout().toNanos();
    }

    private static <T extends Message> T answer(Outcome outcome, Class<T> type) {
        return type.cast(Objects.requireNonNull(outcome.response(), "a request has a response"));
    }

    // ---- reads

    @Override
    public CompletableFuture<RangeResponse> range(RangeRequest request, Caller caller) {
        return read(request.getSerializable(), () -> {
            RangeResponse.Builder response = keyspace.range(request).toBuilder();
            return response.setHeader(full(response.getHeader())).build();
        });
    }

    /**
     * Answers on a read thread: at once, or after a proof of leadership newer than the call and what it covers is
     * applied.
     */
    private <T> CompletableFuture<T> read(boolean serializable, Supplier<T> answer) {
        if (closed.get() || failed.isDone()) {
            return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        }
        if (serializable) {
            return CompletableFuture.supplyAsync(answer, reads);
        }
        return raftLoop.readIndex(deadline()).thenCompose(applied::until).thenApplyAsync(_ -> answer.get(), reads);
    }

    @Override
    public WatchStream watch(WatchSink sink, Caller caller) {
        return watches.open(sink);
    }

    @Override
    public CompletableFuture<StatusResponse> status(Caller caller) {
        return CompletableFuture.supplyAsync(this::status, reads);
    }

    private StatusResponse status() {
        RaftView raft = raftLoop.view();
        Backend.Size size = backend.size();
        StatusResponse.Builder status = StatusResponse.newBuilder()
                .setHeader(header(keyspace.revision()))
                .setVersion(EtcdVersion.SERVER)
                .setStorageVersion(EtcdVersion.STORAGE)
                .setDbSize(size.fileBytes())
                .setDbSizeInUse(size.inUseBytes())
                .setDbSizeQuota(DEFAULT_QUOTA_BYTES)
                .setLeader(raft.leader())
                .setRaftIndex(raft.committed())
                .setRaftTerm(raft.term())
                .setRaftAppliedIndex(applied.applied())
                .setDowngradeInfo(DowngradeInfo.getDefaultInstance());
        if (raft.leader() == 0) {
            status.addErrors(EtcdError.NO_LEADER.text());
        }
        return status.build();
    }

    @Override
    public CompletableFuture<HashResponse> hash(Caller caller) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (ReadTx tx = backend.read()) {
                        return HashResponse.newBuilder()
                                .setHeader(header(keyspace.revision()))
                                .setHash(StoreHash.of(tx))
                                .build();
                    }
                },
                reads);
    }

    @Override
    public CompletableFuture<HashKVResponse> hashKv(HashKVRequest request, Caller caller) {
        return CompletableFuture.supplyAsync(
                () -> keyspace.hash(request.getRevision()).toBuilder()
                        .setHeader(header(keyspace.revision()))
                        .build(),
                reads);
    }

    @Override
    public CompletableFuture<MemberListResponse> memberList(MemberListRequest request, Caller caller) {
        return read(!request.getLinearizable(), () -> {
            MemberListResponse.Builder response = MemberListResponse.newBuilder().setHeader(header(0));
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

    /** There are no alarms yet: none is listed, and to disarm one that nobody raised succeeds, as in etcd. */
    @Override
    public CompletableFuture<AlarmResponse> alarm(AlarmRequest request, Caller caller) {
        if (request.getAction() == AlarmRequest.AlarmAction.ACTIVATE) {
            return CompletableFuture.failedFuture(
                    new EtcdException(StatusCode.UNIMPLEMENTED, "alarms cannot be raised in this version"));
        }
        return read(
                false,
                () -> AlarmResponse.newBuilder()
                        .setHeader(header(keyspace.revision()))
                        .build());
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
        return Set.of();
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

    // ---- headers

    private ResponseHeader header(long revision) {
        return full(ResponseHeader.newBuilder().setRevision(revision).build());
    }

    private ResponseHeader full(ResponseHeader header) {
        return header.toBuilder()
                .setClusterId(identity().clusterId())
                .setMemberId(identity().memberId())
                .setRaftTerm(raftLoop.view().term())
                .build();
    }

    private TxnResponse full(TxnResponse response) {
        return response.toBuilder().setHeader(full(response.getHeader())).build();
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
                "etcd_mvcc_db_total_size_in_bytes", "Bytes the store's files take.", () -> backend.size().fileBytes());
        metrics.gauge(
                "etcd_mvcc_db_total_size_in_use_in_bytes",
                "Bytes of the store's files that hold data.",
                () -> backend.size().inUseBytes());
    }
}
