package io.drawbore.api;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The clock of a member, and where its work is done: on threads of a process ({@link ThreadWorkers}), or all of it on
 * one, in an order and a time that a simulation decides. Any thread.
 */
public interface Workers {
    /** Nanoseconds of a clock that never goes back; only differences mean anything. */
    long nanoTime();

    /**
     * A worker that is yet to be started.
     *
     * @param name what it is for, as it shows in a thread dump
     */
    Worker worker(String name, Worker.Turn turn);

    /** Threads that do what they are handed, in the order they get it where there is one. */
    Pool pool(String name, int threads);

    /**
     * Has something short done once, unless the answer is run before.
     *
     * @param delay from now
     */
    Runnable after(Duration delay, Runnable task);

    /** Does what it is handed; after {@link #close} it refuses with a {@code RejectedExecutionException}. */
    interface Pool extends Executor, AutoCloseable {
        /** Takes nothing more, and does what it has. Does not wait. */
        @Override
        void close();

        /** Takes nothing more, and forgets what it has not begun. Does not wait. */
        void abandon();
    }
}
