package io.drawbore.launcher;

import io.drawbore.api.FrontDoor;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A composed member. {@link #start} and {@link #await} belong to the main thread, the others to any. */
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
     * Harmless where nothing runs, and a second time. Always returns: a part that hangs in code of a plug-in is left
     * behind after half a minute, and a start that is under way is waited for five seconds.
     *
     * @throws RuntimeException what a part threw, when all parts have been stopped: the first of it, logged before,
     *     with the others as suppressed; an error likewise
     */
    void stop();

    /**
     * Stops as {@link #stop} does, but without saying goodbye: leadership isn't handed over, the other members find the
     * connections closed, and calls under way are broken off. For tests of what happens then.
     */
    void kill();

    /** It cannot go on, for a reason that it doesn't know itself: {@link #ended} completes with that. */
    void fail(Throwable reason);

    /** Completes when there is a leader and the client port answers; exceptionally where the member ended before. */
    CompletableFuture<Void> ready();

    /** Completes when the member has ended; exceptionally with what ended it, where that was a failure. */
    CompletableFuture<Void> ended();

    /**
     * What clients are answered by, without a transport.
     *
     * @throws IllegalStateException where the member doesn't run
     */
    FrontDoor door();

    /** Where it listens for clients, with the ports that were free where 0 was asked for; nothing while it doesn't. */
    List<InetSocketAddress> clientAddresses();
}
