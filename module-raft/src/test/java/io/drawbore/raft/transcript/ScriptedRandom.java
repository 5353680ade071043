package io.drawbore.raft.transcript;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Chance, of which the next draw can be told in advance. */
final class ScriptedRandom implements RandomGenerator {
    private static final int UNTOLD = -1;

    private final RandomGenerator chance;
    private int told = UNTOLD;
    private int held = UNTOLD;

    ScriptedRandom(long seed) {
        chance = new SplittableRandom(seed);
    }

    /** The next draw gives this number. */
    void tell(int number) {
        told = number;
    }

    /** Every draw that was not told gives this number. */
    void hold(int number) {
        held = number;
    }

    @Override
    public long nextLong() {
        return chance.nextLong();
    }

    @Override
    public int nextInt(int bound) {
        if (told == UNTOLD) {
            return held == UNTOLD ? chance.nextInt(bound) : held;
        }
        int number = told;
        told = UNTOLD;
        return number;
    }
}
