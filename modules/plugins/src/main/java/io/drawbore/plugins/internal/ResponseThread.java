package io.drawbore.plugins.internal;

import io.drawbore.plugins.Fence;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Tells a plug-in that a response of its was passed on: on one thread of the plug-in's own, so that what hangs on it
 * takes none of the host's. The thread is there while it is needed. Any thread.
 */
public final class ResponseThread implements AutoCloseable {
    /** It ends after so many idle seconds. */
    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor thread;

    /** That of the plug-in behind a fence. */
    public ResponseThread(Fence fence) {
        thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                work -> fence.thread("responses", work));
        thread.allowCoreThreadTimeOut(true);
    }

    /** The same stage, completed on the plug-in's thread. */
    public <T> CompletionStage<T> after(CompletionStage<T> stage) {
        CompletableFuture<T> passedOn = new CompletableFuture<>();
        var _ = stage.whenComplete((value, failure) -> {
            Runnable completion = failure == null
                    ? () -> passedOn.complete(value)
                    : () -> passedOn.completeExceptionally(failure);
            try {
                thread.execute(completion);
            } catch (RejectedExecutionException closed) {
                // Whoever waits for it must not wait for ever.
                completion.run();
            }
        });
        return passedOn;
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
