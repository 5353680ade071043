package io.drawbore.launcher;

import io.drawbore.plugins.Fence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a stop, in their order. Each has a thread of its own and some time: what one throws is logged and kept
 * for the end, one that hangs or calls exit in a plug-in's code is left behind, and the next is taken all the same. One
 * thread; an interrupt of that shortens nothing.
 */
final class StopSteps {
    private static final Logger LOG = LoggerFactory.getLogger(StopSteps.class);

    /** How often it is looked whether a step has called exit. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final List<Step> steps = new ArrayList<>();
    private final List<Throwable> thrown = new CopyOnWriteArrayList<>();

    /** A part of the member, what it has to end, and how it does. */
    private record Step(String part, Duration patience, Runnable end) {}

    /** One more step. */
    void add(final String part, final Duration patience, final Runnable end) {
        steps.add(new Step(part, patience, end));
    }

    /**
     * Takes all of them, and waits for each.
     *
     * @throws RuntimeException what the first that failed threw, which has what later ones threw as suppressed; an
     *     error likewise
     */
    void run() {
        boolean interrupted = false;
        for (final Step step : steps) {
            final Thread thread = Thread.ofPlatform()
                    .daemon()
                    .name("stop-" + step.part().replace(' ', '-'))
                    .unstarted(() -> end(step));
            thread.start();
            interrupted |= await(thread, step);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        rethrow();
    }

    private void rethrow() {
        if (thrown.isEmpty()) {
            return;
        }
        final Throwable first = thrown.getFirst();
        thrown.stream().skip(1).filter(later -> !later.equals(first)).forEach(first::addSuppressed);
        if (first instanceof final Error error) {
            throw error;
        }
        throw first instanceof final RuntimeException failure ? failure : new IllegalStateException(first);
    }

    private void end(final Step step) {
        try {
            step.end().run();
        } catch (final Throwable failed) {
            thrown.add(failed);
            warn(step, what(failed));
        }
    }

    /** It may be a plug-in's exception, which may throw when it is looked at. */
    private static String what(final Throwable failed) {
        try {
            return failed.toString();
        } catch (final RuntimeException | Error unreadable) {
            return failed.getClass().getName();
        }
    }

    /** Whether somebody was so impatient as to interrupt this thread. */
    private static boolean await(final Thread thread, final Step step) {
        final long end = System.nanoTime() + step.patience().toNanos();
        boolean interrupted = false;
        while (thread.isAlive()) {
            final long left = end - System.nanoTime();
            if (left <= 0 || Fence.isExiting(thread)) {
                warn(step, left <= 0 ? "it takes longer than " + step.patience() : "it has called exit");
                return interrupted;
            }
            try {
                final var _ = thread.join(Duration.ofNanos(Math.min(left, LOOK.toNanos())));
            } catch (final InterruptedException impatient) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private static void warn(final Step step, final String why) {
        LOG.atWarn()
                .addKeyValue("part", step.part())
                .addKeyValue("error", why)
                .log("a part of the member has not stopped well");
    }
}
