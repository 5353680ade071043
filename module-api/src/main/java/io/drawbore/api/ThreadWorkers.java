package io.drawbore.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread for every worker, and the machine's clock. Close it after those that work on it. Its threads are in the
 * group of the one that made it, and have its context, whoever's work it is that they are started for.
 */
public final class ThreadWorkers implements Workers, AutoCloseable {
    /** How long {@link #close} waits for the threads of pools; whoever closes it may be one of them. */
    private static final Duration LAST_TASKS = Duration.ofSeconds(5);

    /** How often it is looked whether a thread that is waited for has called exit. */
    private static final long EXIT_LOOK_MILLIS = 100;

    private final ThreadGroup group = Objects.requireNonNull(Thread.currentThread().getThreadGroup());
    private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();
    private final ScheduledThreadPoolExecutor timer;
    private final Queue<ThreadPool> pools = new ConcurrentLinkedQueue<>();

    /** At most one that lives: another takes its place where it ends by what nobody catches. */
    private final Queue<Thread> timerThreads = new ConcurrentLinkedQueue<>();

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
        timer = new ScheduledThreadPoolExecutor(1, task -> kept(timerThreads, thread("timer", task)));
        timer.setRemoveOnCancelPolicy(true);
    }

    private Thread thread(String name, Runnable task) {
        Thread thread = Thread.ofPlatform().group(group).daemon().name(name).unstarted(task);
        thread.setContextClassLoader(context);
        if (uncaught != null) {
            thread.setUncaughtExceptionHandler(uncaught);
        }
        return thread;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Worker worker(String name, Worker.Turn turn) {
        return new ThreadWorker(turn, run -> thread(name, run));
    }

    @Override
    public Pool pool(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        Queue<Thread> all = new ConcurrentLinkedQueue<>();
        ThreadPool pool = new ThreadPool(
                Executors.newFixedThreadPool(
                        threads, task -> kept(all, thread(name + "-" + number.getAndIncrement(), task))),
                all);
        pools.add(pool);
        return pool;
    }

    private static Thread kept(Queue<Thread> threads, Thread thread) {
        threads.removeIf(one -> one.getState() == Thread.State.TERMINATED);
        threads.add(thread);
        return thread;
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
            awaitEnd(timer, timerThreads, end);
            for (ThreadPool pool : pools) {
                if (pool.threads.isShutdown()) {
                    awaitEnd(pool.threads, pool.all, end);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A pool has terminated a moment before the last of its threads has ended: it is that thread that says so. */
    private static void awaitEnd(ExecutorService pool, Queue<Thread> threads, long end) throws InterruptedException {
        if (pool.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            for (Thread thread : threads) {
                TimeUnit.NANOSECONDS.timedJoin(thread, end - System.nanoTime());
            }
        }
    }

    private static boolean isExiting(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().equals("java.lang.Runtime") && frame.getMethodName().equals("exit")) {
                return true;
            }
        }
        return false;
    }

    private static final class ThreadWorker implements Worker {
        private final Turn turn;
        private final Thread thread;
        private volatile boolean woken;

        ThreadWorker(Turn turn, ThreadFactory threads) {
            this.turn = turn;
            thread = threads.newThread(this::run);
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

        /**
         * An interrupt is kept for afterwards: who waits goes on to close what the worker works on. A thread that has
         * called exit never ends, and whoever stops the member then runs inside that call.
         */
        @Override
        public void join() {
            boolean interrupted = false;
            do {
                try {
                    thread.join(EXIT_LOOK_MILLIS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            } while (thread.isAlive() && !isExiting(thread));
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private record ThreadPool(ExecutorService threads, Queue<Thread> all) implements Pool {
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
