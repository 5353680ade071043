package io.drawbore.plugins.internal;

import io.drawbore.metrics.Metrics;
import java.time.Duration;
import java.util.Map;

/**
 * Keeps calls away from a point that fails again and again. After some failures in a row it refuses for a while, then
 * lets one call probe: a good one opens the way, a failure doubles the while. Any thread.
 */
public final class Breaker {
    /** How long a point is fenced off at first. */
    public static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** How long it is at the most. */
    public static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final int failuresInARow;

    // guarded by this
    private int failures;
    private boolean refusing;
    private boolean probing;
    private long refusesUntil;
    private Duration pause = FIRST_PAUSE;

    /**
     * One that lets all through.
     *
     * @param failuresInARow after which it refuses; 0 for never
     */
    public Breaker(int failuresInARow) {
        this.failuresInARow = failuresInARow;
    }

    /** Has the metrics say whether it refuses. */
    public void tell(Metrics metrics, Map<String, String> labels) {
        metrics.gauge(
                "drawbore_plugin_fenced_off",
                "Whether a point of a plug-in is fenced off, 1 or 0.",
                labels,
                () -> isRefusing() ? 1 : 0);
    }

    /** What becomes of a call. */
    public enum Verdict {
        /** It is made. */
        PASS,
        /** It is made, and whether the next ones are hangs on it. */
        PROBE,
        /** It isn't. */
        REFUSE
    }

    /** Judges a call; whoever may make it says how it went. */
    public synchronized Verdict ask(long now) {
        if (!refusing) {
            return Verdict.PASS;
        }
        if (probing || now - refusesUntil < 0) {
            return Verdict.REFUSE;
        }
        probing = true;
        return Verdict.PROBE;
    }

    /** A call was good. True where that lets calls through again. */
    public synchronized boolean succeeded(Verdict asked) {
        if (refusing && asked != Verdict.PROBE) {
            // it began before the fence was shut, and says nothing of now
            return false;
        }
        boolean opens = refusing;
        failures = 0;
        refusing = false;
        probing = false;
        pause = FIRST_PAUSE;
        return opens;
    }

    /** A call failed. How long calls are refused from now on; zero where this failure changes nothing. */
    public synchronized Duration failed(Verdict asked, long now) {
        if (asked == Verdict.PROBE) {
            probing = false;
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            return shut(now);
        }
        failures++;
        return refusing || failuresInARow == 0 || failures < failuresInARow ? Duration.ZERO : shut(now);
    }

    private Duration shut(long now) {
        refusing = true;
        failures = 0;
        refusesUntil = now + pause.toNanos();
        return pause;
    }

    /** A call was taken back before it said anything. */
    public synchronized void withdrawn(Verdict asked) {
        if (asked == Verdict.PROBE) {
            probing = false;
        }
    }

    /** Whether calls are refused. */
    public synchronized boolean isRefusing() {
        return refusing;
    }
}
