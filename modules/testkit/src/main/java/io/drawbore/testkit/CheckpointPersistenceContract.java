package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.MinorVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link CheckpointPersistence} does. A subclass says which one. */
public abstract class CheckpointPersistenceContract {
    /** For subclasses, which a test engine makes. */
    protected CheckpointPersistenceContract() {}

    /** The one under test, a new one at every call. */
    protected abstract CheckpointPersistence persistence();

    private static List<@Nullable MinorVersion> asked() {
        List<@Nullable MinorVersion> versions = new ArrayList<>();
        versions.add(null);
        for (int minor = 0; minor <= 5; minor++) {
            versions.add(new MinorVersion(3, minor));
        }
        return versions;
    }

    @Test
    void itsNameCanBeToldByAFlag() {
        assertTrue(persistence().name().matches("[a-z0-9]+(-[a-z0-9]+)*"), persistence().name());
        assertEquals(persistence().name(), persistence().name());
    }

    /** Before the cluster's version is decided, too, and for versions that no longer have members. */
    @Test
    void itsAnswerHangsOnNothingButTheVersion() {
        CheckpointPersistence used = persistence();
        List<Boolean> first = asked().stream().map(used::keepsBelow36).toList();
        List<@Nullable MinorVersion> backwards = new ArrayList<>(asked());
        Collections.reverse(backwards);
        List<Boolean> again = new ArrayList<>(backwards.stream().map(used::keepsBelow36).toList());
        Collections.reverse(again);
        assertEquals(first, again);
        CheckpointPersistence fresh = persistence();
        assertEquals(first, asked().stream().map(fresh::keepsBelow36).toList());
    }
}
