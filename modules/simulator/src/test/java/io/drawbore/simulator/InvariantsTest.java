package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EntryDigest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What members' digests say of each other. Each entry's rows add one to the sums. */
class InvariantsTest {
    private static final long TABLES = 77;

    private final Invariants invariants = new Invariants(3);

    private void applies(String who, long index, long rows) {
        invariants.digests(who, List.of(new EntryDigest(index, 1_000 + index, rows, 2 * rows, TABLES)));
    }

    private void installs(String who, long index) {
        invariants.digests(who, List.of(EntryDigest.anchor(index, TABLES)));
    }

    @Test
    void differentSumsAtOneEntryAreWrong() {
        applies("one", 1, 1);
        applies("other", 1, 2);
        assertTrue(invariants.broken().isPresent());
    }

    @Test
    void sumsBeyondASnapshotAreComparedByWhatCameSince() {
        applies("one", 5, 5);
        installs("other", 5);
        applies("one", 6, 6);
        applies("other", 6, 1);
        assertEquals(Optional.empty(), invariants.broken());
        applies("one", 7, 7);
        applies("other", 7, 1);
        assertTrue(invariants.broken().isPresent());
    }

    /** The sender, too, had got its store from another, which went away; a third came there entry by entry later. */
    @Test
    void sumsBeyondASnapshotThatNobodyCanCountYetAreComparedLater() {
        installs("other", 5);
        applies("other", 6, 1);
        applies("one", 5, 5);
        applies("one", 6, 6);
        applies("one", 7, 7);
        applies("other", 7, 2);
        assertEquals(Optional.empty(), invariants.broken());
        applies("one", 8, 8);
        applies("other", 8, 2);
        assertTrue(invariants.broken().isPresent());
    }

    @Test
    void differentTablesAreWrongWhereverAStoreCameFrom() {
        installs("one", 5);
        invariants.digests("other", List.of(EntryDigest.anchor(5, TABLES + 1)));
        assertTrue(invariants.broken().isPresent());
    }
}
