package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole clusters under faults, a seed each. With {@code simulation.seed} as a system property the first test runs that
 * one only; {@code simulation.from} is the first of {@code simulation.seeds} seeds.
 */
class SimulationTest {
    private static final Logger LOG = LoggerFactory.getLogger(SimulationTest.class);
    private static final long SEEDS = Long.getLong("simulation.seeds", 200);
    private static final long FROM = Long.getLong("simulation.from", 1);

    @Test
    void aFewHundredSeeds() {
        Long only = Long.getLong("simulation.seed");
        if (only != null) {
            new Campaign(only, 1).run(() -> false);
        } else {
            new Campaign(FROM, SEEDS).run(() -> false);
        }
    }

    @Test
    @Tag("full")
    void severalHundredMore() {
        new Campaign(FROM + SEEDS, 800).run(() -> false);
    }

    @Test
    @Tag("nightly")
    void oneNight() {
        long minutes = Long.getLong("simulation.minutes", 480);
        new Campaign(FROM + SEEDS, Long.MAX_VALUE).run(after(Duration.ofMinutes(minutes)));
    }

    private static BooleanSupplier after(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return () -> System.nanoTime() - end > 0;
    }

    /** Runs one seed after the other. */
    private static final class Campaign {
        /** How many runs a failing plan is worth. */
        private static final int SHRINKING_RUNS = 400;

        /** After so many seeds it says how far it is. */
        private static final long PROGRESS = 500;

        /** Among so many seeds there is everything. */
        private static final long MANY = 200;

        private final long from;
        private final long count;
        private long ran;
        private long undecided;
        private double seconds;
        private final Map<String, Long> counts = new TreeMap<>();
        private long start;
        private long workedBefore;

        Campaign(long from, long count) {
            this.from = from;
            this.count = count;
        }

        void run(BooleanSupplier enough) {
            start = System.nanoTime();
            workedBefore = workedNanos();
            for (long seed = from; ran < count && !enough.getAsBoolean(); seed++) {
                Run run = Simulation.run(seed);
                run.failure().ifPresent(what -> fail(run, what));
                ran++;
                undecided += run.undecided() ? 1 : 0;
                seconds += run.time().toMillis() / 1e3;
                run.counts().forEach((what, count) -> counts.merge(what, count, Long::sum));
                if (ran % PROGRESS == 0) {
                    report();
                }
            }
            assertTrue(ran > 0, "no seed was run");
            report();
            LOG.info("what happened how often: {}", counts);
            if (ran >= MANY) {
                assertEquals(Set.of(), neverHappened(), "never happened");
            }
        }

        private void report() {
            double real = (System.nanoTime() - start) / 1e9;
            double worked = (workedNanos() - workedBefore) / 1e9;
            LOG.info("{} seeds from {}, {} virtual seconds in {}: {} a second of the thread's own time; "
                            + "{} histories have gaps",
                    ran, from, (long) seconds, (long) real, (long) (seconds / worked), undecided);
        }

        private static long workedNanos() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        /** A fault that is never met, and a check that never has anything to look at, prove nothing. */
        private Set<String> neverHappened() {
            Set<String> all = new TreeSet<>();
            Stream.of(Step.Fault.class, Step.Work.class)
                    .flatMap(steps -> Stream.of(steps.getPermittedSubclasses()))
                    .forEach(step -> all.add(step.getSimpleName()));
            Stream.of(Tally.Event.values()).forEach(event -> all.add(event.name()));
            all.removeAll(counts.keySet());
            return all;
        }

        private void fail(Run run, String what) {
            long seed = from + ran;
            String kind = kind(what);
            Plan shortest = new Shrinking(
                    plan -> Simulation.run(plan).failure().filter(other -> kind(other).equals(kind)).isPresent(),
                    SHRINKING_RUNS)
                    .shrink(Plan.of(seed));
            throw new AssertionError("""
                    seed %d: %s
                    again:
                        ./verify -pl modules/simulator -am -Dtest=SimulationTest -Dsimulation.seed=%d \
                    -Dsurefire.failIfNoSpecifiedTests=false
                    it fails with these steps alone: %s
                    %s""".formatted(seed, what, seed,
                    Simulation.run(shortest).failure().orElse("not any more"), shortest));
        }

        /** What failed, whoever it was and whatever the numbers are. */
        private static String kind(String what) {
            String line = what.lines().findFirst().orElse("");
            return line.replaceAll("[0-9]+", "#").replaceAll("(?<=^.{60}).*", "");
        }
    }
}
