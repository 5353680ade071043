package io.drawbore.api;

/**
 * One strand of a member's work: it does a turn when it is woken or when its time has come, and never two at once. What
 * one turn wrote the next one sees, on whatever thread.
 */
public interface Worker {
    /** What a worker does again and again. */
    @FunctionalInterface
    interface Turn {
        /** The next turn comes when somebody wakes the worker. */
        long IDLE = Long.MAX_VALUE;

        /** There is no next turn. */
        long ENDED = -1;

        /**
         * Does what there is to do, and does not wait for anything but the disk. One that throws was the last.
         *
         * @return nanoseconds after which the next turn comes if nobody wakes the worker before, from 0; or one of the
         *     constants
         */
        long run();
    }

    /** Lets the first turn come. Once. */
    void start();

    /** Lets a turn come that begins after this call, unless the worker has ended. Any thread; never waits. */
    void wake();

    /** Waits until a worker that was started has ended, which its turns have to bring about. Any other thread. */
    void join();
}
