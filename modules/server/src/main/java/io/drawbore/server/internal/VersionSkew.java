package io.drawbore.server.internal;

import io.drawbore.api.StorageException;
import io.drawbore.api.Workers;
import io.drawbore.server.EtcdVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Members refuse to talk with one that is more than one minor version away ({@link EtcdVersion#refusalOf}). Who is
 * alone with its version therefore never hears of a leader; it finds out why, says so and ends. Any thread.
 */
public final class VersionSkew {
    /** How often a member without a leader looks. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    /** A member that doesn't say its version for so long is not counted. */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private final EtcdVersion own;
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
            EtcdVersion own,
            MemberVersions versions,
            RaftLoop raft,
            Running running,
            Workers workers,
            Consumer<Throwable> fatal) {
        this.own = own;
        this.versions = versions;
        this.raft = raft;
        this.running = running;
        this.workers = workers;
        this.fatal = fatal;
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
                    .flatMap(version -> own.refusalOf(version).stream())
                    .toList();
            if (!refusals.isEmpty() && refusals.size() == said.size()) {
                fatal.accept(new StorageException(refusals.getFirst()));
            }
        });
    }
}
