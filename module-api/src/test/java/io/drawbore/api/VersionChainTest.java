package io.drawbore.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class VersionChainTest {
    private final VersionChain<Long> chain = new VersionChain<>(List.of(1L, 2L, 3L));

    @Test
    void theWayLeadsFromNeighbourToNeighbourUpAndDown() {
        assertEquals(2, chain.next(1L, 3L));
        assertEquals(3, chain.next(2L, 3L));
        assertEquals(2, chain.next(3L, 1L));
        assertEquals(3, chain.next(3L, 3L));
    }

    @Test
    void thereIsNoWayToWhatIsNotKnown() {
        assertTrue(chain.knows(3L));
        assertFalse(chain.knows(4L));
        assertThrows(IllegalArgumentException.class, () -> chain.next(1L, 4L));
        assertThrows(IllegalArgumentException.class, () -> chain.next(4L, 1L));
    }

    @Test
    void versionsStandInOrder() {
        assertThrows(IllegalArgumentException.class, () -> new VersionChain<>(List.of(2L, 1L)));
        assertThrows(IllegalArgumentException.class, () -> new VersionChain<>(List.of(1L, 1L)));
        assertThrows(IllegalArgumentException.class, () -> new VersionChain<>(List.<Long>of()));
    }
}
