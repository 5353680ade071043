package io.drawbore.server.internal;

import io.drawbore.api.Workers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Whether a member takes requests: it has neither been closed nor failed. Any thread. */
public final class Running {
    private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A member that runs. */
    public Running() {}

    /** Whether requests are taken. */
    public boolean isRunning() {
        return !closed.get() && !failed.isDone();
    }

    /**
     * Has something looked at again and again for as long as the member runs.
     *
     * @param pause between the end of a look and the next, and before the first
     * @param look one look; what becomes of it is its own business
     */
    void repeat(Workers workers, Duration pause, Supplier<CompletableFuture<?>> look) {
        workers.after(pause, () -> {
            if (isRunning()) {
                var _ = look.get().whenComplete((_, _) -> repeat(workers, pause, look));
            }
        });
    }

    /** Completes with the reason if the member fails. */
    public CompletableFuture<Throwable> failed() {
        return failed;
    }

    /** Notes the first failure; false where there was one before. */
    public boolean fail(Throwable reason) {
        return failed.complete(reason);
    }

    /** Notes that the member is closed; false where it was before. */
    public boolean close() {
        return closed.compareAndSet(false, true);
    }
}
