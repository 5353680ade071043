package io.drawbore.server.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

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
