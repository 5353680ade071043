package io.drawbore.rpc.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs one connection's tasks one after the other on threads of a pool. The server's own threads hand their answers
 * over here, so that none of them ever encodes a message or touches a socket; a burst of answers costs one task of the
 * pool.
 */
final class SerialExecutor implements Executor {
    /** After this many tasks the thread goes back to the pool, for other connections' sake. */
    private static final int BATCH = 256;

    private final Executor pool;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();

    SerialExecutor(Executor pool) {
        this.pool = pool;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            pool.execute(this::run);
        }
    }

    private void run() {
        for (int done = 0; done < BATCH; done++) {
            Runnable task = tasks.poll();
            if (task == null) {
                throw new IllegalStateException("fewer tasks than counted");
            }
            runOne(task);
            if (pending.decrementAndGet() == 0) {
                return;
            }
        }
        pool.execute(this::run);
    }

    /**
     * Whatever a task throws, those behind it are run: an error is what a plug-in's message comes to whose classes
     * don't fit together. A process that has no memory left is ended by the JVM, not from here.
     */
    private static void runOne(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            Statuses.report("a task of a connection failed", e);
        }
    }
}
