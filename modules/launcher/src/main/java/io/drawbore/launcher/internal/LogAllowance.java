package io.drawbore.launcher.internal;

/**
 * How much one plug-in may log: so many lines a second, and some more at once. Lines that are long count for several.
 * Any thread; never waits.
 */
final class LogAllowance {
    /** Lines a second in the long run. */
    static final int LINES_A_SECOND = 200;

    /** Lines at once, after a while without any. */
    static final int BURST = 1_000;

    private static final long NANOS_A_LINE = 1_000_000_000L / LINES_A_SECOND;

    // guarded by this: the time until which all is used up; what lies before now is left
    private long usedUntil;
    private long dropped;

    LogAllowance(final long now) {
        usedUntil = now - BURST * NANOS_A_LINE;
    }

    /** Takes so many lines, or says that they must be dropped. */
    synchronized boolean take(final long now, final long lines) {
        usedUntil = Math.max(usedUntil, now - BURST * NANOS_A_LINE);
        if (usedUntil >= now) {
            dropped++;
            return false;
        }
        usedUntil += lines * NANOS_A_LINE;
        return true;
    }

    /** How many lines were dropped since this was asked last. */
    synchronized long takeDropped() {
        final long count = dropped;
        dropped = 0;
        return count;
    }
}
