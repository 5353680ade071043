package io.drawbore.server.internal;

import io.drawbore.api.MinorVersion;
import io.drawbore.api.StorageException;
import io.drawbore.api.Workers;
import io.drawbore.membership.Member;
import io.drawbore.server.EtcdVersion;
import io.drawbore.server.Peers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Members of one cluster are at most one minor version apart: what the log of one says, another may not know. Each
 * refuses to talk with one that is further away. Who is alone with its version therefore never hears of a leader; it
 * finds out why, says so and ends. Any thread.
 */
public final class VersionSkew {
    /** How often a member without a leader looks. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    /** A member that doesn't say its version for so long is not counted. */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private static final MinorVersion OWN = MinorVersion.of(EtcdVersion.SERVER).orElseThrow();

    private final long self;
    private final Supplier<List<Member>> members;
    private final RaftLoop raft;
    private final Peers peers;
    private final Running running;
    private final Workers workers;
    private final Consumer<Throwable> fatal;

    /**
     * Looks for one member.
     *
     * @param members who they are now
     * @param fatal told with which versions this one can't be together
     */
    public VersionSkew(
            long self,
            Supplier<List<Member>> members,
            RaftLoop raft,
            Peers peers,
            Running running,
            Workers workers,
            Consumer<Throwable> fatal) {
        this.self = self;
        this.members = members;
        this.raft = raft;
        this.peers = peers;
        this.running = running;
        this.workers = workers;
        this.fatal = fatal;
    }

    /**
     * Why a member of a version can't be in a cluster with this one; empty where it can, or says no version.
     *
     * @param version as the other says it, {@code X.Y.Z}
     */
    public static Optional<String> refusal(String version) {
        return MinorVersion.of(version)
                .filter(other -> other.major() != OWN.major() || Math.abs(other.minor() - OWN.minor()) > 1)
                .map(other -> "members more than one minor version apart can't be in one cluster: this one is"
                        + " compatible with " + OWN + ", the other with " + other + "; go by the versions between");
    }

    /** Looks now and then, for as long as the member runs. */
    public void start() {
        workers.after(LOOK, () -> {
            if (running.isRunning()) {
                var _ = look().whenComplete((_, _) -> start());
            }
        });
    }

    /** Ends this member where others answer, and it can be together with none of them. */
    private CompletableFuture<?> look() {
        if (raft.view().leader() != 0) {
            return CompletableFuture.completedFuture(null);
        }
        List<CompletableFuture<Optional<String>>> said = members.get().stream()
                .filter(member -> member.id() != self)
                .map(member -> version(member.id()))
                .toList();
        return CompletableFuture.allOf(said.toArray(CompletableFuture[]::new)).thenRun(() -> {
            List<String> versions =
                    said.stream().flatMap(version -> version.join().stream()).toList();
            List<String> refusals = versions.stream()
                    .flatMap(version -> refusal(version).stream())
                    .toList();
            if (!refusals.isEmpty() && refusals.size() == versions.size()) {
                fatal.accept(new StorageException(refusals.getFirst()));
            }
        });
    }

    /** Completes in time, whatever becomes of the question. */
    private CompletableFuture<Optional<String>> version(long member) {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        Runnable inTime = workers.after(ANSWER, () -> answer.complete(Optional.empty()));
        var _ = peers.version(member).whenComplete((version, failure) -> {
            inTime.run();
            answer.complete(failure == null ? Optional.of(version) : Optional.empty());
        });
        return answer;
    }
}
