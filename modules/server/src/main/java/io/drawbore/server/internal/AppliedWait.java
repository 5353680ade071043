package io.drawbore.server.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Lets reads wait until an index is applied and published. Any thread. */
public final class AppliedWait {
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Comparator.comparingLong(Waiting::index));
    private volatile long applied;

    /** Why nothing will be applied any more; guarded by this. */
    private @Nullable RuntimeException ended;

    private record Waiting(long index, CompletableFuture<Void> future) {}

    /** A wait that knows how far the store is. */
    public AppliedWait(long applied) {
        this.applied = applied;
    }

    /** The last index applied and published. */
    public long applied() {
        return applied;
    }

    /** Completes once an index is applied and published; at once where it is. */
    public CompletableFuture<Void> until(long index) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        synchronized (this) {
            if (index > applied) {
                if (ended == null) {
                    waiting.add(new Waiting(index, future));
                    return future;
                }
                return CompletableFuture.failedFuture(ended);
            }
        }
        future.complete(null);
        return future;
    }

    /** Tells that everything up to an index is applied and published. Completes who waited on the calling thread. */
    public void advance(long index) {
        List<Waiting> done = new ArrayList<>();
        synchronized (this) {
            applied = index;
            while (!waiting.isEmpty() && waiting.peek().index <= index) {
                done.add(waiting.remove());
            }
        }
        done.forEach(one -> one.future.complete(null));
    }

    /** Ends all waits with an error, those to come too: nothing will be applied any more. */
    public void failAll(RuntimeException error) {
        List<Waiting> all;
        synchronized (this) {
            ended = error;
            all = new ArrayList<>(waiting);
            waiting.clear();
        }
        all.forEach(one -> one.future.completeExceptionally(error));
    }
}
