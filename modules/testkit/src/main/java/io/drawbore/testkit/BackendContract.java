package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link Backend} does. A subclass says which one; a test opens it in a new folder and may open it again.
 */
public abstract class BackendContract {
    private static final int MAX_VIEWS = 4;

    @TempDir
    Path folder;

    private Backend backend;

    /** For subclasses, which a test engine makes. */
    protected BackendContract() {}

    /** The store under test. Called once for each test; what it opens twice in one folder is the same store. */
    protected abstract BackendProvider provider();

    /**
     * Whether what was committed is there when the store is opened again. A store in memory says false: it is then new
     * each time, and {@link Backend#makeDurable} always answers {@link Applied#NONE}.
     */
    protected boolean keeps() {
        return true;
    }

    private BackendProvider provider;

    @BeforeEach
    final void openNewStore() {
        provider = provider();
        backend = provider.open(new BackendProvider.Options(folder, MAX_VIEWS));
    }

    @AfterEach
    final void closeStore() {
        backend.close();
    }

    @Test
    void aNewStoreIsEmpty() {
        assertEmpty();
    }

    private void assertEmpty() {
        try (ReadTx view = backend.read()) {
            assertEquals(Applied.NONE, view.applied());
            assertEquals(1, view.counter(Counter.REVISION));
            assertEquals(0, view.counter(Counter.COMPACT_REVISION));
            assertEquals(EntryDigest.NONE, view.digest());
            assertEquals(List.of(), view.digests(0));
            assertEquals(List.of(), rowsFrom(view, 0));
            for (Table table : Table.values()) {
                assertTrue(view.all(table).isEmpty());
            }
        }
        assertEquals(Applied.NONE, backend.makeDurable());
    }

    @Test
    void aCommitIsSeenWhole() {
        KeyRow put = KeyRow.put(new Revision(2, 0), bytes("k"), 2, 1, 77, bytes("v"));
        KeyRow delete = KeyRow.tombstone(new Revision(2, 1), bytes("gone"));
        try (WriteTx write = backend.begin()) {
            write.put(put);
            write.put(delete);
            write.put(Table.MEMBER, bytes("m1"), bytes("{}"));
            write.set(Counter.REVISION, 2);
            write.record(List.of(digest(4), digest(5)));
            write.commit(new Applied(5, 3));
        }
        try (ReadTx view = backend.read()) {
            assertEquals(new Applied(5, 3), view.applied());
            assertEquals(put, view.row(put.revision()));
            assertEquals(delete, view.row(delete.revision()));
            assertEquals(bytes("{}"), view.get(Table.MEMBER, bytes("m1")));
            assertEquals(2, view.counter(Counter.REVISION));
            assertEquals(0, view.counter(Counter.COMPACT_REVISION));
            assertEquals(digest(5), view.digest());
            assertEquals(List.of(digest(4), digest(5)), view.digests(0));
            assertEquals(List.of(digest(5)), view.digests(5));
        }
    }

    @Test
    void aClearedStoreHoldsWhatTheSameTransactionWrites() {
        commitRow(1, 2);
        try (WriteTx write = backend.begin()) {
            write.put(Table.MEMBER, bytes("m1"), bytes("{}"));
            write.set(Counter.REVISION, 2);
            write.record(List.of(digest(2)));
            write.commit(new Applied(2, 1));
        }
        ReadTx before = backend.read();
        try (WriteTx write = backend.begin()) {
            write.clear();
            assertEquals(List.of(), rowsFrom(write, 0));
            assertEquals(1, write.counter(Counter.REVISION));
            assertEquals(EntryDigest.NONE, write.digest());
            assertEquals(new Applied(2, 1), write.applied());
            write.put(row(2));
            write.put(row(7));
            write.put(Table.LEASE, bytes("l"), bytes("1"));
            write.set(Counter.REVISION, 7);
            write.record(List.of(EntryDigest.anchor(40, 3)));
            write.commit(new Applied(40, 5));
        }
        try (before; ReadTx view = backend.read()) {
            assertEquals(2, before.counter(Counter.REVISION));
            assertEquals(bytes("{}"), before.get(Table.MEMBER, bytes("m1")));
            assertEquals(new Applied(40, 5), view.applied());
            assertEquals(List.of(row(2), row(7)), rowsFrom(view, 0));
            assertTrue(view.all(Table.MEMBER).isEmpty());
            assertEquals(bytes("1"), view.get(Table.LEASE, bytes("l")));
            assertEquals(7, view.counter(Counter.REVISION));
            assertEquals(List.of(EntryDigest.anchor(40, 3)), view.digests(0));
        }
    }

