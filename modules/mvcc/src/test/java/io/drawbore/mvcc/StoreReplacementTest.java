package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.bytes;
import static io.drawbore.mvcc.Store.everything;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Readers while the store is replaced, again and again, by a later state of the same history, of which more is
 * compacted. Every key is changed over and over, and its value is the revision of the change.
 */
class StoreReplacementTest {
    private static final int KEYS = 40;
    private static final int REPLACEMENTS = 150;
    private static final int AHEAD = 30;

    private final Store store = new Store(0);
    private final List<KeyRow> history = new ArrayList<>();
    private final AtomicBoolean replacing = new AtomicBoolean(true);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** The key that each revision changes goes round. */
    private void goOn(int changes) {
        for (int i = 0; i < changes; i++) {
            long main = history.size() + 2L;
            long round = (main - 2) / KEYS;
            long slot = (main - 2) % KEYS;
            history.add(KeyRow.put(
                    new Revision(main, 0), bytes("k" + slot), 2 + slot, round + 1, 0, bytes(Long.toString(main))));
        }
    }

    private void replace(long compacted) {
        replace(compacted, () -> {});
    }

    private void replace(long compacted, Runnable committed) {
        long newest = history.getLast().revision().main();
        try (WriteTx tx = store.backend.begin();
                NextKeyspace next = store.keyspace.next()) {
            tx.clear();
            for (KeyRow row : history) {
                long main = row.revision().main();
                if (main > compacted || main + KEYS > compacted) {
                    tx.put(row);
                    next.add(row);
                }
            }
            tx.set(Counter.REVISION, newest);
            tx.set(Counter.COMPACT_REVISION, compacted);
            tx.set(Counter.FINISHED_COMPACT_REVISION, compacted);
            next.begin(compacted);
            // takes as long as readers need to come by
            store.rows();
            tx.commit(new Applied(tx.applied().index() + 1, 1));
            store.rows();
            committed.run();
            next.publish(newest, compacted, compacted);
        }
    }

    @Test
    void whoReadsChangesWhileTheStoreIsReplacedCanTellThatTheyAreGone() {
        goOn(KEYS);
        replace(0);
        goOn(AHEAD);
        replace(KEYS + AHEAD, () -> {
            assertTrue(store.keyspace.changes(2, 1_000, 1 << 20).size() < KEYS);
            assertEquals(KEYS + AHEAD, store.keyspace.compactRevision());
        });
    }

    @Test
    void everyAnswerIsOfOneStoreOrCompacted() throws InterruptedException {
        goOn(KEYS);
        replace(0);
        List<Thread> readers = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            readers.add(Thread.ofPlatform().start(() -> untilFailure(random)));
        }
        for (int i = 0; i < REPLACEMENTS; i++) {
            goOn(AHEAD);
            replace(history.getLast().revision().main() - AHEAD / 2);
        }
        replacing.set(false);
        for (Thread reader : readers) {
            reader.join();
        }
        assertNull(failure.get(), () -> "a reader failed: " + failure.get());
        assertEquals(KEYS, store.keyspace.keys());
        assertEquals(store.keyspace.hash(0), Keyspace.load(store.backend).hash(0));
    }

    private void untilFailure(SplittableRandom random) {
        try {
            while (replacing.get()) {
                read(random);
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void read(SplittableRandom random) {
        Keyspace keyspace = store.keyspace;
        long newest = keyspace.revision();
        try {
            switch (random.nextInt(3)) {
                case 0 -> whole(keyspace.range(everything().build()));
                case 1 -> whole(keyspace.range(everything().setRevision(newest).build()));
                default -> changes(keyspace, newest - random.nextInt(AHEAD / 2));
            }
        } catch (EtcdException e) {
            assertEquals(EtcdError.COMPACTED.text(), e.text());
        }
    }

    private static void whole(RangeResponse answer) {
        assertEquals(KEYS, answer.getKvsCount());
        answer.getKvsList().forEach(kv ->
                assertEquals(Long.toString(kv.getModRevision()), kv.getValue().toStringUtf8()));
        long newest = answer.getKvsList().stream().mapToLong(kv -> kv.getModRevision()).max().orElseThrow();
        assertTrue(answer.getKvsList().stream().allMatch(kv -> kv.getModRevision() > newest - KEYS));
    }

    /** None is missing, unless what is asked for is compacted afterwards. */
    private static void changes(Keyspace keyspace, long from) {
        List<KeyRow> rows = keyspace.changes(Math.max(2, from), 1_000, 1 << 20);
        if (keyspace.compactRevision() > from) {
            return;
        }
        long expected = Math.max(2, from);
        for (KeyRow row : rows) {
            assertEquals(expected, row.revision().main());
            expected++;
        }
    }
}
