package io.drawbore.simulator;

import java.util.function.LongConsumer;

/** Judges whole members by the run of a seed. */
final class SeedJudge implements LongConsumer {
    @Override
    public void accept(long seed) {
        Simulation.run(seed).failure().ifPresent(what -> {
            throw new AssertionError(what);
        });
    }
}