    @Test
    void aStoreThatWasClearedAndNotCommittedIsAsBefore() {
        commitRow(1, 2);
        try (WriteTx write = backend.begin()) {
            write.clear();
        }
        try (ReadTx view = backend.read()) {
            assertEquals(List.of(row(2)), rowsFrom(view, 0));
        }
    }

    @Test
    void aTransactionSeesItsOwnWrites() {
        commitRow(1, 2);
        try (WriteTx write = backend.begin()) {
            write.put(row(3));
            write.remove(List.of(new Revision(2, 0)));
            write.put(Table.CLUSTER, bytes("version"), bytes("3.7.0"));
            write.set(Counter.COMPACT_REVISION, 2);
            write.record(List.of(digest(2)));
            assertEquals(row(3), write.row(new Revision(3, 0)));
            assertNull(write.row(new Revision(2, 0)));
            assertEquals(List.of(row(3)), rowsFrom(write, 0));
            assertEquals(bytes("3.7.0"), write.get(Table.CLUSTER, bytes("version")));
            assertEquals(2, write.counter(Counter.COMPACT_REVISION));
            assertEquals(digest(2), write.digest());
            assertEquals(List.of(digest(1), digest(2)), write.digests(0));
            assertEquals(new Applied(1, 1), write.applied());
            write.commit(new Applied(2, 1));
        }
        try (ReadTx view = backend.read()) {
            assertEquals(List.of(row(3)), rowsFrom(view, 0));
            assertEquals(List.of(digest(1), digest(2)), view.digests(0));
        }
    }

    @Test
    void whatIsNotCommittedIsRolledBack() {
        commitRow(1, 2);
        try (WriteTx write = backend.begin()) {
            write.put(row(3));
            write.remove(List.of(new Revision(2, 0)));
            write.put(Table.MEMBER, bytes("m"), bytes("v"));
            write.set(Counter.REVISION, 3);
            write.record(List.of(digest(2)));
        }
        try (ReadTx view = backend.read()) {
            assertEquals(List.of(row(2)), rowsFrom(view, 0));
            assertNull(view.get(Table.MEMBER, bytes("m")));
            assertEquals(2, view.counter(Counter.REVISION));
            assertEquals(digest(1), view.digest());
            assertEquals(new Applied(1, 1), view.applied());
        }
        commitRow(2, 3);
        try (ReadTx view = backend.read()) {
            assertEquals(List.of(row(2), row(3)), rowsFrom(view, 0));
        }
    }

    @Test
    void aViewStaysAsItWasWhenItBegan() {
        commitRow(1, 2);
        try (ReadTx before = backend.read()) {
            commitRow(2, 3);
            try (WriteTx write = backend.begin()) {
                write.remove(List.of(new Revision(2, 0)));
                write.put(Table.MEMBER, bytes("m"), bytes("v"));
                write.commitUnchanged();
            }
            assertEquals(new Applied(1, 1), before.applied());
            assertEquals(2, before.counter(Counter.REVISION));
            assertEquals(List.of(row(2)), rowsFrom(before, 0));
            assertEquals(row(2), before.row(new Revision(2, 0)));
            assertNull(before.get(Table.MEMBER, bytes("m")));
            assertEquals(List.of(digest(1)), before.digests(0));
        }
        try (ReadTx after = backend.read()) {
            assertEquals(List.of(row(3)), rowsFrom(after, 0));
        }
    }

    @Test
    void anOpenTransactionIsSeenByNoView() {
        try (WriteTx write = backend.begin()) {
            write.put(row(2));
            try (ReadTx view = backend.read()) {
                assertEquals(List.of(), rowsFrom(view, 0));
            }
            write.commit(new Applied(1, 1));
        }
    }

    @Test
    void onlyOneTransactionWrites() {
        try (WriteTx write = backend.begin()) {
            assertThrows(IllegalStateException.class, backend::begin);
            write.put(row(2));
            write.commit(new Applied(1, 1));
        }
        commitRow(2, 3);
        assertEquals(List.of(row(2), row(3)), allRows());
    }

    @Test
    void anEntryMustRaiseTheAppliedIndex() {
        commitRow(7, 2);
        for (long index : new long[] {7, 6, 0}) {
            try (WriteTx write = backend.begin()) {
                write.put(row(3));
                assertThrows(IllegalStateException.class, () -> write.commit(new Applied(index, 9)));
            }
        }
        assertEquals(List.of(row(2)), allRows());
        try (ReadTx view = backend.read()) {
            assertEquals(new Applied(7, 1), view.applied());
        }
    }

