package io.drawbore.server.internal;

/** Work on the store that can be cut into steps of a few milliseconds. Apply thread only. */
public interface UpkeepTask {
    /** After a step a task rests so many times as long as that took: requests keep most of the thread and the disk. */
    int REST = 3;

    /** No step is due until something happens. */
    long NEVER = Long.MAX_VALUE;

    /** Nanoseconds from now until a step is due: 0 or less for now, {@link #NEVER} for none. */
    long dueInNanos(long now);

    /** Does one step. */
    void step();

    /** Nothing more will be done: whoever waits is told. */
    void end();
}
