package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Answers reads on the read threads. Any thread may ask; nothing blocks. */
public final class Reads {
    private final RaftLoop raft;
    private final AppliedWait applied;
    private final Proposals proposals;
    private final Running running;
    private final Executor threads;

    /** Reads of one member, answered on the given threads. */
    public Reads(RaftLoop raft, AppliedWait applied, Proposals proposals, Running running, Executor threads) {
        this.raft = raft;
        this.applied = applied;
        this.proposals = proposals;
        this.running = running;
        this.threads = threads;
    }

    /** Answers at once with what this member knows. */
    public <T> CompletableFuture<T> local(Supplier<T> answer) {
        return running.isRunning()
                ? CompletableFuture.supplyAsync(answer, threads)
                : CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
    }

    /** Answers after a proof of leadership newer than the call, once what it covers is applied here. */
    public <T> CompletableFuture<T> linearizable(Supplier<T> answer) {
        return proof().thenApplyAsync(_ -> answer.get(), threads);
    }

    /** Completes after a proof of leadership newer than the call, once what it covers is applied here. */
    public CompletableFuture<Void> proof() {
        return running.isRunning()
                ? raft.readIndex(proposals.deadline()).thenCompose(applied::until)
                : CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
    }

    /** One or the other, as the request says. */
    public <T> CompletableFuture<T> read(boolean serializable, Supplier<T> answer) {
        return serializable ? local(answer) : linearizable(answer);
    }
}