    @Test
    void maintenanceKeepsTheAppliedIndex() {
        commitRow(7, 2);
        try (WriteTx write = backend.begin()) {
            write.remove(List.of(new Revision(2, 0), new Revision(9, 9)));
            write.set(Counter.COMPACT_REVISION, 2);
            write.commitUnchanged();
        }
        try (ReadTx view = backend.read()) {
            assertEquals(new Applied(7, 1), view.applied());
            assertEquals(2, view.counter(Counter.COMPACT_REVISION));
            assertEquals(2, view.counter(Counter.REVISION));
            assertEquals(List.of(), rowsFrom(view, 0));
        }
    }

    @Test
    void aTransactionEndsOnce() {
        WriteTx write = backend.begin();
        write.put(row(2));
        write.commit(new Applied(1, 1));
        assertThrows(IllegalStateException.class, () -> write.commit(new Applied(2, 1)));
        assertThrows(IllegalStateException.class, write::commitUnchanged);
        assertThrows(IllegalStateException.class, () -> write.put(row(3)));
        assertThrows(IllegalStateException.class, write::applied);
        write.close();
        write.close();
        ReadTx view = backend.read();
        view.close();
        view.close();
        assertThrows(IllegalStateException.class, view::applied);
        assertEquals(List.of(row(2)), allRows());
    }

    @Test
    void aRevisionIsWrittenOnce() {
        commitRow(1, 2);
        try (WriteTx write = backend.begin()) {
            assertThrows(IllegalStateException.class, () -> write.put(row(2)));
        }
        assertEquals(List.of(row(2)), allRows());
        commitRow(2, 3);
    }

    @Test
    void rowsAreFoundInTheOrderAskedForAndNullWhereMissing() {
        try (WriteTx write = backend.begin()) {
            for (int revision = 2; revision < 402; revision += 2) {
                write.put(row(revision));
            }
            write.commit(new Applied(1, 1));
        }
        List<Revision> asked = new ArrayList<>();
        List<KeyRow> expected = new ArrayList<>();
        for (int revision = 401; revision > 0; revision--) {
            asked.add(new Revision(revision, 0));
            expected.add(revision % 2 == 0 ? row(revision) : null);
        }
        asked.add(asked.get(1));
        expected.add(expected.get(1));
        asked.add(new Revision(2, 1));
        expected.add(null);
        asked.add(Revision.END);
        expected.add(null);
        try (ReadTx view = backend.read()) {
            assertEquals(expected, view.rows(asked));
            assertEquals(Arrays.asList(null, row(2)), view.rows(List.of(new Revision(3, 0), new Revision(2, 0))));
            assertEquals(List.of(), view.rows(List.of()));
            assertNull(view.row(new Revision(3, 0)));
            assertNull(view.row(Revision.END));
        }
    }

