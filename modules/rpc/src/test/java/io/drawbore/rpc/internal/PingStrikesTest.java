package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PingStrikesTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private final PingStrikes strikes = new PingStrikes(Duration.ofSeconds(5));

    @Test
    void pingsAtTheAllowedDistanceAreWelcome() {
        for (int i = 0; i < 100; i++) {
            assertFalse(strikes.isOneTooMany(i * 5 * SECOND, false));
        }
    }

    @Test
    void theThirdThatComesTooEarlyIsOneTooMany() {
        assertFalse(strikes.isOneTooMany(SECOND, false));
        assertFalse(strikes.isOneTooMany(2 * SECOND, false));
        assertFalse(strikes.isOneTooMany(3 * SECOND, false));
        assertTrue(strikes.isOneTooMany(4 * SECOND, false));
    }

    @Test
    void whatWasSentToTheClientExcusesIt() {
        for (int i = 0; i < 100; i++) {
            if (i % 3 == 0) {
                strikes.sent();
            }
            assertFalse(strikes.isOneTooMany(i, false));
        }
    }

    @Test
    void aConnectionWithoutCallsNeedsNoPings() {
        for (int i = 0; i < 3; i++) {
            assertFalse(strikes.isOneTooMany(i * 60 * SECOND, true));
        }
        assertTrue(strikes.isOneTooMany(180 * SECOND, true));
        PingStrikes patient = new PingStrikes(Duration.ofSeconds(5));
        for (int i = 0; i < 10; i++) {
            assertFalse(patient.isOneTooMany(i * 7200 * SECOND, true));
        }
    }
}
