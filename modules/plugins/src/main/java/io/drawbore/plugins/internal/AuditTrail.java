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
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One auditor of one plug-in: owns its queue, which all threads add to, and its thread, which hands the records over
 * and judges how each call went before the next one. Who begins an attempt gets a place for its end too, so that what
 * was begun can be ended.
 *
 * <p>Where requests wait for their records the ends go first: what was carried out is recorded before anything new is
 * let in, and an auditor that is slower than requests come refuses some instead of failing most. A begin whose request
 * has been refused meanwhile is taken out, and has no end. While one call takes longer than anybody waits, whoever
 * comes is refused at once.
 */
final class AuditTrail {
    /** Records that wait, and places kept for ends, at the most. */
    static final int MAX_RECORDS = 8_192;

    /** Bytes of requests that wait at the most, beyond the last one that was let in. */
    static final long MAX_BYTES = 64 << 20;

    /** How long a request waits for a record of its, and what takes longer in a call is a failure of the auditor. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long what is queued at the stop has to be recorded. */
    static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private static final String TOO_LONG = "took longer than " + Text.of(PATIENCE);

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
    /** Ends that somebody waits for. */
    private final Queue<Handover> first = new ArrayDeque<>();
    /** Whether a call is under way, and since when. */
    private boolean calling;

    private long callingSince;
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
        String point = "auditor/" + terms.name();
        this.failures = fence.failures(point);
        breaker.tell(host.metrics(), Map.of("plugin", fence.plugin(), "point", point));
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

        /** Whether its end has a place. Guarded by the trail. */
        private boolean hasPlace;

        /** Owned by the trail's thread. */
        private boolean wasBegun;

        /** Owned by the trail's thread. */
        private boolean hasFailed;

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
            Handover record = new Handover(this, outcome, new CompletableFuture<>());
            // what was refused here is no outcome that anybody waits for
            boolean awaited = policy == FailurePolicy.CLOSED && !begun.isCompletedExceptionally();
            return enqueueEnd(record, awaited) && awaited ? timed(record) : done();
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
        CompletableFuture<Void> recorded = new CompletableFuture<>();
        Entry entry = new Entry(attempt, true, policy == FailurePolicy.CLOSED ? recorded : done());
        Handover record = new Handover(entry, null, recorded);
        String refusal = enqueueBegin(record);
        if (refusal != null) {
            failures.increment();
            if (policy == FailurePolicy.OPEN) {
                dropped.increment();
            }
            log.failed(refusal, null);
            return new Entry(attempt, false, policy == FailurePolicy.CLOSED ? refused(refusal) : done());
        }
        if (policy == FailurePolicy.CLOSED) {
            var _ = timed(record);
        }
        return entry;
    }

    /** Takes two places, the other one for the end. Says why where it can't be. */
    private synchronized @Nullable String enqueueBegin(Handover record) {
        if (policy == FailurePolicy.CLOSED && calling && isTooLong(workers.nanoTime() - callingSince)) {
            return TOO_LONG;
        }
        if (places < 2 || bytes >= MAX_BYTES || stopped) {
            return "too many records are waiting";
        }
        places -= 2;
        bytes += record.bytes();
        queue.add(record);
        notifyAll();
        return null;
    }

    /** False where it has no place: its begin was never handed over, or never will be. */
    private synchronized boolean enqueueEnd(Handover record, boolean awaited) {
        if (!record.entry().hasPlace) {
            return false;
        }
        (awaited ? first : queue).add(record);
        bytes += record.bytes();
        notifyAll();
        return true;
    }

    private static boolean isTooLong(long nanos) {
        return nanos - PATIENCE.toNanos() >= 0;
    }

    /** Completes when the record is made, and fails where that takes longer than anybody waits. */
    private CompletableFuture<Void> timed(Handover record) {
        Runnable cancelTimer = workers.after(PATIENCE, () -> reply(() -> tookTooLong(record)));
        return record.result().whenComplete((_, _) -> cancelTimer.run());
    }

    private void tookTooLong(Handover record) {
        EtcdException failure = failure(TOO_LONG);
        boolean counts;
        synchronized (this) {
            counts = !record.result().isDone();
            if (counts && record.outcome() == null && queue.remove(record)) {
                // never begun, so it has no end
                record.entry().hasPlace = false;
                places += 2;
                bytes -= record.bytes();
            }
        }
        if (counts && record.result().completeExceptionally(failure)) {
            failures.increment();
            log.failed(TOO_LONG, null);
        }
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
        while (first.isEmpty() && queue.isEmpty() && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                // by the plug-in: whoever stops it says so in another way
            }
        }
        if (abandoned) {
            return null;
        }
        Handover next = first.isEmpty() ? queue.poll() : first.poll();
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
            reply(() -> failed(record, "fenced off after failures"));
            return;
        }
        long began = workers.nanoTime();
        callsSince(began);
        Thrown thrown = null;
        try {
            Auditor.Outcome outcome = record.outcome();
            if (outcome == null) {
                BeingAsked.ask(() -> begin(entry));
            } else {
                BeingAsked.ask(() -> auditor.end(entry.attempt, outcome));
            }
        } catch (Throwable failed) {
            thrown = Thrown.copyOf(failed);
        }
        // what the plug-in has left behind
        Thread.interrupted();
        callsNoLonger();
        settle(record, verdict, workers.nanoTime() - began, thrown);
    }

    private void begin(Entry entry) throws Exception {
        String method = entry.attempt.request().method();
        // those of the member's were asked about at the start
        if (DoorMethod.of(method) != null || auditor.concerns(method)) {
            auditor.begin(entry.attempt);
            entry.wasBegun = true;
        }
    }

    private synchronized void callsSince(long now) {
        calling = true;
        callingSince = now;
    }

    private synchronized void callsNoLonger() {
        calling = false;
    }

    /** What the call says of the auditor counts before the next one; lines and answers are no work of this thread. */
    private void settle(Handover record, Breaker.Verdict verdict, long nanos, @Nullable Thrown thrown) {
        boolean late = isTooLong(nanos);
        if (thrown == null && !late) {
            boolean opens = succeeded(record, verdict);
            reply(() -> {
                if (opens) {
                    log.backAgain();
                }
                record.result().complete(null);
            });
            return;
        }
        record.entry().hasFailed = true;
        String why = thrown == null ? TOO_LONG : "threw " + thrown.what();
        Duration pause = breaker.failed(verdict, workers.nanoTime());
        reply(() -> {
            if (thrown != null) {
                log.failed(why, thrown);
                failed(record, why);
            } else if (record.result().complete(null)) {
                // nobody waited for it, and it is recorded
                failures.increment();
                log.failed(why, null);
            }
            if (!pause.isZero()) {
                log.fencedOff(pause, why);
            }
        });
    }

    /** An attempt is a success once it is recorded from begin to end; half of one says so only where it probes. */
    private boolean succeeded(Handover record, Breaker.Verdict verdict) {
        boolean whole = record.outcome() != null && !record.entry().hasFailed;
        return (whole || verdict == Breaker.Verdict.PROBE) && breaker.succeeded(verdict);
    }

    private void failed(Handover record, String why) {
        failures.increment();
        if (policy == FailurePolicy.OPEN) {
            dropped.increment();
        }
        record.result().completeExceptionally(failure(why));
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
            left = new ArrayDeque<>(first);
            left.addAll(queue);
            first.clear();
            queue.clear();
        }
        left.forEach(record -> {
            dropped.increment();
            record.result().completeExceptionally(failure("it has ended"));
        });
    }
}
