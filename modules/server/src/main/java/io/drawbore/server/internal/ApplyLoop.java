package io.drawbore.server.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.EtcdError;
import io.drawbore.api.Worker;
import io.drawbore.api.Workers;
import io.drawbore.apply.Applier;
import io.drawbore.apply.Outcome;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.watch.WatchHub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The apply thread: applies what is committed, in batches that grow with the load, and publishes what is applied,
 * always in this order: readers, watchers, waiting reads, replies.
 */
public final class ApplyLoop {
    /** Entries in one transaction. */
    private static final int BATCH_ENTRIES = 1_000;

    /** Bytes of entries in one transaction, unless a single one is larger. */
    private static final long BATCH_BYTES = 16 << 20;

    private final Applier applier;
    private final Keyspace keyspace;
    private final WatchHub watches;
    private final AppliedLeases leases;
    private final Guard guard;
    private final PendingRequests pending;
    private final AppliedWait appliedWait;
    private final Executor replies;
    private final ServerMetrics metrics;
    private final long slowNanos;
    private final Consumer<Throwable> fatal;
    private final Upkeep upkeep;
    private final StoreSpace space;
    private final Runnable sizeChanged;
    private final Runnable membersChanged;
    private final Workers workers;
    private final Worker worker;

    private final SnapshotInstall snapshots;
    private final StorageMigration migration;

    /** What is to be applied; the raft thread bounds it. */
    private final Queue<Handed> queue = new ConcurrentLinkedQueue<>();

    /** Changes of membership that raft has yet to take on, in the order of the log. */
    private final Queue<AppliedChange> changes = new ConcurrentLinkedQueue<>();

    /** Entries taken from the queue and not yet applied. Apply thread only. */
    private final List<Entry> taken = new ArrayList<>();

    private volatile boolean stopping;

    private sealed interface Handed {
        record Committed(List<Entry> entries) implements Handed {}

        record Snapshot(Path file, Applied at) implements Handed {}
    }

    /**
     * Prepares the loop.
     *
     * @param replies where futures of requests are completed
     * @param upkeep what is done between batches
     * @param sizeChanged told, between batches, that the store's size was read again
     * @param membersChanged told, after each batch that changed members, or might have
     * @param slowNanos a batch that takes longer is counted as slow
     * @param fatal told why the thread ended, if not because of {@link #stop}
     */
    public ApplyLoop(
            Applier applier,
            Keyspace keyspace,
            WatchHub watches,
            AppliedLeases leases,
            Guard guard,
            PendingRequests pending,
            AppliedWait appliedWait,
            Executor replies,
            ServerMetrics metrics,
            Upkeep upkeep,
            StoreSpace space,
            SnapshotInstall snapshots,
            StorageMigration migration,
            Runnable sizeChanged,
            Runnable membersChanged,
            long slowNanos,
            Workers workers,
            Consumer<Throwable> fatal) {
        this.applier = applier;
        this.keyspace = keyspace;
        this.watches = watches;
        this.leases = leases;
        this.guard = guard;
        this.pending = pending;
        this.appliedWait = appliedWait;
        this.replies = replies;
        this.metrics = metrics;
        this.upkeep = upkeep;
        this.space = space;
        this.snapshots = snapshots;
        this.migration = migration;
        this.sizeChanged = sizeChanged;
        this.membersChanged = membersChanged;
        this.slowNanos = slowNanos;
        this.fatal = fatal;
        this.workers = workers;
        this.worker = workers.worker("apply", this::turn);
    }

    /** Starts the thread. */
    public void start() {
        worker.start();
    }

    /** The last index applied and published. Any thread. */
    public long applied() {
        return appliedWait.applied();
    }

    /** Completes once an index is applied, or fails where none will be any more. Any thread. */
    CompletableFuture<Void> until(long index) {
        return appliedWait.until(index);
    }

    /** The first change of membership that was applied and not taken yet; there is one for each. Raft thread only. */
    AppliedChange takeChange() {
        return changes.remove();
    }

    /** Hands over committed entries, in order; never waits. Raft thread only. */
    void submit(List<Entry> committed) {
        queue.add(new Handed.Committed(committed));
        worker.wake();
    }

    /** Hands over a snapshot that comes behind all that was handed over before; never waits. Raft thread only. */
    void install(Path file, Applied at) {
        queue.add(new Handed.Snapshot(file, at));
        worker.wake();
    }

    /** Lets the thread look what is due. Any thread; never waits. */
    public void wake() {
        worker.wake();
    }

    /** Ends the thread after all that was handed over. Any other thread. */
    public void stop() {
        stopping = true;
        worker.wake();
        worker.join();
    }

    private long turn() {
        try {
            // asked first: nothing is handed over after it was told to stop
            boolean last = stopping;
            fill();
            if (!taken.isEmpty()) {
                applyBatch();
            } else if (queue.peek() instanceof Handed.Snapshot snapshot) {
                queue.remove();
                snapshots.install(snapshot.file, snapshot.at);
                appliedWait.advance(snapshot.at.index());
                membersChanged.run();
            }
            upkeep.stepIfDue();
            lookAtSize();
            if (!taken.isEmpty() || !queue.isEmpty()) {
                return 0;
            }
            if (last) {
                upkeep.end();
                return Worker.Turn.ENDED;
            }
            return Math.max(0, upkeep.dueInNanos());
        } catch (Throwable e) {
            // whoever waits for an index must not wait for ever
            appliedWait.failAll(EtcdError.STOPPED.exception());
            fatal.accept(e);
            upkeep.end();
            return Worker.Turn.ENDED;
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

    /** Takes the entries that are waiting, as far as a batch goes and none is behind a snapshot. */
    private void fill() {
        while (taken.size() < BATCH_ENTRIES && queue.peek() instanceof Handed.Committed more) {
            queue.remove();
            taken.addAll(more.entries);
        }
    }

    private void applyBatch() {
        long start = workers.nanoTime();
        List<Entry> batch = taken.subList(0, batchSize());
        List<Outcome> outcomes = applier.apply(List.copyOf(batch), pending::awaits);
        taken.subList(0, outcomes.size()).clear();
        metrics.applyBatch.observeSince(start);
        if (workers.nanoTime() - start > slowNanos) {
            metrics.slowApplies.increment();
        }
        migration.followUp();
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
        guard.publish(outcomes);
        ConfChangeV2 change = last.membershipChange();
        if (change == null) {
            appliedWait.advance(last.at().index());
            answer(outcomes);
        } else {
            // a batch ends with a change
            changes.add(new AppliedChange(change, () -> answer(List.of(last))));
            appliedWait.advance(last.at().index());
            answer(outcomes.subList(0, outcomes.size() - 1));
            membersChanged.run();
        }
    }

    private void answer(List<Outcome> outcomes) {
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
