package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Gives free space of the store back to the file system, in steps: when somebody asks, and by itself when more is free
 * than the store is likely to fill again. {@link #request} is for any thread, the rest for the apply thread.
 */
public final class Reclaim implements UpkeepTask {
    /** Less free space than this is kept for what is written next. */
    private static final long LEAST_FREE_BYTES = 64L << 20;

    private final Backend backend;
    private final StoreSpace space;
    private final Executor blocking;
    private final LongSupplier nanoTime;
    private final ServerMetrics metrics;
    private final Queue<CompletableFuture<Void>> requests = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private volatile boolean running;
    private long begunAt;
    private long remaining;
    private long nextStep;
    private volatile boolean ended;

    /**
     * A task for one store.
     *
     * @param blocking where a thread may wait until the files have shrunk
     */
    public Reclaim(Backend backend, StoreSpace space, Executor blocking, LongSupplier nanoTime, ServerMetrics metrics) {
        this.backend = backend;
        this.space = space;
        this.blocking = blocking;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
    }

    /**
     * Asks for what is free now to be given back; completes when that is done. Who asks during a run joins it. The
     * apply thread must be woken afterwards.
     */
    public CompletableFuture<Void> request() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        requests.add(done);
        if (ended) {
            refuseRequests();
        }
        return done;
    }

    /** Whether space is being given back. Any thread. */
    public boolean isRunning() {
        return running;
    }

    /** Gives all back at once, as long as nothing else uses the store, where so much is free. */
    public static void atBoot(Backend backend, long threshold) {
        if (threshold > 0 && backend.size().freeBytes() >= threshold) {
            while (backend.reclaim(Long.MAX_VALUE) > 0) {
                // each call is one step
            }
            backend.shrink();
        }
    }

    @Override
    public long dueInNanos(long now) {
        if (running) {
            return nextStep - now;
        }
        return !requests.isEmpty() || isWasteful() ? 0 : NEVER;
    }

    /** More than half of the file is free, and that is much: a store seldom doubles before its next compaction. */
    private boolean isWasteful() {
        Backend.Size size = space.sampled();
        return size.freeBytes() > LEAST_FREE_BYTES && size.freeBytes() > size.inUseBytes();
    }

    @Override
    public void step() {
        takeRequests();
        if (!running) {
            // half as much as the store holds stays, so that it need not grow at once
            begin(space.sampled().freeBytes() - Math.max(LEAST_FREE_BYTES, space.sampled().inUseBytes()) / 2);
        }
        long start = nanoTime.getAsLong();
        long given = backend.reclaim(Math.max(1, remaining));
        long now = nanoTime.getAsLong();
        remaining -= given;
        nextStep = now + REST * (now - start);
        if (given == 0 || remaining <= 0) {
            finish(now);
        }
    }

    private void takeRequests() {
        for (CompletableFuture<Void> request = requests.poll(); request != null; request = requests.poll()) {
            waiting.add(request);
            long free = backend.size().freeBytes();
            if (running) {
                remaining = Math.max(remaining, free);
            } else {
                begin(free);
            }
        }
    }

    private void begin(long bytes) {
        running = true;
        remaining = bytes;
        begunAt = nanoTime.getAsLong();
    }

    private void finish(long now) {
        running = false;
        space.sample();
        metrics.defrag.observe((now - begunAt) / 1e9);
        List<CompletableFuture<Void>> done = List.copyOf(waiting);
        waiting.clear();
        blocking.execute(() -> {
            try {
                backend.shrink();
                done.forEach(request -> request.complete(null));
            } catch (RuntimeException e) {
                done.forEach(request -> request.completeExceptionally(e));
            }
        });
    }

    @Override
    public void end() {
        ended = true;
        refuseRequests();
        waiting.forEach(request -> request.completeExceptionally(EtcdError.STOPPED.exception()));
        waiting.clear();
    }

    private void refuseRequests() {
        for (CompletableFuture<Void> request = requests.poll(); request != null; request = requests.poll()) {
            request.completeExceptionally(EtcdError.STOPPED.exception());
        }
    }
}
