package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.Workers;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeResponse;
import io.drawbore.server.EtcdVersion;
import io.drawbore.server.MemberOptions;
import io.drawbore.server.Peers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** What a member does about versions: the cluster's, a downgrade of that, and its own store's. Any thread. */
public final class VersionKeeping {
    private final EtcdVersion own;
    private final ClusterVersionWatch cluster;
    private final VersionSkew skew;
    private final DowngradeRequests downgrades;
    private final DowngradeWatch downgradeWatch;
    private final StorageMigration storage;
    private final StorageDowngrade storageDowngrade;

    /**
     * Keeps the versions of one member.
     *
     * @param looking where entries are looked at
     * @param wakeApply has the apply thread look what is due
     * @param fatal told why the member can't stay
     */
    public VersionKeeping(
            long self,
            MemberOptions options,
            Backend backend,
            Keyspace keyspace,
            RaftLoop raft,
            Proposals proposals,
            Reads reads,
            Headers headers,
            StorageMigration storage,
            LogRelease log,
            Executor looking,
            Runnable wakeApply,
            Peers peers,
            Running running,
            Workers workers,
            Consumer<Throwable> fatal) {
        this.own = options.version();
        this.storage = storage;
        MemberVersions versions = new MemberVersions(self, own.minor(), backend, peers, workers);
        cluster = new ClusterVersionWatch(options, versions, backend, raft, proposals, running, workers, fatal);
        skew = new VersionSkew(own, versions, raft, running, workers, fatal);
        downgrades = new DowngradeRequests(backend, keyspace, proposals, reads, headers);
        downgradeWatch =
                new DowngradeWatch(versions, backend, raft, downgrades, options.downgradeCheck(), running, workers);
        storageDowngrade =
                new StorageDowngrade(storage, options.migrator(), log, looking, wakeApply, running, workers, fatal);
    }

    /** Looks for the first time what the cluster's version is, and is to become; completes when that is decided. */
    public CompletableFuture<Void> begin() {
        return cluster.begin();
    }

    /** Ends a member that can be together with no other, from before there is a leader on. */
    public void watchSkew() {
        skew.start();
    }

    /** Looks again and again, for as long as the member runs. */
    public void start() {
        cluster.start();
        downgradeWatch.start();
        storageDowngrade.start();
    }

    /** See {@link FrontDoor#downgrade}. */
    public CompletableFuture<DowngradeResponse> downgrade(DowngradeRequest request) {
        return downgrades.downgrade(request);
    }

    /** Whether a downgrade of the cluster is under way, by a linearizable read. */
    public CompletableFuture<Boolean> downgradeEnabled() {
        return downgrades.enabled();
    }

    /** The versions this member speaks of. */
    public FrontDoor.Versions versions() {
        String decided = cluster.clusterVersion();
        MinorVersion stored = storage.stored();
        return new FrontDoor.Versions(
                own.toString(),
                decided == null ? "not_decided" : decided,
                stored == null ? "unknown" : stored.toString());
    }
}
