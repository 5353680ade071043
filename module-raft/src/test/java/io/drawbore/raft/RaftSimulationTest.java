package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whole clusters in one thread, driven by a seed: messages get lost, doubled, delayed and overtaken, links are cut in
 * one direction or both, members crash and come back with what was synced, logs are compacted, voters and learners come
 * and go. {@link RaftPromises} judges every step. A failure names its seed and the command that replays it.
 */
class RaftSimulationTest {
    private static final Long SEED = Long.getLong("drawbore.simulation.seed");
    private static final int STEPS = Integer.getInteger("drawbore.simulation.steps", 3_000);

    @Test
    void raftKeepsItsPromises() {
        if (SEED == null) {
            simulate(1, 80, STEPS);
        } else {
            simulate(SEED, 1, STEPS);
        }
    }

    @Test
    @Tag("full")
    void raftKeepsItsPromisesForLong() {
        simulate(1_000, 200, 10_000);
    }

    @Test
    @Tag("nightly")
    void raftKeepsItsPromisesAllNight() {
        simulate(10_000, 10_000, 10_000);
    }

    private static void simulate(long firstSeed, int seeds, int steps) {
        long committed = 0;
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed);
            try {
                cluster.run(steps);
                committed += cluster.heal();
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError(replay(seed, steps) + "\n" + cluster, broken);
            }
        }
        assertTrue(committed > 10L * seeds, "hardly anything was committed: " + committed);
    }

    private static String replay(long seed, int steps) {
        return "seed " + seed + "; again with: ./verify -pl module-raft -am -Dtest=RaftSimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Ddrawbore.simulation.seed=" + seed
                + " -Ddrawbore.simulation.steps=" + steps;
    }
}
