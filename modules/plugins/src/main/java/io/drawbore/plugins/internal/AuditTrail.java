package io.drawbore.plugins.internal;

import io.drawbore.api.Auditor;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FailurePolicy;
import io.drawbore.api.StatusCode;
import io.drawbore.api.Workers;
import io.drawbore.metrics.Counter;
import io.drawbore.plugins.Fence;
import io.drawbore.plugins.Limits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One auditor of one plug-in: owns its queue, which all threads add to, and its thread, which hands the records over in
 * that order. Who begins an attempt gets a place for its end too, so that what was begun can be ended.
 */
final class AuditTrail {
    /** Records that wait, and places kept for ends, at the most. */
    static final int MAX_RECORDS = 8_192;

    /** Bytes of requests that wait at the most, beyond the last one that was let in. */
    static final long MAX_BYTES = 64 << 20;

    /** How long a request waits for a record of its. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long what is queued at the stop has to be recorded. */
    static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Auditor auditor;
    private final FailurePolicy policy;
    private final Set<DoorMethod> concerns;
    private final String where;
    private final Workers workers;
    private final Executor replies;
    private final FailureLog log;
    private final Counter failures;
    private final Counter dropped;
    private final Breaker breaker = new Breaker(Limits.FAILURES_IN_A_ROW);
    private final Thread thread;

    // guarded by this
    private final Queue<Handover> queue = new ArrayDeque<>();
    private int places = MAX_RECORDS;
    private long bytes;
    private boolean stopped;
    private boolean abandoned;

    /**
     * What an auditor has said of itself at the start.
     *
     * @param policy what a failure means to the request
     * @param concerns the methods it records
     */
    record Terms(String name, FailurePolicy policy, Set<DoorMethod> concerns) {}

    /** A trail whose thread is not started yet. */
    AuditTrail(Auditor auditor, Terms terms, Fence fence, Fence.Surroundings host) {
        this.auditor = auditor;
        this.policy = terms.policy();
        this.concerns = terms.concerns();
        this.where = Text.where("auditor", terms.name(), fence.plugin());
        this.workers = host.workers();
        this.replies = host.replies();
        this.log = new FailureLog(where, workers);
        this.failures = fence.failures("auditor/" + terms.name());
        this.dropped = host.metrics()
                .counters(
                        "drawbore_plugin_audit_dropped_total",
                        "Records that no auditor got, while requests went on or the member stopped.",
                        "plugin",
                        "auditor")
                .with(fence.plugin(), terms.name());
        this.thread = fence.thread("audit-" + terms.name(), this::run);
    }

    void start() {
        thread.start();
    }

    Set<DoorMethod> concerns() {
        return concerns;
    }

    /** An attempt that this trail knows of. */
    final class Entry {
        private final Auditor.Attempt attempt;
        private final CompletableFuture<Void> begun;
        private final boolean hasPlace;

        /** Owned by the trail's thread. */
        private boolean wasBegun;

        private Entry(Auditor.Attempt attempt, boolean hasPlace, CompletableFuture<Void> begun) {
            this.attempt = attempt;
            this.hasPlace = hasPlace;
            this.begun = begun;
        }

        /** Completes when the request may go on; fails with what the client is told where it must not. */
        CompletableFuture<Void> begun() {
            return begun;
        }

        /** Its outcome is known. Completes when the client may be told; fails with what it is told instead. */
        CompletableFuture<Void> end(Auditor.Outcome outcome) {
            return hasPlace ? enqueue(new Handover(this, outcome, new CompletableFuture<>())) : done();
        }
    }

    /**
     * What is handed over.
     *
     * @param outcome null for the begin
     * @param result completes once it is recorded, or with the failure
     */
    private record Handover(Entry entry, Auditor.@Nullable Outcome outcome, CompletableFuture<Void> result) {
        int bytes() {
            return entry.attempt.request().message().getSerializedSize();
        }
    }

    /** An attempt begins. */
    Entry begin(Auditor.Attempt attempt) {
        if (takePlaces()) {
            CompletableFuture<Void> recorded = new CompletableFuture<>();
            Entry entry = new Entry(attempt, true, policy == FailurePolicy.CLOSED ? recorded : done());
            var _ = enqueue(new Handover(entry, null, recorded));
            return entry;
        }
        String why = "too many records are waiting";
        dropped.increment();
        log.failed(why, null);
        return new Entry(attempt, false, policy == FailurePolicy.CLOSED ? refused(why) : done());
    }

