package io.drawbore.server.internal;

import io.drawbore.api.Workers;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** The lease thread of a member at work. */
public final class WorkerLeaseThread implements LeaseThread {
    private final Workers workers;
    private final Workers.Pool thread;

    /** A thread of these workers, with their clock. */
    public WorkerLeaseThread(Workers workers) {
        this.workers = workers;
        this.thread = workers.pool("lease", 1);
    }

    @Override
    public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(workers.nanoTime());
    }

    @Override
    public void every(Duration period, Runnable work) {
        workers.after(period, () -> {
            try {
                thread.execute(() -> {
                    work.run();
                    every(period, work);
                });
            } catch (RejectedExecutionException e) {
                // closed: it is not done again
            }
        });
    }

    @Override
    public void execute(Runnable work) {
        thread.execute(work);
    }

    @Override
    public void close() {
        thread.close();
    }
}
