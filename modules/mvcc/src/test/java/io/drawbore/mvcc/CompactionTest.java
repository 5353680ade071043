package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.delete;
import static io.drawbore.mvcc.Store.everything;
import static io.drawbore.mvcc.Store.put;
import static io.drawbore.mvcc.Store.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.InvariantException;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompactionTest {
    private final Store store = new Store();

    private static void refused(EtcdError error, Executable request) {
        assertEquals(error.text(), assertThrows(EtcdException.class, request).text());
    }

    private List<String> revisions() {
        return store.rows().stream().map(row -> row.revision() + (row.tombstone() ? "t" : "")).toList();
    }

    @Test
    void onlyWhatIsAboveTheLastCompactionAndNotInTheFutureCanBeCompacted() {
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));

        refused(EtcdError.FUTURE_REV, () -> store.compact(4));
        store.compact(2);
        refused(EtcdError.COMPACTED, () -> store.compact(2));
        refused(EtcdError.COMPACTED, () -> store.compact(1));
        refused(EtcdError.COMPACTED, () -> store.compact(0));
        store.compact(3);
        assertEquals(3, store.keyspace.compactRevision());
    }

    @Test
    void aCompactionToZeroIsTakenWhileThereWasNoneAndANegativeOneNever() {
        refused(EtcdError.COMPACTED, () -> store.compact(-1));
        store.compact(0);
        assertEquals(0, store.keyspace.compactRevision());
        assertFalse(store.keyspace.compactionDue());
    }

    @Test
    void readersAreRefusedBeforeAnythingIsRemoved() {
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));
        store.apply(put("a", "3"));
        store.compact(3);

        refused(EtcdError.COMPACTED, () -> store.read(range("a").setRevision(2)));
        refused(EtcdError.COMPACTED, () -> store.keyspace.hash(2));
        assertEquals("2", store.read(range("a").setRevision(3)).getKvs(0).getValue().toStringUtf8());
        assertEquals(2, store.keyspace.changes(3, 10, 1_000).size());
        assertEquals(3, store.rows().size());
        assertTrue(store.keyspace.compactionDue());
    }

    @Test
    void laterEntriesOfTheBatchAreJudgedByTheNewCompactRevision() {
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));
        store.entry(writer -> {
            writer.compact(2);
            refused(EtcdError.COMPACTED, () -> writer.compact(2));
            assertEquals(2, writer.compactRevision());
            return writer.compact(3);
        });
        assertEquals(3, store.keyspace.compactRevision());
        assertEquals(3, store.keyspace.revision());
    }

    @Test
    void ofEachKeyTheNewestChangeRemainsUnlessItDeletedBefore() {
        store.apply(put("kept", "1"));
        store.apply(put("gone", "1"));
        store.apply(put("kept", "2"));
        store.apply(delete("gone"));
        store.apply(put("last", "1"));
        store.apply(delete("last"));
        store.apply(put("kept", "3"));

        store.compactAndRemove(7);
        assertEquals(List.of("4/0", "7/0t", "8/0"), revisions());
        assertEquals(List.of("kept"), store.keys(everything().setRevision(7)));

        store.compactAndRemove(8);
        assertEquals(List.of("8/0"), revisions());
        assertEquals(1, store.read(everything()).getCount());
    }

    @Test
    void aSliceLooksAtNoMoreRowsThanItMay() {
        for (int i = 0; i < 10; i++) {
            store.apply(put("a", "" + i));
        }
        store.compact(11);
        assertTrue(store.slice(4));
        assertEquals(6, store.rows().size());
        assertEquals(0, store.keyspace.finishedCompactRevision());
        assertTrue(store.slice(4));
        assertFalse(store.slice(4));
        assertEquals(11, store.keyspace.finishedCompactRevision());
        assertEquals(List.of("11/0"), revisions());
        assertFalse(store.slice(4));
    }

    @Test
    void theNextCompactionWalksOnlyWhatCameSince() {
        for (int i = 0; i < 50; i++) {
            store.apply(put("k" + i, "1"));
        }
        store.compactAndRemove(51);
        store.apply(put("k7", "2"));
        store.compact(52);
        assertFalse(store.slice(3), "two rows to look at: the last of the compaction before, and the new one");
        assertEquals(50, store.rows().size());
    }

    @Test
    void aKeyDeletedLongAgoIsForgottenAndMayComeAgain() {
        store.apply(put("a", "1"));
        store.apply(delete("a"));
        store.apply(put("b", "1"));
        store.compactAndRemove(4);
        KeyRow next = KeyRow.tombstone(new Revision(5, 0), Store.bytes("a"));
        assertNull(store.keyspace.before(List.of(next)).getFirst());

        store.apply(put("a", "2"));
        assertEquals(1, store.read(range("a")).getKvs(0).getVersion());
        assertEquals(5, store.read(range("a")).getKvs(0).getCreateRevision());
    }

    @Test
    void aStartInTheMiddleGoesOn() {
        for (int i = 0; i < 10; i++) {
            store.apply(put("a" + i % 3, "" + i));
        }
        store.compact(10);
        store.slice(4);
        store.reload();
        assertTrue(store.keyspace.compactionDue());
        while (store.slice(1)) {
            // on to the end
        }
        assertFalse(store.keyspace.compactionDue());
        assertEquals(List.of("8/0", "9/0", "10/0", "11/0"), revisions());
        store.reload();
        assertFalse(store.keyspace.compactionDue());
        assertEquals(3, store.read(everything().setRevision(10)).getCount());
    }

    @ParameterizedTest(name = "{0} slices, {1} of them lost")
    @CsvSource({"1, 1", "2, 1", "3, 3", "5, 2", "7, 4"})
    void aLossOfPowerBetweenSlicesCostsOnlyTheWayBack(int slices, int lost) {
        for (int i = 0; i < 20; i++) {
            store.apply(put("a" + i % 4, "" + i));
            store.apply(delete("a" + i % 5));
        }
        long to = store.keyspace.revision() - 3;
        store.compact(to);
        List<String> answers = answers(to);
        for (int i = 0; i < slices; i++) {
            store.slice(2);
        }
        store.losePower(lost);
        assertEquals(answers, answers(to));
        while (store.slice(2)) {
            assertEquals(answers, answers(to));
        }
        assertEquals(answers, answers(to));
        List<String> left = revisions();
        store.reload();
        assertEquals(answers, answers(to));
        assertFalse(store.keyspace.compactionDue());
        assertEquals(left, revisions());
    }

    private List<String> answers(long from) {
        return LongStream.rangeClosed(from, store.keyspace.revision())
                .mapToObj(at -> store.read(everything().setRevision(at)).toString()
                        + store.keyspace.hash(at).getHash())
                .toList();
    }

    @Test
    void changesFromTheCompactRevisionOnAreWholeWhereverOneAsksFrom() {
        for (int i = 0; i < 10; i++) {
            store.apply(put("a" + i % 3, "" + i));
        }
        List<KeyRow> whole = store.keyspace.changes(7, 100, 1_000);
        store.compactAndRemove(7);
        assertEquals(whole, store.keyspace.changes(7, 100, 1_000));
        List<KeyRow> fromBelow = store.keyspace.changes(2, 100, 1_000);
        assertEquals(whole, fromBelow.subList(fromBelow.size() - whole.size(), fromBelow.size()));
    }

    @Test
    void aSecondCompactionDuringTheFirstWalksAgainAndFurther() {
        for (int i = 0; i < 10; i++) {
            store.apply(put("a" + i % 2, "" + i));
        }
        store.compact(6);
        store.slice(3);
        store.compact(10);
        while (store.slice(3)) {
            // on to the end
        }
        assertEquals(10, store.keyspace.finishedCompactRevision());
        assertEquals(List.of("9/0", "10/0", "11/0"), revisions());
    }

    @Test
    void theHashIsTheSameBeforeWhileAndAfterRemoval() {
        for (int i = 0; i < 12; i++) {
            store.apply(put("a" + i % 3, "" + i));
        }
        store.apply(delete("a1"));
        store.compact(9);
        int before = store.keyspace.hash(0).getHash();
        int older = store.keyspace.hash(10).getHash();
        boolean more;
        do {
            more = store.slice(2);
            assertEquals(before, store.keyspace.hash(0).getHash());
            assertEquals(older, store.keyspace.hash(10).getHash());
        } while (more);
        assertEquals(9, store.keyspace.hash(0).getCompactRevision());
    }

    @Test
    void nothingIsRemovedThatReadersDoNotKnowToBeCompacted() {
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));
        try (WriteTx tx = store.backend.begin()) {
            store.keyspace.writer(tx).compact(3);
            assertThrows(InvariantException.class, () -> store.keyspace.compactionSlice(tx, 10));
        }
        assertEquals(new Revision(2, 0), store.rows().getFirst().revision());
    }
}
