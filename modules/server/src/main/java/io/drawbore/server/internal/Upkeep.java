package io.drawbore.server.internal;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * What the apply thread does for its store between two batches: one short step of what has been due longest. So no
 * batch ever waits for more than a step, and nothing stops the world.
 */
public final class Upkeep {
    private final List<UpkeepTask> tasks;
    private final LongSupplier nanoTime;

    /** Tasks, the more urgent first where two are due alike. */
    public Upkeep(List<UpkeepTask> tasks, LongSupplier nanoTime) {
        this.tasks = List.copyOf(tasks);
        this.nanoTime = nanoTime;
    }

    /** Nanoseconds until a step is due; {@link UpkeepTask#NEVER} for none. */
    long dueInNanos() {
        long now = nanoTime.getAsLong();
        return tasks.stream().mapToLong(task -> task.dueInNanos(now)).min().orElse(UpkeepTask.NEVER);
    }

    /** Does a step if one is due. */
    void stepIfDue() {
        long now = nanoTime.getAsLong();
        UpkeepTask first = null;
        long firstDue = 1;
        for (UpkeepTask task : tasks) {
            long due = task.dueInNanos(now);
            if (due < firstDue) {
                first = task;
                firstDue = due;
            }
        }
        if (first != null) {
            first.step();
        }
    }

    void end() {
        tasks.forEach(UpkeepTask::end);
    }
}
