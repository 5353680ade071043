package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.MinorVersion;
import io.drawbore.membership.Downgrade;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of the cluster's version, by etcd's rules. */
class ClusterVersionTest {
    private static final Downgrade TO_3_6 = new Downgrade(true, "3.6.0");

    private static MinorVersion v(int minor) {
        return new MinorVersion(3, minor);
    }

    private static Optional<MinorVersion> next(int decided, Downgrade downgrade, int... members) {
        return ClusterVersionWatch.next(
                Optional.of(v(decided)),
                java.util.Arrays.stream(members).mapToObj(ClusterVersionTest::v).toList(),
                downgrade);
    }

    @Test
    void theVersionIsTheOldestMembersAsSoonAsAllAreKnown() {
        assertEquals(Optional.of(v(0)), ClusterVersionWatch.next(Optional.empty(), List.of(), Downgrade.NONE));
        assertEquals(
                Optional.of(v(6)), ClusterVersionWatch.next(Optional.empty(), List.of(v(7), v(6)), Downgrade.NONE));
        assertEquals(Optional.of(v(6)), next(0, Downgrade.NONE, 7, 6, 7));
        assertEquals(Optional.empty(), next(6, Downgrade.NONE, 7, 6, 7));
        assertEquals(Optional.of(v(7)), next(6, Downgrade.NONE, 7, 7));
        assertEquals(Optional.empty(), next(6, Downgrade.NONE));
    }

    @Test
    void itGoesDownOnlyToADowngradesTarget() {
        assertEquals(Optional.empty(), next(7, Downgrade.NONE, 6, 7));
        assertEquals(Optional.of(v(6)), next(7, TO_3_6, 7, 7, 7));
        assertEquals(Optional.empty(), next(6, TO_3_6, 7, 7, 7));
        assertEquals(Optional.empty(), next(6, TO_3_6, 7, 6, 6));
        assertEquals(Optional.empty(), next(7, TO_3_6));
    }

    @Test
    void aTargetThatIsNotTheNextIsPassedOver() {
        assertEquals(Optional.empty(), next(8, TO_3_6, 8, 8));
        assertEquals(Optional.empty(), next(7, TO_3_6, 7, 6));
        assertEquals(Optional.empty(), next(7, new Downgrade(true, "soon"), 7, 7));
    }

    @Test
    void aDowngradeIsDoneWhenAllAreThere() {
        assertTrue(DowngradeWatch.isDone(TO_3_6, List.of(v(6), v(6))));
        assertFalse(DowngradeWatch.isDone(TO_3_6, List.of(v(6), v(7))));
        assertFalse(DowngradeWatch.isDone(TO_3_6, List.of()));
        assertFalse(DowngradeWatch.isDone(Downgrade.NONE, List.of(v(6))));
    }
}
