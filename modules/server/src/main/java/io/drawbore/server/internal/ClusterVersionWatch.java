package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.V2Translator;
import io.drawbore.api.Workers;
import io.drawbore.membership.Downgrade;
import io.drawbore.membership.Membership;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.server.MemberOptions;
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
    private static final MinorVersion UNDECIDED = new MinorVersion(3, 0);

    /** The first whose members write no v2 requests. */
    private static final MinorVersion WITHOUT_V2 = new MinorVersion(3, 6);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterVersionWatch.class);

    private final MemberOptions options;
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
     * @param fatal told why this member can't be in its cluster
     */
    public ClusterVersionWatch(
            MemberOptions options,
            MemberVersions versions,
            Backend backend,
            RaftLoop raft,
            Proposals proposals,
            Running running,
            Workers workers,
            Consumer<Throwable> fatal) {
        this.options = options;
        this.versions = versions;
        this.backend = backend;
        this.raft = raft;
        this.proposals = proposals;
        this.running = running;
        this.workers = workers;
        this.fatal = fatal;
    }

    /**
     * Refuses a member that starts in a cluster that is newer than it, or whose members write v2 requests of which it
     * knows none.
     *
     * @throws StorageException with the cluster's version and the way out
     */
    static void refuseStart(@Nullable String clusterVersion, MemberOptions options) {
        refuseNewer(clusterVersion, options.version().minor());
        parsed(clusterVersion)
                .filter(version -> version.compareTo(UNDECIDED) > 0 && version.compareTo(WITHOUT_V2) < 0)
                .filter(_ -> options.v2().equals(V2Translator.REJECT))
                .ifPresent(version -> {
                    throw new StorageException("the cluster is of version " + version + ", whose members write v2"
                            + " requests, and --v2-compat=reject stops at each; start with --v2-compat=translate");
                });
    }

    private static void refuseNewer(@Nullable String clusterVersion, MinorVersion own) {
        parsed(clusterVersion).filter(version -> version.compareTo(own) > 0).ifPresent(version -> {
            throw new StorageException("invalid downgrade; server version is lower than determined cluster version:"
                    + " this member is compatible with " + own + ", and the cluster is of version " + version
                    + "; start the newer release");
        });
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

    /** Looks for the first time, when this member has caught up with the cluster; see {@link #look}. */
    public CompletableFuture<Void> begin() {
        return look(decided -> refuseStart(decided, options));
    }

    /** Looks once; completes when what there was to decide is decided. */
    public CompletableFuture<Void> look() {
        return look(decided -> refuseNewer(decided, options.version().minor()));
    }

    private CompletableFuture<Void> look(Consumer<@Nullable String> refusal) {
        String decided;
        Downgrade downgrade;
        try (ReadTx tx = backend.read()) {
            decided = Membership.clusterVersion(tx);
            downgrade = Downgrade.of(tx);
        }
        try {
            refusal.accept(decided);
        } catch (StorageException refused) {
            fatal.accept(refused);
            return CompletableFuture.failedFuture(refused);
        }
        boolean settled = options.version().minor().toString().equals(decided) && !downgrade.enabled();
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
