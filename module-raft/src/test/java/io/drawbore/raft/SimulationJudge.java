package io.drawbore.raft;

/** A few short simulations, as a judge of mutants: what the rules' own tests do not notice, chance may. */
public final class SimulationJudge implements Runnable {
    private static final int SEEDS = 10;
    private static final int STEPS = 1_000;

    @Override
    public void run() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed);
            cluster.run(STEPS);
            cluster.heal();
        }
    }
}
