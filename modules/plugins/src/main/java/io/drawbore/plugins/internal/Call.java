package io.drawbore.plugins.internal;

import io.drawbore.api.EtcdException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call of a plug-in. It is decided once: by what the plug-in did, by its time, or by whoever completes its result
 * from outside; in the latter two cases its thread is interrupted.
 *
 * @param <T> what it answers
 */
public final class Call<T> implements Runnable {
    private final Callable<T> work;
    private final Host<T> host;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final CompletableFuture<T> result = new CompletableFuture<>();

    // guarded by this: the thread that runs it now
    private @Nullable Thread thread;

    /**
     * Who called.
     *
     * @param <T> what is answered
     */
    public interface Host<T> {
        /** A call begins; on its thread. */
        void begins();

        /** The plug-in has let go of the thread, however late; on that thread. */
        void ended(Call<T> call, @Nullable T value, @Nullable EtcdException refusal, @Nullable Thrown thrown);

        /** The result was completed from outside. */
        void withdrawn();
    }

    /** A call that has not begun. */
    public Call(Callable<T> work, Host<T> host) {
        this.work = work;
        this.host = host;
        var _ = result.whenComplete((_, _) -> {
            if (decide()) {
                interrupt();
                host.withdrawn();
            }
        });
    }

    /** Its answer. Whoever completes it ends the call. */
    public CompletableFuture<T> result() {
        return result;
    }

    /** Whether it is the caller that decides it. Once. */
    public boolean decide() {
        return decided.compareAndSet(false, true);
    }

    /** Interrupts the thread while it runs this call, and only then. */
    public synchronized void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public void run() {
        T value = null;
        EtcdException refusal = null;
        Thrown thrown = null;
        host.begins();
        synchronized (this) {
            thread = Thread.currentThread();
        }
        try {
            if (!decided.get()) {
                value = work.call();
            }
        } catch (EtcdException refused) {
            refusal = refused;
        } catch (Throwable failed) {
            thrown = Thrown.copyOf(failed);
        }
        synchronized (this) {
            thread = null;
        }
        // whom it was for is not the next call
        Thread.interrupted();
        host.ended(this, value, refusal, thrown);
    }
}
