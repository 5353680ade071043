package io.drawbore.server;

import io.drawbore.api.AuthDoor;
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
import io.drawbore.api.TokenProvider;
import io.drawbore.api.Vfs;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.api.Workers;
import io.drawbore.apply.Applier;
import io.drawbore.apply.ApplyOptions;
import io.drawbore.auth.Access;
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
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeResponse;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.HashResponse;
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
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberAddResponse;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberListResponse;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.etcdserverpb.MemberPromoteResponse;
import io.drawbore.proto.etcdserverpb.MemberRemoveRequest;
import io.drawbore.proto.etcdserverpb.MemberRemoveResponse;
import io.drawbore.proto.etcdserverpb.MemberUpdateRequest;
import io.drawbore.proto.etcdserverpb.MemberUpdateResponse;
import io.drawbore.proto.etcdserverpb.MoveLeaderRequest;
import io.drawbore.proto.etcdserverpb.MoveLeaderResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.RaftConfig;
import io.drawbore.raft.RaftNode;
import io.drawbore.server.internal.AppliedLeases;
import io.drawbore.server.internal.AppliedWait;
import io.drawbore.server.internal.ApplyLoop;
import io.drawbore.server.internal.AuthRequests;
import io.drawbore.server.internal.AutoCompaction;
import io.drawbore.server.internal.Boot;
import io.drawbore.server.internal.CatchUpWindow;
import io.drawbore.server.internal.DataDir;
import io.drawbore.server.internal.Guard;
import io.drawbore.server.internal.GuardedWatch;
import io.drawbore.server.internal.Headers;
import io.drawbore.server.internal.Identities;
import io.drawbore.server.internal.KeyRequests;
import io.drawbore.server.internal.LeaderRequests;
import io.drawbore.server.internal.LearnerPromotion;
import io.drawbore.server.internal.LeaseLoop;
import io.drawbore.server.internal.LeaseMetrics;
import io.drawbore.server.internal.LeaseRequests;
import io.drawbore.server.internal.LeaseThread;
import io.drawbore.server.internal.LogRelease;
import io.drawbore.server.internal.MaintenanceRequests;
import io.drawbore.server.internal.MemberGauges;
import io.drawbore.server.internal.MembershipRequests;
import io.drawbore.server.internal.OwnRemoval;
import io.drawbore.server.internal.PacedCompaction;
import io.drawbore.server.internal.Passwords;
import io.drawbore.server.internal.PendingRequests;
import io.drawbore.server.internal.Proposals;
import io.drawbore.server.internal.ProvidedIdentities;
import io.drawbore.server.internal.RaftLoop;
import io.drawbore.server.internal.Reads;
import io.drawbore.server.internal.Reclaim;
import io.drawbore.server.internal.RequestIds;
import io.drawbore.server.internal.Running;
import io.drawbore.server.internal.ServerMetrics;
import io.drawbore.server.internal.SimpleIdentities;
import io.drawbore.server.internal.SnapshotInstall;
import io.drawbore.server.internal.SnapshotOnDemand;
import io.drawbore.server.internal.SnapshotReceiver;
import io.drawbore.server.internal.SnapshotSender;
import io.drawbore.server.internal.Snapshots;
import io.drawbore.server.internal.SpaceAlarm;
import io.drawbore.server.internal.StallWatch;
import io.drawbore.server.internal.StorageMigration;
import io.drawbore.server.internal.StoreSpace;
import io.drawbore.server.internal.Upkeep;
import io.drawbore.server.internal.VersionKeeping;
import io.drawbore.server.internal.WorkerLeaseThread;
import io.drawbore.watch.WatchHub;
import io.drawbore.watch.WatchLimits;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
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
    private final Guard guard;
    private final Reclaim reclaim;
    private final PacedCompaction compaction;
    private final @Nullable AutoCompaction autoCompaction;
    private final Snapshots snapshots;
    private final SnapshotSender snapshotSender;
    private final SnapshotReceiver snapshotReceiver;
    private final SpaceAlarm spaceAlarm;
    private final ApplyLoop applyLoop;
    private final RaftLoop raftLoop;
    private final LogRelease logRelease;
    private final Workers.Pool readThreads;
    private final Workers.Pool replies;
    private final Running running = new Running();
    private final Proposals proposals;
    private final Reads reads;
    private final Headers headers;
    private final KeyRequests keys;
    private final LeaseLoop leaseLoop;
    private final LeaseRequests leaseRequests;
    private final MaintenanceRequests maintenance;
    private final Workers.Pool passwordThread;
    private final AuthRequests auth;
    private final MembershipRequests membership;
    private final OwnRemoval ownRemoval;
    private final @Nullable LearnerPromotion learnerPromotion;
    private final VersionKeeping versions;

    /**
     * Opens a member's log and store.
     *
     * @throws io.drawbore.api.StorageException where they cannot be opened or do not belong together: one line that
     *     says what and how to mend it
     * @throws MemberRemovedException where it is no member any more
     */
    public MemberServer(
            MemberOptions options,
            LogStoreProvider logs,
            BackendProvider backends,
            Metrics metrics,
            Surroundings surroundings) {
        this(options, logs, backends, metrics, surroundings, new WorkerLeaseThread(surroundings.workers()),
                surroundings.workers()::nanoTime);
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
            Metrics metrics,
            Surroundings surroundings,
            LeaseThread leaseThread,
            LongSupplier raftNanos) {
        this.options = options;
        Vfs vfs = surroundings.vfs();
        Workers workers = surroundings.workers();
        dataDir = surroundings.simulated() ? DataDir.simulated(options.dataDir()) : DataDir.open(options.dataDir());
        try {
            booted = new Boot(options, logs, vfs).open(dataDir, backends);
        } catch (RuntimeException e) {
            dataDir.close();
            throw e;
        }
        backend = booted.backend();
        applied = new AppliedWait(booted.applied().index());
        RaftNode node;
        try {
            Reclaim.atBoot(backend, options.upkeep().bootReclaimBytes());
            leases = loadLeases();
            keyspace = Keyspace.load(backend, leases::rowApplied);
            node = raftNode(surroundings.random().split());
        } catch (RuntimeException e) {
            running.fail(e);
            closeFiles();
            throw e;
        }
        headers = new Headers(identity(), this::term);
        readThreads = workers.pool("read", options.readThreads());
        replies = workers.pool("reply", 1);
        watches = new WatchHub(
                keyspace,
                headers::of,
                WatchLimits.of(options.maxRequestBytes(), options.watchProgressInterval()),
                workers,
                surroundings.random().split());
        ServerMetrics serverMetrics = new ServerMetrics(metrics);
        LeaseMetrics leaseMetrics = new LeaseMetrics(metrics);
        ApplyOptions rules =
                new ApplyOptions(options.maxLearners(), options.v2(), options.leases().persistence());
        applier = new Applier(backend, keyspace, leases, rules);
        StoreSpace space = new StoreSpace(backend, options.upkeep().quota());
        reclaim = new Reclaim(backend, space, readThreads, workers::nanoTime, serverMetrics);
        compaction = new PacedCompaction(
                backend,
                keyspace,
                space,
                options.upkeep().compactionRows(),
                options.upkeep().compactionPause(),
                workers::nanoTime,
                serverMetrics);
        StorageMigration migration = new StorageMigration(
                backend, applier, options.migrator(), options.version().minor());
        snapshots = new Snapshots(backend, vfs, dataDir.snapshots(), serverMetrics);
        snapshotSender = new SnapshotSender(
                backend, vfs, dataDir.snapshots(), surroundings.peers(), workers, this::snapshotSent);
        passwordThread = workers.pool("password", 1);
        Identities identities = identities(metrics, workers);
        guard = new Guard(applier, leases, identities);
        applyLoop = new ApplyLoop(
                applier,
                keyspace,
                watches,
                new AppliedLeases(leases, leaseThread, leaseMetrics),
                guard,
                pending,
                applied,
                replies,
                serverMetrics,
                new Upkeep(List.of(migration, compaction, reclaim), workers::nanoTime),
                space,
                new SnapshotInstall(backend, vfs, applier, keyspace, watches, compaction, migration, space),
                migration,
                this::sizeChanged,
                this::membersChanged,
                options.slowApply().toNanos(),
                workers,
                this::fail);
        raftLoop = new RaftLoop(
                node,
                booted.log(),
                booted.raftStorage(),
                applyLoop,
                pending,
                surroundings.peers(),
                requestIds(surroundings),
                snapshotSender,
                vfs,
                new StallWatch(raftNanos, options.electionTimeout()),
                options.tick(),
                options.initialElectionTickAdvance() ? options.electionTicks() : 0,
                new CatchUpWindow(options.catchUpEntries(), options.catchUpBytes()),
                options.preVote(),
                serverMetrics,
                workers,
                this::fail);
        snapshotReceiver = new SnapshotReceiver(
                vfs, dataDir.incoming(), raftLoop, options.version().minor(), workers);
        logRelease = new LogRelease(
                backend, applied, raftLoop, booted.raftStorage().firstIndex() - 1, options.snapshotCount(), workers,
                this::fail);
        RequestIds ids = requestIds(surroundings);
        proposals = new Proposals(
                raftLoop, pending, applied, ids, running, options.maxRequestBytes(), options.requestTimeout(), workers);
        reads = new Reads(raftLoop, applied, proposals, running, readThreads);
        leaseLoop = new LeaseLoop(
                leases, raftLoop, applied, proposals, leaseThread, options.electionTimeout(),
                options.leases().checkpoints(), guard::self, leaseMetrics, this::fail);
        spaceAlarm = new SpaceAlarm(
                space, applier, proposals, identity().memberId(), options.upkeep().clearsNoSpace());
        long self = identity().memberId();
        LeaderRequests leader = new LeaderRequests(self, raftLoop, proposals, running, workers);
        leaseRequests = new LeaseRequests(
                leases, leaseLoop, leader, surroundings.peers(), keyspace, proposals, ids, reads, headers, spaceAlarm,
                guard);
        keys = new KeyRequests(
                keyspace, proposals, reads, headers, spaceAlarm, guard, compaction, options.maxRequestBytes(),
                options.maxTxnOps());
        RandomGenerator secret =
                surroundings.simulated() ? surroundings.random().split() : new SecureRandom();
        auth = new AuthRequests(
                applier, proposals, reads, guard, identities, headers,
                new Passwords(passwordThread, secret, options.auth().passwordCost()), secret);
        maintenance = new MaintenanceRequests(
                options.version(), backend, keyspace, raftLoop, applied, reads, headers, proposals, applier,
                migration, space.quota(), this::reclaim);
        membership = new MembershipRequests(
                self, options, backend, raftLoop, proposals, leader, reads, headers, surroundings.peers(), workers,
                surroundings.clock(), serverMetrics);
        ownRemoval = new OwnRemoval(self, backend, surroundings.peers(), workers, raftLoop, this::fail);
        versions = new VersionKeeping(
                self, options, backend, keyspace, raftLoop, proposals, reads, headers, migration, logRelease,
                readThreads, applyLoop::wake, surroundings.peers(), running, workers, this::fail);
        learnerPromotion = options.learnerAutoPromote()
                ? new LearnerPromotion(raftLoop, membership, running, workers)
                : null;
        autoCompaction = autoCompaction(workers);
        MemberGauges gauges = new MemberGauges(metrics, identity().memberId());
        gauges.raft(raftLoop, applied, pending);
        gauges.keys(keyspace, watches);
        gauges.store(backend, options.upkeep().quota(), reclaim);
        gauges.alarms(applier);
    }

    /** Ids that no earlier start gave out. What is counted apart from others does not depend on their number. */
    private RequestIds requestIds(Surroundings surroundings) {
        return new RequestIds(identity().memberId(), surroundings.clock().millis());
    }

    private Leases loadLeases() {
        try (ReadTx view = backend.read()) {
            return Leases.load(view, options.minLeaseSeconds());
        }
    }

    private @Nullable AutoCompaction autoCompaction(Workers workers) {
        UpkeepOptions.AutoCompaction option = options.upkeep().autoCompaction();
        return option instanceof UpkeepOptions.AutoCompaction.Off
                ? null
                : new AutoCompaction(
                        option,
                        keyspace::revision,
                        () -> raftLoop.view().leads(),
                        to -> keys.compact(CompactionRequest.newBuilder().setRevision(to).build()),
                        workers);
    }

    private void sizeChanged() {
        spaceAlarm.sizeChanged();
    }

    private void membersChanged() {
        ownRemoval.look();
    }

    private CompletableFuture<Void> reclaim() {
        CompletableFuture<Void> done = reclaim.request();
        applyLoop.wake();
        return done;
    }

    private Identities identities(Metrics metrics, Workers workers) {
        TokenProvider.Tokens provided = options.auth().tokens();
        return provided == null
                ? new SimpleIdentities(
                        applier, applied, this::proof, workers::nanoTime, options.auth().tokenLife())
                : new ProvidedIdentities(provided, applier, passwordThread, metrics, workers::nanoTime);
    }

    private CompletableFuture<Void> proof() {
        return reads.proof();
    }

    private long term() {
        return raftLoop.view().term();
    }

    private RaftNode raftNode(RandomGenerator random) {
        RaftNode node = RaftNode.create(
                RaftConfig.builder(identity().memberId(), random)
                        .electionTicks(options.electionTicks())
                        .preVote(options.preVote())
                        .applied(booted.applied().index())
                        .build(),
                new SnapshotOnDemand(booted.raftStorage(), applied));
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
        ownRemoval.look();
        applyLoop.start();
        raftLoop.start();
        logRelease.start();
        leaseLoop.start();
        if (options.initialElectionTickAdvance() && (booted.founders().size() == 1 || isOnlyVoter())) {
            // nobody else can be waiting for a vote
            raftLoop.campaign();
        }
        if (autoCompaction != null) {
            autoCompaction.start();
        }
        if (learnerPromotion != null) {
            learnerPromotion.start();
        }
        versions.watchSkew();
        return membership.publishSelf()
                .thenCompose(_ -> proposals.retried(versions::begin))
                .thenCompose(_ -> leaseLoop.begin())
                .thenRun(versions::start);
    }

    private boolean isOnlyVoter() {
        return booted.raftStorage().initialState().confState().getVotersList().equals(List.of(identity().memberId()));
    }

    /** Completes with the reason if the member fails; a {@link MemberRemovedException} if it is none any more. */
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
     * Hands leadership to whoever can take it soonest, so that nobody has to wait for an election when this member is
     * closed. Completes when another leads, when there is nothing to hand over or nobody who could (the member has
     * failed), or when it took as long as a request may; never fails.
     */
    public CompletableFuture<Void> handOver() {
        if (running.failed().isDone() || !raftLoop.view().leads()) {
            return CompletableFuture.completedFuture(null);
        }
        return raftLoop.handOver(proposals.deadline()).exceptionally(failure -> {
            LOG.atWarn().addKeyValue("error", failure.getMessage()).log("leadership transfer failed");
            return null;
        });
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
        snapshotSender.stop();
        snapshotReceiver.stop();
        logRelease.stop();
        raftLoop.stop();
        applyLoop.stop();
        watches.close();
        pending.failAll(EtcdError.STOPPED.exception());
        applied.failAll(EtcdError.STOPPED.exception());
        leaseLoop.stop();
        passwordThread.abandon();
        readThreads.close();
        replies.close();
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

    // ---- what comes from other members

    /**
     * A message from another member; one that is a snapshot is nothing without its file, and passed over. Any thread;
     * never waits.
     */
    public void receive(Message message) {
        if (message.getType() != MessageType.MsgSnap) {
            raftLoop.receive(message);
        }
    }

    /** Which etcd this member takes the place of, as others are told. */
    public EtcdVersion version() {
        return options.version();
    }

    /**
     * A name for the file of a snapshot that another member begins to send; its folder is there, the file is not. Who
     * breaks off deletes it; whatever else is never handed over is deleted at the next start. Any thread.
     */
    public Path newSnapshotFile() {
        return snapshotReceiver.newFile();
    }

    /**
     * A snapshot from another member, with its file complete under a name that {@link #newSnapshotFile} gave. The file
     * is this member's from now on. Any thread; never waits.
     *
     * @return completes once every byte of the file was looked at and raft knows of the snapshot, which it may still
     *     have no use for; fails where the file is damaged or not what the message says, or too many are here
     */
    public CompletableFuture<Void> receiveSnapshot(MemberSnapshot snapshot) {
        return snapshotReceiver.receive(snapshot);
    }

    /** The last messages to a member were probably lost. Any thread. */
    public void unreachable(long member) {
        raftLoop.unreachable(member);
    }

    /**
     * The process of a member has ended: a connection to it that was open has ended, and its machine refuses the next
     * one. Where it led, this member doesn't wait for an election timeout. Silence is no proof, nor is a connection
     * that is only lost. If it is not so after all, nothing is lost but a question to the others. Any thread.
     */
    public void gone(long member) {
        raftLoop.gone(member);
    }

    private void snapshotSent(long member, boolean delivered) {
        raftLoop.snapshotSent(member, delivered);
    }

    /** Another member says that this one was removed from the cluster: it ends soon. Any thread. */
    public void toldRemoved() {
        ownRemoval.removed();
    }

    /** Whether a member was removed, as far as this one knows. Reads the store. Any thread. */
    public boolean isRemoved(long member) {
        try (ReadTx view = backend.read()) {
            return Membership.isRemoved(view, member);
        }
    }

    /** The members, as far as this one knows. Reads the store. Any thread. */
    public List<Member> members() {
        try (ReadTx view = backend.read()) {
            return Membership.members(view);
        }
    }

    /** Renews a lease for another member; fails where this one doesn't lead. Its time in seconds, 0 for none. */
    public CompletableFuture<Long> renewLease(long id) {
        return running.isRunning()
                ? leaseRequests.renewHere(id)
                : CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
    }

    /** Tells another member, by a linearizable read, whether a downgrade of the cluster is under way. */
    public CompletableFuture<Boolean> downgradeEnabled() {
        return versions.downgradeEnabled();
    }

    /** Tells another member what is left of a lease; fails where this one doesn't lead. */
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(LeaseTimeToLiveRequest request) {
        return running.isRunning()
                ? leaseRequests.timeToLiveHere(request)
                : CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
    }

    // ---- the door: each request goes to the part that answers it

    @Override
    public CompletableFuture<RangeResponse> range(RangeRequest request, Caller caller) {
        return keys.range(request, caller);
    }

    @Override
    public CompletableFuture<PutResponse> put(PutRequest request, Caller caller) {
        return keys.put(request, caller);
    }

    @Override
    public CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request, Caller caller) {
        return keys.deleteRange(request, caller);
    }

    @Override
    public CompletableFuture<TxnResponse> txn(TxnRequest request, Caller caller) {
        return keys.txn(request, caller);
    }

    @Override
    public CompletableFuture<Void> rangeStream(
            RangeRequest request, ResponseSink<RangeStreamResponse> sink, Caller caller) {
        return keys.rangeStream(request, sink, caller);
    }

    @Override
    public CompletableFuture<CompactionResponse> compact(CompactionRequest request, Caller caller) {
        return guard.admit(caller, Access::administer, _ -> keys.compact(request));
    }

    @Override
    public CompletableFuture<LeaseGrantResponse> leaseGrant(LeaseGrantRequest request, Caller caller) {
        return guard.admit(caller, Access::beSomebody, _ -> leaseRequests.grant(request));
    }

    @Override
    public CompletableFuture<LeaseRevokeResponse> leaseRevoke(LeaseRevokeRequest request, Caller caller) {
        return guard.admit(
                caller, Access::beSomebody, requester -> leaseRequests.revoke(request, requester));
    }

    @Override
    public CompletableFuture<LeaseKeepAliveResponse> leaseKeepAlive(LeaseKeepAliveRequest request, Caller caller) {
        return guard.admit(
                caller, access -> access.renew(request.getID()), _ -> leaseRequests.keepAlive(request));
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> leaseTimeToLive(LeaseTimeToLiveRequest request, Caller caller) {
        return guard.admit(
                caller, Access::beSomebody, requester -> leaseRequests.timeToLive(request, requester));
    }

    @Override
    public CompletableFuture<LeaseLeasesResponse> leaseLeases(LeaseLeasesRequest request, Caller caller) {
        return guard.admit(caller, Access::beSomebody, leaseRequests::list);
    }

    @Override
    public WatchStream watch(WatchSink sink, Caller caller) {
        return new GuardedWatch(guard, caller, admission -> watches.open(sink, admission));
    }

    @Override
    public CompletableFuture<StatusResponse> status(Caller caller) {
        return guard.admit(caller, Access::beSomebody, _ -> maintenance.status());
    }

    @Override
    public CompletableFuture<HashResponse> hash(Caller caller) {
        return guard.admit(caller, Access::administer, _ -> maintenance.hash());
    }

    @Override
    public CompletableFuture<HashKVResponse> hashKv(HashKVRequest request, Caller caller) {
        return guard.admit(caller, Access::administer, _ -> maintenance.hashKv(request));
    }

    @Override
    public CompletableFuture<DefragmentResponse> defragment(Caller caller) {
        return guard.admit(caller, Access::administer, _ -> maintenance.defragment());
    }

    @Override
    public CompletableFuture<Void> snapshot(ResponseSink<SnapshotResponse> sink, Caller caller) {
        return running.isRunning()
                ? guard.admit(caller, Access::administer, _ -> snapshots.send(sink))
                : CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
    }

    @Override
    public CompletableFuture<MemberListResponse> memberList(MemberListRequest request, Caller caller) {
        return guard.admit(caller, Access::beSomebody, _ -> membership.list(request));
    }

    @Override
    public CompletableFuture<MemberAddResponse> memberAdd(MemberAddRequest request, Caller caller) {
        return guard.admit(caller, Access::administer, _ -> membership.add(request));
    }

    @Override
    public CompletableFuture<MemberRemoveResponse> memberRemove(MemberRemoveRequest request, Caller caller) {
        return guard.admit(caller, Access::administer, _ -> membership.remove(request));
    }

    @Override
    public CompletableFuture<MemberUpdateResponse> memberUpdate(MemberUpdateRequest request, Caller caller) {
        return guard.admit(caller, Access::administer, _ -> membership.update(request));
    }

    @Override
    public CompletableFuture<MemberPromoteResponse> memberPromote(MemberPromoteRequest request, Caller caller) {
        return guard.admit(caller, Access::administer, _ -> membership.promote(request));
    }

    @Override
    public CompletableFuture<MoveLeaderResponse> moveLeader(MoveLeaderRequest request, Caller caller) {
        return guard.admit(caller, Access::administer, _ -> membership.moveLeader(request));
    }

    @Override
    public CompletableFuture<DowngradeResponse> downgrade(DowngradeRequest request, Caller caller) {
        return guard.admit(caller, Access::administer, _ -> versions.downgrade(request));
    }

    @Override
    public CompletableFuture<AlarmResponse> alarm(AlarmRequest request, Caller caller) {
        return guard.admit(
                caller,
                request.getAction() == AlarmRequest.AlarmAction.GET ? Access::beSomebody : Access::administer,
                _ -> maintenance.alarm(request));
    }

    @Override
    public AuthDoor auth() {
        return auth;
    }

    @Override
    public CompletableFuture<String> user(Caller caller) {
        return guard.admit(caller, requester -> CompletableFuture.completedFuture(requester.user()));
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
        return raftLoop.view().learner();
    }

    @Override
    public Versions versions() {
        return versions.versions();
    }
}
