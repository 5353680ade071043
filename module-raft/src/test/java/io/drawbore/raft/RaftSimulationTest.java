package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Whole clusters in one thread, driven by a seed: messages get lost, doubled, delayed and overtaken, members get cut
 * off, crash and come back with what was synced, logs are compacted, voters come and go. {@link SimulatedCluster}
 * checks raft's promises after every step. A failure names its seed; {@code new SimulatedCluster(seed).run(steps)}
 * replays it.
 */
class RaftSimulationTest {
    @Test
    void raftKeepsItsPromises() {
        simulate(1, 150, 3_000);
    }

    private static void simulate(long firstSeed, int seeds, int steps) {
        long committed = 0;
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed);
            try {
                cluster.run(steps);
                committed += cluster.heal();
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError("seed " + seed, broken);
            }
        }
        assertTrue(committed > 10L * seeds, "hardly anything was committed: " + committed);
    }
}
