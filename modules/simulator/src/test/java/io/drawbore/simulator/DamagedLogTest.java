package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.testkit.Survival;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bits of a log flip while its member is down. */
class DamagedLogTest {
    private static final int FLIPS = 60;

    /**
     * A member whose log may have lost its end must not count: it had promised others what it no longer knows. Each
     * time another bit flips, and all lose their power.
     */
    @Test
    void aMemberThatMayHaveForgottenItsPromisesDoesNotComeBack() {
        for (int flip = 0; flip < FLIPS; flip++) {
            Plan plan = new Plan(
                    2_356,
                    5,
                    Collections.nCopies(5, 1.0),
                    List.of(new MemberFlags(5_000, 2_500, false, false, false)),
                    true,
                    Duration.ofSeconds(4),
                    List.of(
                            new Plan.Timed(Duration.ofMillis(823), new Step.FlipBit(4, flip)),
                            new Plan.Timed(
                                    Duration.ofMillis(2_704), new Step.Blackout(Survival.TORN_LAST_WRITE))));
            int choice = flip;
            assertEquals(Optional.empty(), Simulation.run(plan).failure(), () -> "flip " + choice);
        }
    }
}
