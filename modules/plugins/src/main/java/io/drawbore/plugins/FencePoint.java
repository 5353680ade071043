package io.drawbore.plugins;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.Workers;
import io.drawbore.metrics.Counter;
import io.drawbore.metrics.Histogram;
import io.drawbore.metrics.Metrics;
import io.drawbore.plugins.internal.Breaker;
import io.drawbore.plugins.internal.Call;
import io.drawbore.plugins.internal.FailureLog;
import io.drawbore.plugins.internal.PluginThreads;
import io.drawbore.plugins.internal.Text;
import io.drawbore.plugins.internal.Thrown;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A point at which the host calls a plug-in. It holds the calls under way, how long they may take, and whether the
 * point is fenced off. Any thread; nothing waits. Results complete on a thread of the host's.
 *
 * <p>One call too many is refused and counted, but fences nothing off: those under way will say how the plug-in does.
 */
public final class FencePoint {
    private final String where;
    private final Limits limits;
    private final PluginThreads threads;
    private final Executor calls;
    private final Executor replies;
    private final Workers workers;
    private final Semaphore room;
    private final Breaker breaker;
    private final FailureLog log;
    private final Counter failures;
    private final Histogram durations;

    FencePoint(
            String plugin,
            String kind,
            String name,
            Limits limits,
            PluginThreads threads,
            Executor calls,
            Fence.Surroundings host) {
        this.where = Text.where(kind, name, plugin);
        this.limits = limits;
        this.threads = threads;
        this.calls = calls;
        this.replies = host.replies();
        this.workers = host.workers();
        this.room = new Semaphore(limits.calls());
        this.breaker = new Breaker(limits.failuresInARow());
        this.log = new FailureLog(where, workers);
        String point = name.isEmpty() ? kind : kind + "/" + name;
        this.failures = Fence.failures(host.metrics()).with(plugin, point);
        this.durations = host.metrics()
                .histograms(
                        "drawbore_plugin_call_duration_seconds",
                        "How long plug-ins took for what they were called for.",
                        Histogram.exponential(0.0001, 2, 16),
                        "plugin",
                        "point")
                .with(plugin, point);
        Map<String, String> labels = Map.of("plugin", plugin, "point", point);
        host.metrics()
                .gauge(
                        "drawbore_plugin_calls",
                        "Calls of plug-ins under way, those included that were given up and have not returned.",
                        labels,
                        () -> limits.calls() - room.availablePermits());
        breaker.tell(host.metrics(), labels);
    }

    /** Names the point and its plug-in: {@code admission "a" of plug-in "b"}. */
    public String where() {
        return where;
    }

    /**
     * Has the plug-in do something.
     *
     * @return what it answers; fails with the {@link EtcdException} that it threw, which is an answer too, or with a
     *     {@link PluginFailure}. Whoever completes or cancels it ends the call: its thread is interrupted, and nothing
     *     is counted
     */
    public <T> CompletableFuture<T> call(Callable<T> work) {
        Breaker.Verdict verdict = breaker.ask(workers.nanoTime());
        if (verdict == Breaker.Verdict.REFUSE) {
            failures.increment();
            return CompletableFuture.failedFuture(
                    failure(PluginFailure.Kind.FENCED_OFF, "fenced off after failures"));
        }
        if (!room.tryAcquire()) {
            breaker.withdrawn(verdict);
            return tooMany(limits.calls() + " calls are under way");
        }
        return new Attempt<>(work, verdict).start();
    }

    private <T> CompletableFuture<T> tooMany(String why) {
        failures.increment();
        log.failed(why, null);
        return CompletableFuture.failedFuture(failure(PluginFailure.Kind.TOO_MANY, why));
    }

    private PluginFailure failure(PluginFailure.Kind kind, String why) {
        return new PluginFailure(kind, where, why);
    }

    private void reply(Runnable task) {
        try {
            replies.execute(task);
        } catch (RejectedExecutionException closed) {
            task.run();
        }
    }

    /** A call on its way. */
    private final class Attempt<T> implements Call.Host<T> {
        private final Breaker.Verdict verdict;
        private final Call<T> call;
        private final long began = workers.nanoTime();
        private volatile Runnable cancelTimer = () -> {};

        Attempt(Callable<T> work, Breaker.Verdict verdict) {
            this.verdict = verdict;
            this.call = new Call<>(work, this);
        }

        CompletableFuture<T> start() {
            if (limits.isTimed()) {
                cancelTimer = workers.after(limits.time(), () -> reply(this::tookTooLong));
            }
            try {
                calls.execute(call);
            } catch (RejectedExecutionException closed) {
                room.release();
                call.result().completeExceptionally(EtcdError.STOPPED.exception());
            } catch (OutOfMemoryError noThread) {
                // the machine has no thread left, or this process may have no more
                room.release();
                if (call.decide()) {
                    cancelTimer.run();
                    breaker.withdrawn(verdict);
                    return tooMany("no thread can be started: " + noThread.getMessage());
                }
            }
            return call.result();
        }

        @Override
        public void begins() {
            threads.adorn(Thread.currentThread());
        }

        @Override
        public void ended(Call<T> ended, @Nullable T value, @Nullable EtcdException refusal, @Nullable Thrown thrown) {
            room.release();
            if (ended.decide()) {
                cancelTimer.run();
                reply(() -> settle(value, refusal, thrown));
            }
        }

        private void settle(@Nullable T value, @Nullable EtcdException refusal, @Nullable Thrown thrown) {
            durations.observe((workers.nanoTime() - began) / 1e9);
            if (thrown != null) {
                failed(PluginFailure.Kind.THREW, "threw " + thrown.what(), thrown);
                return;
            }
            if (breaker.succeeded(verdict)) {
                log.backAgain();
            }
            if (refusal != null) {
                call.result().completeExceptionally(refusal);
            } else {
                call.result().complete(value);
            }
        }

        private void tookTooLong() {
            if (call.decide()) {
                call.interrupt();
                durations.observe((workers.nanoTime() - began) / 1e9);
                failed(PluginFailure.Kind.TOO_LONG, "took longer than " + Text.of(limits.time()), null);
            }
        }

        private void failed(PluginFailure.Kind kind, String why, @Nullable Thrown thrown) {
            failures.increment();
            log.failed(why, thrown);
            Duration pause = breaker.failed(verdict, workers.nanoTime());
            if (!pause.isZero()) {
                log.fencedOff(pause, why);
            }
            call.result().completeExceptionally(failure(kind, why));
        }

        @Override
        public void withdrawn() {
            cancelTimer.run();
            breaker.withdrawn(verdict);
        }
    }
}
