package io.drawbore.plugins.internal;

import io.drawbore.api.EtcdError;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls one sink of a plug-in's: on the plug-in's threads, one call at a time, in the order in which they were asked
 * for. What the sink throws ends its stream. Any thread; nothing waits. What may be queued is bounded by whoever sends,
 * who waits for what is under way.
 */
final class SinkLane {
    private final Executor threads;
    private final Consumer<Thrown> failures;

    // guarded by this
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /** Whether the sink has thrown. Belongs to the call that is under way. */
    private boolean broken;

    /**
     * A lane on which nothing waits.
     *
     * @param failures hears what the sink throws, on its thread
     */
    SinkLane(Executor threads, Consumer<Thrown> failures) {
        this.threads = threads;
        this.failures = failures;
    }

    /**
     * Has the sink take something.
     *
     * @param broke is called, on the sink's thread, once it has thrown; nothing is sent afterwards
     * @return what the sink answers, or a failure where it can't
     */
    CompletableFuture<Void> send(Supplier<CompletionStage<Void>> send, Runnable broke) {
        CompletableFuture<Void> passedOn = new CompletableFuture<>();
        execute(() -> {
            if (!broken) {
                sendNow(send, broke, passedOn);
            }
            if (broken) {
                passedOn.completeExceptionally(EtcdError.CANCELED.exception());
            }
        });
        return passedOn;
    }

    private void sendNow(Supplier<CompletionStage<Void>> send, Runnable broke, CompletableFuture<Void> passedOn) {
        try {
            var _ = send.get().whenComplete((_, failure) -> {
                if (failure == null) {
                    passedOn.complete(null);
                } else {
                    passedOn.completeExceptionally(failure);
                }
            });
        } catch (Throwable thrown) {
            broken = true;
            failures.accept(Thrown.copyOf(thrown));
            call(broke);
        }
    }

    /** Has the sink do something else, unless it is broken. */
    void tell(Runnable call) {
        execute(() -> {
            if (!broken) {
                call(call);
            }
        });
    }

    private void call(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            failures.accept(Thrown.copyOf(thrown));
        }
    }

    private void execute(Runnable call) {
        synchronized (this) {
            waiting.add(call);
            if (running) {
                return;
            }
            running = true;
        }
        threads.execute(this::run);
    }

    private void run() {
        Runnable next = next();
        while (next != null) {
            next.run();
            next = next();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = waiting.poll();
        running = next != null;
        return next;
    }
}