    /** One for the begin, one for the end. */
    private synchronized boolean takePlaces() {
        if (places < 2 || bytes >= MAX_BYTES || stopped) {
            return false;
        }
        places -= 2;
        return true;
    }

    /** Completes when the record is made, or at once where nobody has to wait for it. */
    private CompletableFuture<Void> enqueue(Handover record) {
        synchronized (this) {
            queue.add(record);
            bytes += record.bytes();
            notifyAll();
        }
        if (policy == FailurePolicy.OPEN) {
            return done();
        }
        Runnable cancelTimer = workers.after(PATIENCE, () -> reply(() -> {
            if (record.result().completeExceptionally(failure("took longer than " + Text.of(PATIENCE)))) {
                failures.increment();
                log.failed("took longer than " + Text.of(PATIENCE), null);
            }
        }));
        return record.result().whenComplete((_, _) -> cancelTimer.run());
    }

    private void run() {
        try {
            for (Handover next = take(); next != null; next = take()) {
                hand(next);
            }
        } finally {
            giveUp();
        }
    }

    private synchronized @Nullable Handover take() {
        while (queue.isEmpty() && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                // by the plug-in: whoever stops it says so in another way
            }
        }
        if (abandoned) {
            return null;
        }
        Handover next = queue.poll();
        if (next != null) {
            places++;
            bytes -= next.bytes();
        }
        return next;
    }

    private void hand(Handover record) {
        Entry entry = record.entry();
        if (record.outcome() != null && !entry.wasBegun) {
            // its begin has failed, and whoever waited has been told
            reply(() -> record.result().complete(null));
            return;
        }
        Breaker.Verdict verdict = breaker.ask(workers.nanoTime());
        if (verdict == Breaker.Verdict.REFUSE) {
            settle(record, verdict, "fenced off after failures", null);
            return;
        }
        Thrown thrown = null;
        try {
            Auditor.Outcome outcome = record.outcome();
            if (outcome == null) {
                auditor.begin(entry.attempt);
                entry.wasBegun = true;
            } else {
                auditor.end(entry.attempt, outcome);
            }
        } catch (Throwable failed) {
            thrown = Thrown.copyOf(failed);
        }
        // what the plug-in has left behind
        Thread.interrupted();
        settle(record, verdict, thrown == null ? null : "threw " + thrown.what(), thrown);
    }

    private void settle(Handover record, Breaker.Verdict verdict, @Nullable String why, @Nullable Thrown thrown) {
        reply(() -> {
            if (why == null) {
                if (breaker.succeeded(verdict)) {
                    log.backAgain();
                }
                record.result().complete(null);
                return;
            }
            failures.increment();
            if (policy == FailurePolicy.OPEN) {
                dropped.increment();
            }
            if (verdict != Breaker.Verdict.REFUSE) {
                log.failed(why, thrown);
                Duration pause = breaker.failed(verdict, workers.nanoTime());
                if (!pause.isZero()) {
                    log.fencedOff(pause, why);
                }
            }
            record.result().completeExceptionally(failure(why));
        });
    }

    private void reply(Runnable task) {
        try {
            replies.execute(task);
        } catch (RejectedExecutionException closed) {
            task.run();
        }
    }

    private EtcdException failure(String why) {
        return new EtcdException(StatusCode.UNAVAILABLE, "drawbore: " + where + " is not available: " + why);
    }

    private CompletableFuture<Void> refused(String why) {
        return CompletableFuture.failedFuture(failure(why));
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    /** Lets the thread end once all is handed over that is queued. Does not wait. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    /** Waits for that, for a while. */
    void awaitEnd() {
        try {
            if (!PluginThreads.isExiting(thread) && !thread.join(STOP_PATIENCE)) {
                abandon();
                log.failed("has not recorded all within " + Text.of(STOP_PATIENCE), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void abandon() {
        abandoned = true;
        thread.interrupt();
    }

    /** What nobody will hand over is answered. */
    private void giveUp() {
        Queue<Handover> left;
        synchronized (this) {
            stopped = true;
            left = new ArrayDeque<>(queue);
            queue.clear();
        }
        left.forEach(record -> {
            dropped.increment();
            record.result().completeExceptionally(failure("it has ended"));
        });
    }
}
