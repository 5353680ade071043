package io.drawbore.testkit.mutation;

import org.jspecify.annotations.Nullable;

/** Runs one judge on one mutant, within limits. Only the volatile fields are touched by other threads. */
final class JudgeThread extends Thread {
    private final Trial trial;
    private final long maxTurns;
    private long turns;
    private volatile boolean givenUp;
    private volatile @Nullable Throwable outcome;

    /** What a judge does. */
    @FunctionalInterface
    interface Trial {
        void run() throws Throwable;
    }

    /** Thrown in the midst of whatever does not end. */
    static final class EndlessError extends Error {
        private static final long serialVersionUID = 1L;

        EndlessError(String message) {
            super(message);
        }
    }

    JudgeThread(String name, Trial trial, long maxTurns, ClassLoader loader) {
        super(name);
        this.trial = trial;
        this.maxTurns = maxTurns;
        setContextClassLoader(loader);
        // One that hangs outside of any loop it counts must not keep the tests from ending.
        setDaemon(true);
    }

    @Override
    public void run() {
        try {
            trial.run();
        } catch (Throwable thrown) {
            outcome = thrown;
        }
    }

    void countTurn() {
        if (++turns > maxTurns) {
            throw new EndlessError("does not end within " + maxTurns + " turns of its loops");
        }
        if (givenUp) {
            throw new EndlessError("took too long");
        }
    }

    /** What it threw, null if nothing; waits for its end, but no longer than so many milliseconds. */
    @Nullable Throwable outcome(long maxMillis) {
        try {
            join(maxMillis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (isAlive()) {
            givenUp = true;
            interrupt();
            return new EndlessError("does not end within " + maxMillis + " ms");
        }
        return outcome;
    }

    /** How many turns loops took; read it after the end. */
    long turns() {
        return turns;
    }
}
