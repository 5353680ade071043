package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.Workers;
import io.drawbore.membership.Member;
import io.drawbore.membership.Membership;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.server.EtcdVersion;
import io.drawbore.server.Peers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches the cluster's version. The leader makes it the lowest minor version among the members, as soon as it knows
 * those of all, and never lowers it. A member that is older than the cluster ends: it can't know what is in the log.
 * Any thread.
 */
public final class ClusterVersionWatch {
    /** How often is looked, as in etcd. */
    private static final Duration LOOK = Duration.ofSeconds(4);

    /** A member that doesn't say its version for so long is asked again at the next look. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    /** What the cluster is until all members have said theirs, as in etcd. */
    private static final MinorVersion UNDECIDED = new MinorVersion(3, 0);

    private static final MinorVersion OWN = MinorVersion.of(EtcdVersion.SERVER).orElseThrow();

    private final long self;
    private final Backend backend;
    private final RaftLoop raft;
    private final Proposals proposals;
    private final Peers peers;
    private final Running running;
    private final Workers workers;
    private final Consumer<Throwable> fatal;

    /**
     * Watches for one member.
     *
     * @param fatal told that the cluster is of a newer version
     */
    public ClusterVersionWatch(
            long self,
            Backend backend,
            RaftLoop raft,
            Proposals proposals,
            Peers peers,
            Running running,
            Workers workers,
            Consumer<Throwable> fatal) {
        this.self = self;
        this.backend = backend;
        this.raft = raft;
        this.proposals = proposals;
        this.peers = peers;
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
        if (cluster.isPresent() && cluster.get().compareTo(OWN) > 0) {
            throw new StorageException("invalid downgrade; server version is lower than determined cluster version:"
                    + " this member is compatible with " + OWN + ", and the cluster is of version " + cluster.get()
                    + "; start the newer release");
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
        workers.after(LOOK, () -> {
            if (running.isRunning()) {
                var _ = look().whenComplete((_, _) -> start());
            }
        });
    }

    /** Looks once; completes when what there was to decide is decided. */
    public CompletableFuture<Void> look() {
        String decided = clusterVersion();
        try {
            refuseNewer(decided);
        } catch (StorageException newer) {
            fatal.accept(newer);
            return CompletableFuture.failedFuture(newer);
        }
        return !raft.view().leads() || OWN.toString().equals(decided)
                ? CompletableFuture.completedFuture(null)
                : lowest().thenCompose(lowest -> decide(parsed(decided), lowest));
    }

    private CompletableFuture<Void> decide(Optional<MinorVersion> decided, Optional<MinorVersion> lowest) {
        MinorVersion next = lowest.or(() -> decided).orElse(UNDECIDED);
        if (decided.isPresent() && next.compareTo(decided.get()) <= 0) {
            return CompletableFuture.completedFuture(null);
        }
        ClusterVersionSetRequest request =
                ClusterVersionSetRequest.newBuilder().setVer(next.toString()).build();
        return proposals
                .propose(InternalRaftRequest.newBuilder().setClusterVersionSet(request))
                .thenAccept(_ -> {});
    }

    /** The lowest version of all members; empty where one of them doesn't say its own. */
    private CompletableFuture<Optional<MinorVersion>> lowest() {
        List<CompletableFuture<Optional<MinorVersion>>> versions = new ArrayList<>();
        for (Member member : members()) {
            versions.add(
                    member.id() == self ? CompletableFuture.completedFuture(Optional.of(OWN)) : version(member.id()));
        }
        return CompletableFuture.allOf(versions.toArray(CompletableFuture[]::new)).thenApply(_ -> {
            List<MinorVersion> known =
                    versions.stream().flatMap(version -> version.join().stream()).toList();
            return known.isEmpty() || known.size() < versions.size()
                    ? Optional.empty()
                    : Optional.of(Collections.min(known));
        });
    }

    /** Completes in time, whatever becomes of the question. */
    private CompletableFuture<Optional<MinorVersion>> version(long member) {
        CompletableFuture<Optional<MinorVersion>> answer = new CompletableFuture<>();
        Runnable inTime = workers.after(ANSWER, () -> answer.complete(Optional.empty()));
        var _ = peers.version(member).whenComplete((version, failure) -> {
            inTime.run();
            answer.complete(failure == null ? MinorVersion.of(version) : Optional.empty());
        });
        return answer;
    }

    private List<Member> members() {
        try (ReadTx tx = backend.read()) {
            return Membership.members(tx);
        }
    }
}
