package io.drawbore.simulator;

import java.time.Duration;
import java.util.List;

/**
 * All that is decided before a run: the cluster, its clocks, and what happens to it when. The same plan gives the same
 * run.
 *
 * @param seed of what is left to chance: the network's delays, the order of turns, what a loss of power leaves
 * @param size how many machines found the cluster
 * @param clockRates how fast the machines' clocks go
 * @param flags of the machines; those that join later begin again with the first
 * @param leases whether the clocks are good enough for leases, and clients use them
 * @param length how long things happen, before all is healed
 * @param steps in the order of their times
 */
public record Plan(
        long seed,
        int size,
        List<Double> clockRates,
        List<MemberFlags> flags,
        boolean leases,
        Duration length,
        List<Timed> steps) {
    public Plan {
        clockRates = List.copyOf(clockRates);
        flags = List.copyOf(flags);
        steps = List.copyOf(steps);
    }

    /** A step and its time since the beginning. */
    public record Timed(Duration at, Step step) {
        @Override
        public String toString() {
            return at.toMillis() + " ms: " + step;
        }
    }

    /** The plan that a seed stands for. */
    public static Plan of(long seed) {
        return new PlanDrawing(seed).plan();
    }

    /** The same with other steps. */
    public Plan with(List<Timed> others) {
        return new Plan(seed, size, clockRates, flags, leases, length, others);
    }

    /** How much earlier than its TTL a lease may end by the recorder's clock. */
    Duration leaseTolerance() {
        long jumps = steps.stream().filter(timed -> timed.step() instanceof Step.Jump).count();
        return PlanDrawing.MOST_JUMP.multipliedBy(jumps).plusMillis(100);
    }

    /** For people: the cluster, and one line a step. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("seed " + seed + ": " + size + " machines, clocks " + clockRates
                + ", " + (leases ? "" : "no ") + "leases, " + length);
        flags.forEach(one -> text.append("\n    ").append(one));
        steps.forEach(step -> text.append("\n    ").append(step));
        return text.toString();
    }
}
