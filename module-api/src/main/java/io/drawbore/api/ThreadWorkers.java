package io.drawbore.api;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread for every worker, and the machine's clock. Close it after those that work on it. */
public final class ThreadWorkers implements Workers, AutoCloseable {
    /** How long {@link #close} waits for the threads of pools; whoever closes it may be one of them. */
    private static final Duration LAST_TASKS = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor timer;
    private final Queue<ExecutorService> pools = new ConcurrentLinkedQueue<>();
    private final Thread.@Nullable UncaughtExceptionHandler uncaught;

    /** No threads yet, but for one that waits for what is due. What nobody catches is the process's business. */
    public ThreadWorkers() {
        this(null);
    }

    /**
     * The same, for a process that is somebody else's.
     *
     * @param uncaught is told what nobody caught on a thread of these, which ends; null for the process's own handler
     */
    public ThreadWorkers(Thread.@Nullable UncaughtExceptionHandler uncaught) {
        this.uncaught = uncaught;
        timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timer").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Worker worker(String name, Worker.Turn turn) {
        return new ThreadWorker(told(Thread.ofPlatform().daemon().name(name)), turn);
    }

    @Override
    public Pool pool(String name, int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(
                threads, told(Thread.ofPlatform().daemon().name(name + "-", 0)).factory());
        pools.add(pool);
        return new ThreadPool(pool);
    }

    private Thread.Builder told(Thread.Builder thread) {
        return uncaught == null ? thread : thread.uncaughtExceptionHandler(uncaught);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        try {
            Future<?> future = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            // closed: there is no later
            return () -> {};
        }
    }

    /** What was to be done later is not done any more; the threads of pools that were closed have ended on return. */
    @Override
    public void close() {
        timer.shutdownNow();
        long end = System.nanoTime() + LAST_TASKS.toNanos();
        try {
            timer.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            for (ExecutorService pool : pools) {
                if (pool.isShutdown()) {
                    pool.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class ThreadWorker implements Worker {
        private final Turn turn;
        private final Thread thread;
        private volatile boolean woken;

        ThreadWorker(Thread.Builder builder, Turn turn) {
            this.turn = turn;
            thread = builder.unstarted(this::run);
        }

        private void run() {
            long next = 0;
            while (next != Turn.ENDED) {
                if (next > 0) {
                    rest(next);
                }
                // cleared before the turn looks: who wakes the worker during it gets another
                woken = false;
                next = turn.run();
            }
        }

        private void rest(long nanos) {
            if (nanos == Turn.IDLE) {
                while (!woken) {
                    LockSupport.park(this);
                }
                return;
            }
            long until = System.nanoTime() + nanos;
            long left = nanos;
            while (!woken && left > 0) {
                LockSupport.parkNanos(this, left);
                left = until - System.nanoTime();
            }
        }

        @Override
        public void start() {
            thread.start();
        }

        @Override
        public void wake() {
            if (!woken) {
                woken = true;
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void join() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private record ThreadPool(ExecutorService threads) implements Pool {
        @Override
        public void execute(Runnable task) {
            threads.execute(task);
        }

        @Override
        public void close() {
            threads.shutdown();
        }

        @Override
        public void abandon() {
            threads.shutdownNow();
        }
    }
}
