package io.drawbore.plugins.internal;

import io.drawbore.plugins.Fence;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where a plug-in hears of what it asked the member for: threads of the plug-in's own, one for each answer that it
 * deals with at a time, up to a bound; the rest waits. So what hangs on an answer holds up none of the member's
 * threads, and may itself wait for another answer. Any thread; nothing waits.
 */
final class AnswerThreads implements Executor, AutoCloseable {
    /** Answers that are dealt with at a time. */
    static final int MAX_THREADS = 256;

    /** Answers that may wait besides; a plug-in that lets so many wait gets no more. */
    static final int MAX_WAITING = 8_192;

    /** Idle threads end after so many seconds. */
    private static final int IDLE_SECONDS = 10;

    private final Fence fence;
    private final AtomicInteger made = new AtomicInteger();
    private final Waiting waiting = new Waiting();
    private final ThreadPoolExecutor threads;

    /** Those of the plug-in behind a fence. */
    AnswerThreads(Fence fence) {
        this.fence = fence;
        this.threads = new ThreadPoolExecutor(
                0, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, waiting, this::thread, (task, _) -> putBehind(task));
    }

    /** Takes only what an idle thread waits for: for all else there is a new thread, or it is refused. */
    private static final class Waiting extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }

    private Thread thread(Runnable work) {
        return fence.thread("door-" + made.incrementAndGet(), work);
    }

    private void putBehind(Runnable task) {
        waiting.put(task);
        if (threads.isShutdown() && waiting.remove(task)) {
            // whoever waits for it must not wait for ever
            thread(task).start();
        }
    }

    @Override
    public void execute(Runnable task) {
        Runnable own = () -> {
            fence.adorn(Thread.currentThread());
            task.run();
        };
        try {
            threads.execute(own);
        } catch (OutOfMemoryError noThread) {
            // the machine has no thread left: the next that ends its task, or can be started, takes it
            putBehind(own);
        }
    }

    /** Whether the plug-in leaves too much waiting to be given more. */
    boolean areBehind() {
        return waiting.size() >= MAX_WAITING;
    }

    /** The same answer, on which nothing happens but on these threads and the caller's. */
    <R> CompletableFuture<R> told(CompletableFuture<R> answer) {
        CompletableFuture<R> own = new CompletableFuture<>();
        Executor where = answer.isDone() ? Runnable::run : this;
        var _ = answer.whenComplete((value, failure) -> where.execute(() -> {
            if (failure == null) {
                own.complete(value);
            } else {
                own.completeExceptionally(failure);
            }
        }));
        return own;
    }

    /** Interrupts what the plug-in does now; what waits, or is still to come, finds a thread of the plug-in's. */
    @Override
    public void close() {
        List<Runnable> left = threads.shutdownNow();
        if (!left.isEmpty()) {
            thread(() -> left.forEach(Runnable::run)).start();
        }
    }
}
