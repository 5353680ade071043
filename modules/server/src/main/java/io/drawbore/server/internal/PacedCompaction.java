package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.apply.CompactionSlices;
import io.drawbore.mvcc.Keyspace;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Removes what compaction has given up, a slice at a time with a pause between two; goes on where a stopped member left
 * off. {@link #until} is for any thread, the rest for the apply thread.
 *
 * <p>The pace is that of so many rows a pause, as in etcd. But a slice has as many rows as fit into {@link
 * #SLICE_NANOS} by what the last one took, for whoever waits behind it waits that long; where it has fewer rows than
 * the pace names, its pause is shorter too, though never shorter than {@link #REST} slices.
 */
public final class PacedCompaction implements UpkeepTask {
    /** How long a slice should take. */
    private static final long SLICE_NANOS = 3_000_000;

    private static final int LEAST_ROWS = 32;

    private final CompactionSlices slices;
    private final Keyspace keyspace;
    private final StoreSpace space;
    private final int paceRows;
    private final long pauseNanos;
    private final LongSupplier nanoTime;
    private final ServerMetrics metrics;
    private final AppliedWait finished;
    private int rows;
    private boolean running;
    private long begunAt;
    private long nextSlice;

    /**
     * A task for one store.
     *
     * @param paceRows rows after which it pauses, and rows of a slice at the most, from 1
     * @param pause how long
     */
    public PacedCompaction(
            Backend backend,
            Keyspace keyspace,
            StoreSpace space,
            int paceRows,
            Duration pause,
            LongSupplier nanoTime,
            ServerMetrics metrics) {
        this.slices = new CompactionSlices(backend, keyspace);
        this.keyspace = keyspace;
        this.space = space;
        this.paceRows = paceRows;
        this.rows = Math.min(paceRows, LEAST_ROWS);
        this.pauseNanos = pause.toNanos();
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        this.finished = new AppliedWait(keyspace.finishedCompactRevision());
    }

    /** Completes once everything that a compaction up to a revision gives up is gone from this store. */
    public CompletableFuture<Void> until(long revision) {
        return finished.until(revision);
    }

    /** Begins anew with a store that took the place of the one before. */
    void storeReplaced() {
        running = false;
        finished.advance(keyspace.finishedCompactRevision());
    }

    @Override
    public long dueInNanos(long now) {
        if (!keyspace.compactionDue()) {
            return NEVER;
        }
        return running ? nextSlice - now : 0;
    }

    @Override
    public void step() {
        long start = nanoTime.getAsLong();
        if (!running) {
            running = true;
            begunAt = start;
        }
        boolean more = slices.remove(rows);
        long now = nanoTime.getAsLong();
        metrics.compactionPause.observe((now - start) / 1e6);
        nextSlice = now + Math.max(REST * (now - start), pauseNanos * rows / paceRows);
        rows = next(now - start);
        if (!more) {
            finish(now);
        }
    }

    /** As many rows as would have taken the time meant; at most twice as many as before. */
    private int next(long tookNanos) {
        long fitting = rows * SLICE_NANOS / Math.max(1, tookNanos);
        return (int) Math.min(paceRows, Math.max(LEAST_ROWS, Math.min(fitting, 2L * rows)));
    }

    private void finish(long now) {
        running = false;
        metrics.compaction.observe((now - begunAt) / 1e6);
        space.sample();
        finished.advance(keyspace.finishedCompactRevision());
    }

    @Override
    public void end() {
        finished.failAll(EtcdError.STOPPED.exception());
    }
}
