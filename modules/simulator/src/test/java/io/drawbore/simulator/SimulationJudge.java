package io.drawbore.simulator;

/** Judges whole members by runs of seeds; the one that fails stands in the message. */
final class SimulationJudge implements Runnable {
    /** How many seeds, from 1, unless the property says otherwise. */
    private static final long SEEDS = 40;

    @Override
    public void run() {
        long seeds = Long.getLong("mutant.seeds", SEEDS);
        for (long seed = 1; seed <= seeds; seed++) {
            String prefix = "seed " + seed + ": ";
            Simulation.run(seed).failure().ifPresent(what -> {
                throw new AssertionError(prefix + what);
            });
        }
    }
}