    @Test
    void aScanGoesPageByPageInRevisionOrder() {
        List<KeyRow> written = new ArrayList<>();
        try (WriteTx write = backend.begin()) {
            for (int main = 2; main < 30; main++) {
                for (int sub = 0; sub < main % 4 + 1; sub++) {
                    written.add(KeyRow.put(new Revision(main, sub), bytes("k" + sub), main, 1, 0, bytes("v" + main)));
                }
            }
            written.reversed().forEach(write::put);
            write.commit(new Applied(1, 1));
        }
        try (ReadTx view = backend.read()) {
            List<KeyRow> found = new ArrayList<>();
            Revision from = new Revision(0, 0);
            for (List<KeyRow> page = view.scan(from, Revision.END, 7, ReadTx.Content.VALUES); !page.isEmpty(); ) {
                assertTrue(page.size() <= 7);
                found.addAll(page);
                Revision last = page.getLast().revision();
                page = view.scan(new Revision(last.main(), last.sub() + 1), Revision.END, 7, ReadTx.Content.VALUES);
            }
            assertEquals(written, found);
            List<KeyRow> middle = view.scan(new Revision(5, 1), new Revision(7, 1), 100, ReadTx.Content.VALUES);
            assertEquals(
                    List.of("5/1", "6/0", "6/1", "6/2", "7/0"),
                    middle.stream().map(row -> row.revision().toString()).toList());
            assertThrows(IllegalArgumentException.class, () -> view.scan(from, Revision.END, 0, ReadTx.Content.HEADS));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> view.scan(from, Revision.END, 100_001, ReadTx.Content.HEADS));
        }
    }

    @Test
    void aScanOfHeadsLeavesValuesOut() {
        KeyRow row = KeyRow.put(new Revision(2, 0), bytes("k"), 2, 1, 5, bytes("value"));
        try (WriteTx write = backend.begin()) {
            write.put(row);
            write.commit(new Applied(1, 1));
        }
        try (ReadTx view = backend.read()) {
            KeyRow head = KeyRow.put(row.revision(), row.key(), 2, 1, 5, ByteString.EMPTY);
            assertEquals(List.of(head), view.scan(new Revision(0, 0), Revision.END, 10, ReadTx.Content.HEADS));
        }
    }

    @Test
    void largeValuesAndAllBytesSurvive() {
        byte[] large = new byte[5 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 + (i >> 11));
        }
        byte[] all = new byte[256];
        IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
        KeyRow first = KeyRow.put(new Revision(2, 0), ByteString.copyFrom(all), 2, 1, -1, ByteString.copyFrom(large));
        KeyRow second = KeyRow.put(new Revision(2, 1), bytes("empty"), 2, 1, Long.MIN_VALUE, ByteString.EMPTY);
        try (WriteTx write = backend.begin()) {
            write.put(first);
            write.put(second);
            write.put(Table.CLUSTER, ByteString.copyFrom(all), ByteString.copyFrom(large));
            write.commit(new Applied(1, 1));
        }
        if (keeps()) {
            reopen();
        }
        assertEquals(List.of(first, second), allRows());
        try (ReadTx view = backend.read()) {
            assertEquals(ByteString.copyFrom(large), view.get(Table.CLUSTER, ByteString.copyFrom(all)));
        }
    }

    @Test
    void smallTablesAreOrderedMapsApartFromEachOther() {
        ByteString high = ByteString.copyFrom(new byte[] {(byte) 0xff});
        try (WriteTx write = backend.begin()) {
            write.put(Table.MEMBER, high, bytes("3"));
            write.put(Table.MEMBER, bytes("b"), bytes("old"));
            write.put(Table.MEMBER, bytes("b"), bytes("2"));
            write.put(Table.MEMBER, bytes("a"), bytes("1"));
            write.put(Table.MEMBER, bytes("x"), bytes("gone"));
            write.delete(Table.MEMBER, bytes("x"));
            write.delete(Table.MEMBER, bytes("never"));
            write.put(Table.MEMBER_REMOVED, bytes("a"), ByteString.EMPTY);
            write.commit(new Applied(1, 1));
        }
        try (ReadTx view = backend.read()) {
            assertEquals(List.of(bytes("a"), bytes("b"), high), List.copyOf(view.all(Table.MEMBER).keySet()));
            assertEquals(List.of(bytes("1"), bytes("2"), bytes("3")), List.copyOf(view.all(Table.MEMBER).values()));
            assertEquals(ByteString.EMPTY, view.get(Table.MEMBER_REMOVED, bytes("a")));
            assertNull(view.get(Table.MEMBER, bytes("x")));
            assertNull(view.get(Table.CLUSTER, bytes("a")));
        }
    }

    @Test
    void digestsComeInOrderAndNotBeyondTheEntry() {
        commitRow(5, 2);
        try (WriteTx write = backend.begin()) {
            assertThrows(IllegalStateException.class, () -> write.record(List.of(digest(5))));
            assertThrows(IllegalStateException.class, () -> write.record(List.of(digest(7), digest(6))));
        }
        try (WriteTx write = backend.begin()) {
            write.record(List.of(digest(8)));
            assertThrows(IllegalStateException.class, () -> write.commit(new Applied(7, 1)));
        }
        try (ReadTx view = backend.read()) {
            assertEquals(List.of(digest(5)), view.digests(0));
        }
    }

    @Test
    void theLast4096DigestsAreKept() {
        long index = 0;
        while (index < 10_000) {
            List<EntryDigest> batch = new ArrayList<>();
            for (int i = 0; i < 23; i++) {
                batch.add(digest(++index));
            }
            try (WriteTx write = backend.begin()) {
                write.record(batch);
                write.commit(new Applied(index, 1));
            }
        }
        long last = index;
        try (ReadTx view = backend.read()) {
            List<EntryDigest> kept = view.digests(0);
            assertEquals(digest(last), view.digest());
            assertEquals(digest(last), kept.getLast());
            assertTrue(kept.getFirst().index() <= last - 4_095);
            assertEquals(4_096, view.digests(last - 4_095).size());
            assertTrue(kept.size() < 6_000, "digests are kept without end: " + kept.size());
        }
    }

    @Test
    void theLastCommitIsThereAfterReopening() {
        assumeTrue(keeps(), "a store that keeps nothing");
        commitRow(1, 2);
        commitRow(2, 3);
        try (WriteTx write = backend.begin()) {
            write.put(row(4));
        }
        reopen();
        assertEquals(List.of(row(2), row(3)), allRows());
        try (ReadTx view = backend.read()) {
            assertEquals(new Applied(2, 1), view.applied());
            assertEquals(3, view.counter(Counter.REVISION));
            assertEquals(List.of(digest(1), digest(2)), view.digests(0));
        }
        commitRow(3, 4);
        assertEquals(List.of(row(2), row(3), row(4)), allRows());
    }

    @Test
    void whatIsDurableCoversEveryEarlierCommit() {
        for (int i = 1; i < 20; i++) {
            commitRow(i, i + 1);
            assertEquals(durable(i), backend.makeDurable());
        }
        try (WriteTx write = backend.begin()) {
            write.put(row(100));
            assertEquals(durable(19), backend.makeDurable());
            write.commit(new Applied(20, 1));
        }
        assertEquals(durable(20), backend.makeDurable());
    }

    /** What is durable where all up to an index is committed. */
    private Applied durable(long index) {
        return keeps() ? new Applied(index, 1) : Applied.NONE;
    }

    @Test
    void aStoreThatKeepsNothingIsNewWhenItIsOpenedAgain() {
        assumeFalse(keeps(), "a store that keeps what was committed");
        commitRow(1, 2);
        reopen();
        assertEmpty();
        commitRow(1, 2);
        assertEquals(List.of(row(2)), allRows());
    }

    @Test
    void theSizeGrowsWithWhatIsStored() {
        Backend.Size before = backend.size();
        ByteString value = ByteString.copyFrom(new byte[100_000]);
        for (int i = 1; i <= 20; i++) {
            try (WriteTx write = backend.begin()) {
                write.put(KeyRow.put(new Revision(i, 0), bytes("k"), 1, i, 0, value));
                write.commit(new Applied(i, 1));
            }
        }
        Backend.Size after = backend.size();
        assertTrue(after.inUseBytes() >= before.inUseBytes() + 20 * 100_000, before + " " + after);
        assertTrue(after.fileBytes() >= before.fileBytes() + 20 * 100_000, before + " " + after);
    }

    @Test
    void spaceThatIsFreeIsGivenBackStepByStep() {
        commitLargeRows(100);
        long full = backend.size().fileBytes();
        removeRows(2, 95);
        backend.shrink();
        Backend.Size freed = backend.size();
        assertTrue(freed.freeBytes() >= 85 * 10_000, "removed rows leave free space: " + freed);

        long given = 0;
        int steps = 0;
        for (long step = backend.reclaim(20_000); step > 0; step = backend.reclaim(20_000)) {
            assertTrue(step < 30_000, "a step gives back what it is asked for: " + step);
            given += step;
            steps++;
        }
        assertTrue(steps > 10, "in several steps: " + steps);
        assertTrue(given >= freed.freeBytes() - 20_000, given + " of " + freed);
        backend.shrink();
        Backend.Size after = backend.size();
        assertTrue(after.fileBytes() <= full - 85 * 10_000, "from " + full + " to " + after);
        assertTrue(after.freeBytes() < 20_000, after.toString());
        try (ReadTx view = backend.read()) {
            assertEquals(7, rowsFrom(view, 0).size());
            assertEquals(new Applied(100, 1), view.applied());
        }
    }

    @Test
    void aViewStaysAsItIsWhileSpaceIsGivenBack() {
        commitLargeRows(30);
        try (ReadTx view = backend.read()) {
            removeRows(1, 25);
            long given = 0;
            for (long step = backend.reclaim(1 << 20); step > 0; step = backend.reclaim(1 << 20)) {
                given += step;
            }
            assertTrue(given > 20 * 10_000, "given back " + given);
            backend.shrink();
            assertEquals(30, rowsFrom(view, 0).size());
        }
        if (keeps()) {
            reopen();
        }
        try (ReadTx view = backend.read()) {
            assertEquals(6, rowsFrom(view, 0).size());
        }
    }

    @Test
    void aFullStoreHasNothingToGiveBack() {
        commitLargeRows(3);
        assertEquals(0, backend.reclaim(Long.MAX_VALUE));
        try (WriteTx write = backend.begin()) {
            assertThrows(IllegalStateException.class, () -> backend.reclaim(1));
            write.put(row(100));
            write.commit(new Applied(4, 1));
        }
        assertEquals(0, backend.reclaim(Long.MAX_VALUE));
    }

    private void commitLargeRows(int count) {
        ByteString value = ByteString.copyFrom(new byte[10_000]);
        for (int i = 1; i <= count; i++) {
            try (WriteTx write = backend.begin()) {
                write.put(KeyRow.put(new Revision(i, 0), bytes("k"), 1, i, 0, value));
                write.commit(new Applied(i, 1));
            }
        }
    }

    private void removeRows(int from, int to) {
        try (WriteTx write = backend.begin()) {
            write.remove(IntStream.range(from, to).mapToObj(i -> new Revision(i, 0)).toList());
            write.commitUnchanged();
        }
    }

    @Test
    void viewsOfManyThreadsAreWholeWhileOneWrites() throws Exception {
        int commits = 300;
        CountDownLatch reading = new CountDownLatch(MAX_VIEWS);
        try (ExecutorService readers = Executors.newFixedThreadPool(MAX_VIEWS)) {
            List<Future<Long>> done = new ArrayList<>();
            for (int i = 0; i < MAX_VIEWS; i++) {
                done.add(readers.submit(() -> readUntil(commits, reading)));
            }
            reading.await();
            for (int i = 1; i <= commits; i++) {
                commitRow(i, i + 1);
                if (i % 50 == 0) {
                    assertEquals(durable(i), backend.makeDurable());
                }
            }
            for (Future<Long> one : done) {
                assertEquals(commits, one.get());
            }
        }
    }

    /** Takes views until one shows the last commit; each must be of one commit, and none older than the one before. */
    private long readUntil(long last, CountDownLatch reading) {
        long seen = 0;
        while (seen < last) {
            try (ReadTx view = backend.read()) {
                long applied = view.applied().index();
                assertTrue(applied >= seen, "went back from " + seen + " to " + applied);
                assertEquals(applied + 1, view.counter(Counter.REVISION));
                assertEquals(applied, rowsFrom(view, 0).size());
                assertEquals(applied, view.digest().index());
                seen = applied;
            }
            reading.countDown();
        }
        return seen;
    }

    @Test
    void moreViewsThanAllowedWaitForOneToEnd() throws Exception {
        List<ReadTx> views = new ArrayList<>();
        for (int i = 0; i < MAX_VIEWS; i++) {
            views.add(backend.read());
        }
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Applied> waiting = other.submit(() -> {
                try (ReadTx view = backend.read()) {
                    return view.applied();
                }
            });
            commitRow(1, 2);
            assertFalse(waiting.isDone());
            views.getFirst().close();
            assertEquals(new Applied(1, 1), waiting.get());
        }
        views.forEach(ReadTx::close);
    }

    @Test
    void aClosedStoreIsNotUsedAnyMore() {
        commitRow(1, 2);
        backend.close();
        backend.close();
        assertThrows(IllegalStateException.class, backend::begin);
        assertThrows(IllegalStateException.class, backend::read);
        assertThrows(IllegalStateException.class, backend::makeDurable);
        reopen();
        assertEquals(keeps() ? List.of(row(2)) : List.of(), allRows());
    }

    private void reopen() {
        backend.close();
        backend = provider.open(new BackendProvider.Options(folder, MAX_VIEWS));
    }

    private void commitRow(long index, long revision) {
        try (WriteTx write = backend.begin()) {
            write.put(row(revision));
            write.set(Counter.REVISION, revision);
            write.record(List.of(digest(index)));
            write.commit(new Applied(index, 1));
        }
    }

    private List<KeyRow> allRows() {
        try (ReadTx view = backend.read()) {
            return rowsFrom(view, 0);
        }
    }

    private static List<KeyRow> rowsFrom(ReadTx view, long main) {
        return view.scan(new Revision(main, 0), Revision.END, 100_000, ReadTx.Content.VALUES);
    }

    private static KeyRow row(long revision) {
        ByteString value = bytes("value" + revision);
        return KeyRow.put(new Revision(revision, 0), bytes("key" + revision), revision, 1, 0, value);
    }

    private static EntryDigest digest(long index) {
        return new EntryDigest(index, index * 31, index * 37, index * 41, -index);
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
