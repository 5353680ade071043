package io.drawbore.plugins;

import io.drawbore.api.Worker;
import io.drawbore.api.Workers;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A clock that a test moves; what is due is done by who moves it, and pools do at once what they are handed, unless
 * others lend theirs.
 */
public final class HandWorkers implements Workers {
    private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
    private final @Nullable Workers pools;
    private long number;

    /** With pools that have no threads. */
    public HandWorkers() {
        this(null);
    }

    /**
     * With pools of others.
     *
     * @param pools who makes them; null for those that have no threads
     */
    HandWorkers(@Nullable Workers pools) {
        this.pools = pools;
    }

    private record Due(long at, long number, Runnable task) {}

    @Override
    public long nanoTime() {
        return now.get();
    }

    /** Lets time pass. */
    public void pass(Duration time) {
        long until = now.get() + time.toNanos();
        Due next = next(until);
        while (next != null) {
            now.set(Math.max(now.get(), next.at()));
            next.task().run();
            next = next(until);
        }
        now.set(until);
    }

    private synchronized Due next(long until) {
        Due first = due.peek();
        return first == null || first.at() > until ? null : due.poll();
    }

    /** How many things are yet to be done. */
    synchronized int waiting() {
        return due.size();
    }

    @Override
    public synchronized Runnable after(Duration delay, Runnable task) {
        Due later = new Due(now.get() + delay.toNanos(), number++, task);
        due.add(later);
        return () -> {
            synchronized (this) {
                due.remove(later);
            }
        };
    }

    @Override
    public Worker worker(String name, Worker.Turn turn) {
        throw new UnsupportedOperationException("no plug-in needs a worker");
    }

    @Override
    public Pool pool(String name, int threads) {
        return pools != null ? pools.pool(name, threads) : new Pool() {
            @Override
            public void execute(Runnable task) {
                task.run();
            }

            @Override
            public void close() {}

            @Override
            public void abandon() {}
        };
    }
}
