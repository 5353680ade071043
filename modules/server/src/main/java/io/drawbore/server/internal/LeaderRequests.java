package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.Workers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * Requests that only the leader can answer, on whatever member they come in: they are asked again as long as nobody
 * knows the answer, until their time is over. Any thread; nothing blocks.
 */
public final class LeaderRequests {
    /** Between two attempts, as in etcd. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final RaftLoop raft;
    private final Proposals proposals;
    private final Running running;
    private final Workers workers;

    /** Requests of one member. */
    public LeaderRequests(RaftLoop raft, Proposals proposals, Running running, Workers workers) {
        this.raft = raft;
        this.proposals = proposals;
        this.running = running;
        this.workers = workers;
    }

    /**
     * Asks whoever leads.
     *
     * @param ask asks a member that leads, this one too
     * @param isAnswer which failures are the leader's answer; after any other it is asked again
     */
    <T> CompletableFuture<T> ask(LongFunction<CompletableFuture<T>> ask, Predicate<EtcdException> isAnswer) {
        return ask(ask, isAnswer, proposals.deadline());
    }

    private <T> CompletableFuture<T> ask(
            LongFunction<CompletableFuture<T>> ask, Predicate<EtcdException> isAnswer, long deadlineNanos) {
        if (!running.isRunning()) {
            return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        }
        long leader = raft.view().leader();
        CompletableFuture<T> answer =
                leader == 0 ? CompletableFuture.failedFuture(EtcdError.NO_LEADER.exception()) : ask.apply(leader);
        return answer.exceptionallyCompose(failure -> {
            Throwable reason = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            if (!(reason instanceof EtcdException refusal) || isAnswer.test(refusal)) {
                return CompletableFuture.failedFuture(reason);
            }
            if (proposals.isOver(deadlineNanos)) {
                return CompletableFuture.failedFuture(
                        (leader == 0 ? EtcdError.NO_LEADER : EtcdError.TIMEOUT).exception());
            }
            return pause().thenCompose(_ -> ask(ask, isAnswer, deadlineNanos));
        });
    }

    private CompletableFuture<Void> pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        workers.after(PAUSE, () -> over.complete(null));
        return over;
    }

    /** Whether a failure is one of etcd's. */
    static boolean is(EtcdException failure, EtcdError error) {
        return failure.code() == error.code() && failure.text().equals(error.text());
    }
}
