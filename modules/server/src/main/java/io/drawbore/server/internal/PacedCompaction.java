package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.WriteTx;
import io.drawbore.mvcc.Keyspace;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Removes what compaction has given up, a slice at a time with a pause between two; goes on where a stopped member left
 * off. {@link #until} is for any thread, the rest for the apply thread.
 */
public final class PacedCompaction implements UpkeepTask {
    private final Backend backend;
    private final Keyspace keyspace;
    private final StoreSpace space;
    private final int rows;
    private final long pauseNanos;
    private final LongSupplier nanoTime;
    private final ServerMetrics metrics;
    private final AppliedWait finished;
    private boolean running;
    private long begunAt;
    private long nextSlice;

    /**
     * A task for one store.
     *
     * @param rows rows looked at in a slice, from 1
     * @param pause between two slices
     */
    public PacedCompaction(
            Backend backend,
            Keyspace keyspace,
            StoreSpace space,
            int rows,
            Duration pause,
            LongSupplier nanoTime,
            ServerMetrics metrics) {
        this.backend = backend;
        this.keyspace = keyspace;
        this.space = space;
        this.rows = rows;
        this.pauseNanos = pause.toNanos();
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        this.finished = new AppliedWait(keyspace.finishedCompactRevision());
    }

    /** Completes once everything that a compaction up to a revision gives up is gone from this store. */
    public CompletableFuture<Void> until(long revision) {
        return finished.until(revision);
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
        boolean more;
        try (WriteTx tx = backend.begin()) {
            more = keyspace.compactionSlice(tx, rows);
            tx.commitUnchanged();
        }
        long now = nanoTime.getAsLong();
        metrics.compactionPause.observe((now - start) / 1e6);
        nextSlice = now + pauseNanos;
        if (!more) {
            finish(now);
        }
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
