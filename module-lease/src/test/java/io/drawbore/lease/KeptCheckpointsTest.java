package io.drawbore.lease;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.CheckpointPersistence;
import io.drawbore.lease.internal.LeasePlugin;
import io.drawbore.testkit.CheckpointPersistenceContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Both answers that are built in keep the contract. */
class KeptCheckpointsTest {
    private static CheckpointPersistence named(String name) {
        return new LeasePlugin()
                .checkpointPersistences().stream()
                        .filter(persistence -> persistence.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    @Nested
    class Always extends CheckpointPersistenceContract {
        @Override
        protected CheckpointPersistence persistence() {
            return named("always");
        }
    }

    @Nested
    class ByVersion extends CheckpointPersistenceContract {
        @Override
        protected CheckpointPersistence persistence() {
            return named("by-version");
        }
    }

    @Test
    void oneKeepsThemAndTheOtherDoesNot() {
        assertTrue(named("always").keepsBelow36(null));
        assertFalse(named("by-version").keepsBelow36(null));
    }
}
