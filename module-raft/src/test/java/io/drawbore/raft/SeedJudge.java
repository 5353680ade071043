package io.drawbore.raft;

import java.util.function.LongConsumer;

/** Judges the core by the simulation of a seed, as {@link RaftSimulationTest} does. */
final class SeedJudge implements LongConsumer {
    private static final int STEPS = 3_000;

    @Override
    public void accept(long seed) {
        SimulatedCluster cluster = new SimulatedCluster(seed);
        cluster.run(STEPS);
        cluster.heal();
    }
}
