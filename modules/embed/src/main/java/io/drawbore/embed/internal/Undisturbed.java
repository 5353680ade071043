package io.drawbore.embed.internal;

import java.util.List;
import java.util.concurrent.FutureTask;

/**
 * Does what has to be done to its end, whatever one step throws and whoever interrupts the caller: an interrupted
 * thread would wait for no member's threads, and close the files that it writes to.
 */
final class Undisturbed {
    private Undisturbed() {}

    /**
     * Does it on a thread of its own and returns when it is done. An interrupt of the caller is kept for afterwards.
     *
     * @throws RuntimeException what the work threw
     */
    static void run(final Runnable work) {
        final var done = new FutureTask<Void>(work, null);
        final Thread thread = Thread.ofPlatform().daemon().name("drawbore-embed-end").start(done);
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (final InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        rethrow(done);
    }

    private static void rethrow(final FutureTask<Void> done) {
        switch (done.state()) {
            case FAILED -> {
                final Throwable thrown = done.exceptionNow();
                if (thrown instanceof final Error error) {
                    throw error;
                }
                throw thrown instanceof final RuntimeException failure ? failure : new IllegalStateException(thrown);
            }
            case SUCCESS -> {}
            case RUNNING, CANCELLED -> throw new IllegalStateException("the work was not done: " + done.state());
        }
    }

    /**
     * Does every step, in order.
     *
     * @throws RuntimeException what the first that failed threw, which has what later ones threw as suppressed
     */
    static void all(final List<Runnable> steps) {
        Throwable first = null;
        for (final Runnable step : steps) {
            try {
                step.run();
            } catch (final RuntimeException | Error thrown) {
                if (first == null) {
                    first = thrown;
                } else {
                    first.addSuppressed(thrown);
                }
            }
        }
        if (first instanceof final Error error) {
            throw error;
        }
        if (first instanceof final RuntimeException failure) {
            throw failure;
        }
    }
}
