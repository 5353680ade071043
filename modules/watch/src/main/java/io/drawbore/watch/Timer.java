package io.drawbore.watch;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Has things done later, on a thread of its own. Any thread. */
interface Timer extends AutoCloseable {
    /** Has something done once, unless the answer is run before. */
    Runnable after(Duration delay, Runnable task);

    @Override
    void close();

    /** A timer that goes by the machine's clock. */
    static Timer real() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("watch-progress").factory());
        executor.setRemoveOnCancelPolicy(true);
        return new Timer() {
            @Override
            public Runnable after(Duration delay, Runnable task) {
                try {
                    Future<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                    return () -> future.cancel(false);
                } catch (RejectedExecutionException e) {
                    // closed: there is no later
                    return () -> {};
                }
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
