package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpkeepTest {
    private final HandClock clock = new HandClock();
    private final List<String> steps = new ArrayList<>();
    private final Task compaction = new Task("compaction");
    private final Task reclaim = new Task("reclaim");
    private final Upkeep upkeep = new Upkeep(List.of(compaction, reclaim), clock);

    private final class Task implements UpkeepTask {
        private final String name;
        private long dueAtMillis = -1;

        Task(String name) {
            this.name = name;
        }

        @Override
        public long dueInNanos(long now) {
            return dueAtMillis < 0 ? NEVER : dueAtMillis * 1_000_000 - now;
        }

        @Override
        public void step() {
            steps.add(name);
            dueAtMillis = -1;
        }

        @Override
        public void end() {
            steps.add("end of " + name);
        }
    }

    @Test
    void nothingIsDoneWhereNothingIsDue() {
        assertEquals(UpkeepTask.NEVER, upkeep.dueInNanos());
        compaction.dueAtMillis = 10;
        assertEquals(10_000_000, upkeep.dueInNanos());
        upkeep.stepIfDue();
        assertEquals(List.of(), steps);
    }

    @Test
    void oneStepAtATimeOfWhatWasDueLongest() {
        compaction.dueAtMillis = 10;
        reclaim.dueAtMillis = 5;
        clock.advanceMillis(20);
        upkeep.stepIfDue();
        assertEquals(List.of("reclaim"), steps);
        upkeep.stepIfDue();
        upkeep.stepIfDue();
        assertEquals(List.of("reclaim", "compaction"), steps);
    }

    @Test
    void theFirstGoesFirstWhereBothAreDueAlike() {
        compaction.dueAtMillis = 5;
        reclaim.dueAtMillis = 5;
        clock.advanceMillis(5);
        upkeep.stepIfDue();
        assertEquals(List.of("compaction"), steps);
    }

    @Test
    void allTasksAreTold() {
        upkeep.end();
        assertEquals(List.of("end of compaction", "end of reclaim"), steps);
    }
}
