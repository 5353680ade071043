package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.Workers;
import io.drawbore.membership.Downgrade;
import io.drawbore.membership.Membership;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.server.EtcdVersion;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the cluster's version. The leader makes it the lowest minor version among the members, as soon as it knows
 * those of all, and lowers it only where a downgrade is under way, to that one's target. A member that is older than
 * the cluster ends: it can't know what is in the log. Any thread.
 */
public final class ClusterVersionWatch {
    /** How often is looked, as in etcd. */
    private static final Duration LOOK = Duration.ofSeconds(4);

    /** What the cluster is until all members have said theirs, as in etcd. */
    static final MinorVersion UNDECIDED = new MinorVersion(3, 0);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterVersionWatch.class);

    private final MemberVersions versions;
    private final Backend backend;
    private final RaftLoop raft;
    private final Proposals proposals;
    private final Running running;
    private final Workers workers;
    private final Consumer<Throwable> fatal;

    /**
     * Watches for one member.
     *
     * @param fatal told that the cluster is of a newer version
     */
    public ClusterVersionWatch(
            MemberVersions versions,
            Backend backend,
            RaftLoop raft,
            Proposals proposals,
            Running running,
            Workers workers,
            Consumer<Throwable> fatal) {
        this.versions = versions;
        this.backend = backend;
        this.raft = raft;
        this.proposals = proposals;
        this.running = running;
        this.workers = workers;
        this.fatal = fatal;
    }

    /**
     * Refuses a member that is older than its cluster.
     *
     * @throws StorageException with both versions
     */
    static void refuseNewer(@Nullable String clusterVersion) {
        Optional<MinorVersion> cluster = parsed(clusterVersion);
        if (cluster.isPresent() && cluster.get().compareTo(EtcdVersion.MINOR) > 0) {
            throw new StorageException("invalid downgrade; server version is lower than determined cluster version:"
                    + " this member is compatible with " + EtcdVersion.MINOR + ", and the cluster is of version "
                    + cluster.get() + "; start the newer release");
        }
    }

    private static Optional<MinorVersion> parsed(@Nullable String version) {
        return version == null ? Optional.empty() : MinorVersion.of(version);
    }

    /** The cluster's version, {@code X.Y.0}, or null before it is decided. */
    public @Nullable String clusterVersion() {
        try (ReadTx tx = backend.read()) {
            return Membership.clusterVersion(tx);
        }
    }

    /** Looks again and again, for as long as the member runs. */
    public void start() {
        running.repeat(workers, LOOK, this::look);
    }

    /** Looks once; completes when what there was to decide is decided. */
    public CompletableFuture<Void> look() {
        String decided;
        Downgrade downgrade;
        try (ReadTx tx = backend.read()) {
            decided = Membership.clusterVersion(tx);
            downgrade = Downgrade.of(tx);
        }
        try {
            refuseNewer(decided);
        } catch (StorageException newer) {
            fatal.accept(newer);
            return CompletableFuture.failedFuture(newer);
        }
        boolean settled = EtcdVersion.MINOR.toString().equals(decided) && !downgrade.enabled();
        return !raft.view().leads() || settled
                ? CompletableFuture.completedFuture(null)
                : versions.all().thenCompose(all -> next(parsed(decided), all, downgrade)
                        .map(this::set)
                        .orElseGet(() -> CompletableFuture.completedFuture(null)));
    }

    /**
     * What the cluster's version is to become; empty where it stays.
     *
     * @param all the versions of all members, empty where one is unknown
     */
    static Optional<MinorVersion> next(
            Optional<MinorVersion> decided, List<MinorVersion> all, Downgrade downgrade) {
        Optional<MinorVersion> lowest = all.stream().min(Comparator.naturalOrder());
        if (decided.isEmpty()) {
            return Optional.of(lowest.orElse(UNDECIDED));
        }
        if (lowest.isEmpty() || downgrade.goesTo(decided.get())) {
            return Optional.empty();
        }
        if (!downgrade.enabled()) {
            return lowest.filter(version -> version.compareTo(decided.get()) > 0);
        }
        Optional<MinorVersion> target = MinorVersion.of(downgrade.target())
                .filter(to -> to.isJustBefore(decided.get()) && to.isJustBefore(lowest.get()));
        if (target.isEmpty()) {
            LOG.atError()
                    .addKeyValue("downgrade-target", downgrade.target())
                    .addKeyValue("cluster-version", decided.get())
                    .addKeyValue("minimal-server-version", lowest.get())
                    .log("the cluster can't be downgraded: its version and its oldest member's must be one above the"
                            + " target");
        }
        return target;
    }

    private CompletableFuture<Void> set(MinorVersion version) {
        ClusterVersionSetRequest request =
                ClusterVersionSetRequest.newBuilder().setVer(version.toString()).build();
        return proposals
                .propose(InternalRaftRequest.newBuilder().setClusterVersionSet(request))
                .thenAccept(_ -> {});
    }
}
