package io.drawbore.server.internal;

/** Work on the store that can be cut into steps of a few milliseconds. Apply thread only. */
public interface UpkeepTask {
    /** No step is due until something happens. */
    long NEVER = Long.MAX_VALUE;

    /** Nanoseconds from now until a step is due: 0 or less for now, {@link #NEVER} for none. */
    long dueInNanos(long now);

    /** Does one step. */
    void step();

    /** Nothing more will be done: whoever waits is told. */
    void end();
}
