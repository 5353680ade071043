package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.apply.Applier;
import io.drawbore.apply.Outcome;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.watch.WatchHub;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The apply thread: applies what is committed, in batches that grow with the load, and publishes what is applied,
 * always in this order: readers, watchers, waiting reads, replies.
 */
public final class ApplyLoop {
    /** Committed lists that may wait; when they are full the raft thread waits too. */
    private static final int QUEUE_LISTS = 64;

    /** Entries in one transaction. */
    private static final int BATCH_ENTRIES = 1_000;

    /** Bytes of entries in one transaction, unless a single one is larger. */
    private static final long BATCH_BYTES = 16 << 20;

    /** How often who waits to hand over looks whether the apply thread is still there. */
    private static final long ENDED_CHECK_MILLIS = 100;

    private final Applier applier;
    private final Keyspace keyspace;
    private final WatchHub watches;
    private final AppliedLeases leases;
    private final PendingRequests pending;
    private final AppliedWait appliedWait;
    private final Executor replies;
    private final ServerMetrics metrics;
    private final long slowNanos;
    private final Consumer<Throwable> fatal;
    private final Upkeep upkeep;
    private final StoreSpace space;
    private final Runnable sizeChanged;
    private final BlockingQueue<Handover> queue = new ArrayBlockingQueue<>(QUEUE_LISTS);
    private final Thread thread;

    /** Entries taken from the queue and not yet applied. Apply thread only. */
    private final List<Entry> taken = new ArrayList<>();

    private boolean stopping;

    /** Nothing is taken from the queue any more. */
    private volatile boolean ended;

    private sealed interface Handover {
        record Committed(List<Entry> entries) implements Handover {}

        /** Something may be due besides. */
        record Wake() implements Handover {}

        record Stop() implements Handover {}
    }

    /**
     * Prepares the loop.
     *
     * @param replies where futures of requests are completed
     * @param upkeep what is done between batches
     * @param sizeChanged told, between batches, that the store's size was read again
     * @param slowNanos a batch that takes longer is counted as slow
     * @param fatal told why the thread ended, if not because of {@link #stop}
     */
    public ApplyLoop(
            Applier applier,
            Keyspace keyspace,
            WatchHub watches,
            AppliedLeases leases,
            PendingRequests pending,
            AppliedWait appliedWait,
            Executor replies,
            ServerMetrics metrics,
            Upkeep upkeep,
            StoreSpace space,
            Runnable sizeChanged,
            long slowNanos,
            Consumer<Throwable> fatal) {
        this.applier = applier;
        this.keyspace = keyspace;
        this.watches = watches;
        this.leases = leases;
        this.pending = pending;
        this.appliedWait = appliedWait;
        this.replies = replies;
        this.metrics = metrics;
        this.upkeep = upkeep;
        this.space = space;
        this.sizeChanged = sizeChanged;
        this.slowNanos = slowNanos;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("apply").unstarted(this::run);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** The last index applied and published. Any thread. */
    public long applied() {
        return appliedWait.applied();
    }

    /** Hands over committed entries, in order; waits while too many are waiting. Raft thread only. */
    void submit(List<Entry> committed) {
        if (!committed.isEmpty()) {
            put(new Handover.Committed(committed));
        }
    }

    /** Lets the thread look what is due. Any thread; never waits. */
    public void wake() {
        // where the queue is full the thread is awake
        var _ = queue.offer(new Handover.Wake());
    }

    /** Waits until an index is applied. Raft thread only. */
    void awaitApplied(long index) {
        appliedWait.until(index).join();
    }

    /** Ends the thread after all that was handed over. Any other thread. */
    public void stop() {
        put(new Handover.Stop());
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void put(Handover handover) {
        try {
            while (!ended && !queue.offer(handover, ENDED_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                // full: the apply thread is behind, or has failed in between
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while handing over entries", e);
        }
    }

    private void run() {
        try {
            while (!stopping || !taken.isEmpty()) {
                if (taken.isEmpty()) {
                    await();
                }
                fill();
                if (!taken.isEmpty()) {
                    applyBatch();
                }
                upkeep.stepIfDue();
                lookAtSize();
            }
        } catch (Throwable e) {
            ended = true;
            // whoever waits for an index must not wait for ever
            appliedWait.failAll(EtcdError.STOPPED.exception());
            fatal.accept(e);
        } finally {
            upkeep.end();
        }
    }

    /** Waits for something to apply, or until upkeep is due. */
    private void await() throws InterruptedException {
        long due = upkeep.dueInNanos();
        Handover first = due == UpkeepTask.NEVER ? queue.take() : queue.poll(Math.max(0, due), TimeUnit.NANOSECONDS);
        if (first != null) {
            take(first);
        }
    }

    private void take(Handover handover) {
        switch (handover) {
            case Handover.Committed committed -> taken.addAll(committed.entries);
            case Handover.Wake _ -> {}
            case Handover.Stop _ -> stopping = true;
        }
    }

    private void lookAtSize() {
        if (space.sampleIsDue()) {
            space.sample();
        }
        if (space.takeNews()) {
            sizeChanged.run();
        }
    }

    /** Takes what else is waiting, as far as a batch goes. */
    private void fill() {
        while (taken.size() < BATCH_ENTRIES) {
            Handover more = queue.poll();
            if (more == null) {
                return;
            }
            take(more);
        }
    }

    private void applyBatch() {
        long start = System.nanoTime();
        List<Entry> batch = taken.subList(0, batchSize());
        List<Outcome> outcomes = applier.apply(List.copyOf(batch), pending::awaits);
        taken.subList(0, outcomes.size()).clear();
        metrics.applyBatch.observeSince(start);
        if (System.nanoTime() - start > slowNanos) {
            metrics.slowApplies.increment();
        }
        publish(outcomes);
    }

    private int batchSize() {
        long bytes = 0;
        int size = 0;
        while (size < taken.size() && size < BATCH_ENTRIES && (size == 0 || bytes < BATCH_BYTES)) {
            bytes += taken.get(size).getData().size();
            size++;
        }
        return size;
    }

    private void publish(List<Outcome> outcomes) {
        Outcome last = outcomes.getLast();
        keyspace.publish(last.revision(), last.compactRevision());
        for (Outcome outcome : outcomes) {
            watches.publish(outcome.changes());
        }
        leases.publish(outcomes);
        appliedWait.advance(last.at().index());
        List<Runnable> answers = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            CompletableFuture<Outcome> waiting = pending.take(outcome.requestId());
            if (waiting != null) {
                answers.add(() -> complete(waiting, outcome));
            }
        }
        if (!answers.isEmpty()) {
            replies.execute(() -> answers.forEach(Runnable::run));
        }
    }

    private static void complete(CompletableFuture<Outcome> waiting, Outcome outcome) {
        @Nullable RuntimeException refusal = outcome.refusal();
        if (refusal == null) {
            waiting.complete(outcome);
        } else {
            waiting.completeExceptionally(refusal);
        }
    }
}
