package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A few hundred plans have everything in them. */
class PlanDrawingTest {
    private static final int PLANS = 300;
    private static final int AT_LEAST = 10;

    private final List<Plan> plans = LongStream.range(0, PLANS).mapToObj(Plan::of).toList();

    private void drawn(String what, Predicate<Plan> has) {
        long count = plans.stream().filter(has).count();
        assertTrue(count >= AT_LEAST, () -> what + " is in " + count + " of " + PLANS + " plans");
    }

    @Test
    void everyKindOfStepIsDrawn() {
        assertAll(Stream.of(Step.Fault.class, Step.Work.class)
                .flatMap(steps -> Stream.of(steps.getPermittedSubclasses()))
                .map(kind -> () -> drawn(
                        kind.getSimpleName(),
                        plan -> plan.steps().stream().anyMatch(timed -> kind.isInstance(timed.step())))));
    }

    @Test
    void clustersOfEverySizeReleaseTheirLogsOftenAndKeepFewEntries() {
        for (int size : List.of(1, 3, 5)) {
            drawn(size + " machines with few entries between snapshots",
                    plan -> plan.size() == size
                            && plan.flags().stream().allMatch(flags -> flags.snapshotCount() <= 200));
        }
        drawn("a log of few entries", plan -> plan.size() > 1
                && plan.flags().stream().anyMatch(flags -> flags.catchUpEntries() <= 10));
    }

    @Test
    void onlyAMinorityForgetsWhatWasDurable() {
        for (Plan plan : plans) {
            long forgetful = plan.steps().stream()
                    .flatMap(timed -> switch (timed.step()) {
                        case Step.LieAboutSyncs lie -> Stream.of(lie.machine());
                        case Step.FlipBit flip -> Stream.of(flip.machine());
                        default -> Stream.empty();
                    })
                    .distinct()
                    .count();
            assertTrue(forgetful <= (plan.size() - 1) / 2, plan::toString);
        }
    }
}
