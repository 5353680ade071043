package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.Workers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Requests that only the leader can answer, on whatever member they come in: they are asked again as long as nobody
 * knows the answer, until their time is over. So they may be done twice. Any thread; nothing blocks.
 */
public final class LeaderRequests {
    /** Between two attempts, as in etcd. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final long self;
    private final RaftLoop raft;
    private final Proposals proposals;
    private final Running running;
    private final Workers workers;

    /**
     * Requests of one member.
     *
     * @param self its id
     */
    public LeaderRequests(long self, RaftLoop raft, Proposals proposals, Running running, Workers workers) {
        this.self = self;
        this.raft = raft;
        this.proposals = proposals;
        this.running = running;
        this.workers = workers;
    }

    /**
     * Asks whoever leads.
     *
     * @param here asks this member
     * @param there asks another
     */
    <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> here, LongFunction<CompletableFuture<T>> there) {
        return ask(here, there, proposals.deadline());
    }

    private <T> CompletableFuture<T> ask(
            Supplier<CompletableFuture<T>> here, LongFunction<CompletableFuture<T>> there, long deadlineNanos) {
        if (!running.isRunning()) {
            return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        }
        long leader = raft.view().leader();
        return attempt(leader, here, there, deadlineNanos).exceptionallyCompose(failure -> {
            Throwable reason = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            if (!(reason instanceof EtcdException refusal) || isAnswer(refusal)) {
                return CompletableFuture.failedFuture(reason);
            }
            if (proposals.isOver(deadlineNanos)) {
                return CompletableFuture.failedFuture(
                        (leader == 0 ? EtcdError.NO_LEADER : EtcdError.TIMEOUT).exception());
            }
            return pause().thenCompose(_ -> ask(here, there, deadlineNanos));
        });
    }

    private <T> CompletableFuture<T> attempt(
            long leader,
            Supplier<CompletableFuture<T>> here,
            LongFunction<CompletableFuture<T>> there,
            long deadlineNanos) {
        if (leader == 0) {
            return CompletableFuture.failedFuture(EtcdError.NO_LEADER.exception());
        }
        return leader == self ? here.get() : inTime(there.apply(leader), deadlineNanos);
    }

    /** Completes in time, whatever becomes of the question. */
    private <T> CompletableFuture<T> inTime(CompletableFuture<T> answer, long deadlineNanos) {
        Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - workers.nanoTime()));
        Runnable cancel =
                workers.after(left, () -> answer.completeExceptionally(EtcdError.TIMEOUT.exception()));
        return answer.whenComplete((_, _) -> cancel.run());
    }

    /** Whether it was the leader who said so. */
    private static boolean isAnswer(EtcdException failure) {
        return !is(failure, EtcdError.NOT_LEADER)
                && !is(failure, EtcdError.NO_LEADER)
                && !is(failure, EtcdError.TIMEOUT);
    }

    private static boolean is(EtcdException failure, EtcdError error) {
        return failure.code() == error.code() && failure.text().equals(error.text());
    }

    private CompletableFuture<Void> pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        workers.after(PAUSE, () -> over.complete(null));
        return over;
    }
}
