package io.drawbore.server.internal;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The lease thread of a member at work. */
public final class SystemLeaseThread implements LeaseThread {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lease").factory());

    /** A thread with the system's own clock. */
    public SystemLeaseThread() {}

    @Override
    public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public void every(Duration period, Runnable work) {
        Future<?> _ = thread.scheduleWithFixedDelay(work, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void execute(Runnable work) {
        thread.execute(work);
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
