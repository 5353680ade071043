package io.drawbore.raft.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.InvariantException;
import io.drawbore.raft.ProgressState;
import org.junit.jupiter.api.Test;

public class ProgressTest {
    private final Progress progress = new Progress(11, true, new Inflights(2, 100));

    @Test
    void aProbeWithEntriesPausesUntilAnAnswer() {
        progress.sentEntries(0, 0);
        assertFalse(progress.paused());
        progress.sentEntries(1, 5);
        assertTrue(progress.paused());
        assertEquals(11, progress.next());
        assertTrue(progress.acknowledged(11));
        assertFalse(progress.paused());
    }

    @Test
    void replicationSendsAheadUntilTheWindowIsFull() {
        progress.acknowledged(10);
        progress.becomeReplicate();
        progress.sentEntries(3, 10);
        assertEquals(14, progress.next());
        assertFalse(progress.paused());
        progress.sentEntries(1, 10);
        assertTrue(progress.paused());
        progress.freeInflights(13);
        assertEquals(1, progress.inflights().count());
    }

    @Test
    void oneMessageOfAnySizeFitsAndThenBytesCount() {
        progress.becomeReplicate();
        progress.sentEntries(1, 1_000);
        assertTrue(progress.inflights().full());
        assertThrows(InvariantException.class, () -> progress.inflights().add(13, 1));
    }

    @Test
    void anOldAcknowledgementTakesNothingBack() {
        assertTrue(progress.acknowledged(15));
        assertFalse(progress.acknowledged(12));
        assertEquals(15, progress.match());
        assertEquals(16, progress.next());
    }

    @Test
    void aStaleRefusalChangesNothing() {
        assertFalse(progress.rejected(7, 3));
        progress.acknowledged(10);
        progress.becomeReplicate();
        assertFalse(progress.rejected(10, 0));
        assertEquals(11, progress.next());
    }

    @Test
    void aProbeGoesBackToTheHintAndNeverBehindWhatMatches() {
        assertTrue(progress.rejected(10, 3));
        assertEquals(4, progress.next());
        assertTrue(progress.rejected(3, 0));
        assertEquals(1, progress.next());
        progress.acknowledged(5);
        assertTrue(progress.rejected(5, 1));
        assertEquals(6, progress.next());
    }

    @Test
    void behindASnapshotProbingBeginsWhereTheSnapshotEnds() {
        progress.becomeSnapshot(20);
        assertTrue(progress.paused());
        assertThrows(InvariantException.class, () -> progress.sentEntries(1, 1));
        progress.becomeProbe();
        assertEquals(21, progress.next());
        progress.becomeSnapshot(30);
        progress.snapshotFailed();
        progress.becomeProbe();
        assertEquals(1, progress.next());
        assertEquals(ProgressState.PROBE, progress.state());
    }

    @Test
    void theCommitIndexIsSentOnceAsFarAsTheMemberCanUseIt() {
        assertTrue(progress.canRaiseCommit(9));
        progress.sentCommit(9);
        assertFalse(progress.canRaiseCommit(9));
        assertTrue(progress.canRaiseCommit(10));
        progress.sentCommit(10);
        assertFalse(progress.canRaiseCommit(15));
    }

    @Test
    void theWindowIsARing() {
        Inflights inflights = new Inflights(5, 0);
        long index = 0;
        for (int round = 0; round < 100; round++) {
            while (!inflights.full()) {
                inflights.add(++index, 1);
            }
            inflights.freeThrough(index - 2);
            assertEquals(2, inflights.count());
        }
        inflights.freeThrough(index);
        assertEquals(0, inflights.count());
    }
}
