package io.drawbore.launcher;

/** A composed member. {@link #start} and {@link #await} belong to the main thread, {@link #stop} to any. */
public interface ServerLifecycle {
    /**
     * Starts every room and returns when all run, or throws; the ready line is printed by whoever notices that there is
     * a leader and that the client port answers, which may be much later.
     *
     * @throws RuntimeException where the member cannot start; the message is one line that says why and how to mend it.
     *     What had been started is stopped by {@link #stop}, which is called after it
     */
    void start();

    /**
     * Waits until the member has ended, by {@link #stop} or by itself.
     *
     * @throws InterruptedException where the waiting thread is interrupted
     * @throws RuntimeException what ended the member, where it was a failure
     */
    void await() throws InterruptedException;

    /**
     * Stops every room that was started, in reverse. On return the ports are free and the data dir is unlocked.
     * Harmless where nothing runs, and a second time.
     */
    void stop();
}
