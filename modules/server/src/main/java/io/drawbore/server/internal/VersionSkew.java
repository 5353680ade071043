package io.drawbore.server.internal;

import io.drawbore.api.MinorVersion;
import io.drawbore.api.StorageException;
import io.drawbore.api.Workers;
import io.drawbore.server.EtcdVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

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

    private final MemberVersions versions;
    private final RaftLoop raft;
    private final Running running;
    private final Workers workers;
    private final Consumer<Throwable> fatal;

    /**
     * Looks for one member.
     *
     * @param fatal told with which versions this one can't be together
     */
    public VersionSkew(
            MemberVersions versions, RaftLoop raft, Running running, Workers workers, Consumer<Throwable> fatal) {
        this.versions = versions;
        this.raft = raft;
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
        MinorVersion own = EtcdVersion.MINOR;
        return MinorVersion.of(version)
                .filter(other -> other.major() != own.major() || Math.abs(other.minor() - own.minor()) > 1)
                .map(other -> "members more than one minor version apart can't be in one cluster: this one is"
                        + " compatible with " + own + ", the other with " + other + "; go by the versions between");
    }

    /** Looks now and then, for as long as the member runs. */
    public void start() {
        running.repeat(workers, LOOK, this::look);
    }

    /** Ends this member where others answer, and it can be together with none of them. */
    private CompletableFuture<?> look() {
        if (raft.view().leader() != 0) {
            return CompletableFuture.completedFuture(null);
        }
        return versions.saidByOthers(ANSWER).thenAccept(said -> {
            List<String> refusals = said.stream()
                    .flatMap(version -> refusal(version).stream())
                    .toList();
            if (!refusals.isEmpty() && refusals.size() == said.size()) {
                fatal.accept(new StorageException(refusals.getFirst()));
            }
        });
    }
}
