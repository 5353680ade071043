package io.drawbore.server;

import io.drawbore.server.internal.LeaseThread;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A lease thread whose time passes when a test says so. */
final class HandLeaseThread implements LeaseThread {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicLong millis = new AtomicLong(1_000_000);
    private long period = Long.MAX_VALUE;
    private long next = Long.MAX_VALUE;
    private @Nullable Runnable repeated;

    /** Lets time pass; what is repeated is done at its times, and waited for. */
    void pass(Duration time) {
        long until = millis.get() + time.toMillis();
        while (next <= until && repeated != null) {
            millis.set(next);
            next += period;
            TestMember.await(CompletableFuture.runAsync(repeated, thread));
        }
        millis.set(until);
    }

    @Override
    public long millis() {
        return millis.get();
    }

    @Override
    public void every(Duration every, Runnable work) {
        period = every.toMillis();
        next = millis.get() + period;
        repeated = work;
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
