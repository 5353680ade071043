package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.bytes;
import static io.drawbore.mvcc.Store.delete;
import static io.drawbore.mvcc.Store.everything;
import static io.drawbore.mvcc.Store.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.KeyRow;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Readers at many revisions while keys change, come and go, and their history is removed. At every revision from the
 * first whole one on, there are exactly so many keys: whoever reads fewer has met what removal left.
 */
class CompactionRaceTest {
    private static final int KEYS = 200;
    private static final int WRITES = 2_500;

    private final AtomicBoolean writing = new AtomicBoolean(true);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @ParameterizedTest(name = "cache of {0} bytes")
    @ValueSource(longs = {0, 20_000, 1 << 20})
    void everyAnswerIsWholeOrCompacted(long cacheBytes) throws InterruptedException {
        Store store = new Store(cacheBytes);
        TxnRequest.Builder fill = TxnRequest.newBuilder();
        for (int i = 0; i < KEYS; i++) {
            fill.addSuccess(RequestOp.newBuilder().setRequestPut(put(key(i, 0), "2")));
        }
        store.apply(fill);

        List<Thread> readers = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            readers.add(Thread.ofPlatform().start(() -> untilFailure(() -> read(store, random))));
        }
        write(store, new SplittableRandom(9));
        writing.set(false);
        for (Thread reader : readers) {
            reader.join();
        }
        assertNull(failure.get(), () -> "a reader failed: " + failure.get());
    }

    private void untilFailure(Runnable work) {
        try {
            while (writing.get()) {
                work.run();
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Each write is one revision, and its values tell which. */
    private static void write(Store store, SplittableRandom random) {
        int[] life = new int[KEYS];
        for (int i = 0; i < WRITES; i++) {
            int slot = random.nextInt(KEYS);
            String value = "" + (store.keyspace.revision() + 1);
            if (random.nextInt(3) == 0) {
                String old = key(slot, life[slot]++);
                store.apply(TxnRequest.newBuilder()
                        .addSuccess(RequestOp.newBuilder().setRequestDeleteRange(delete(old)))
                        .addSuccess(RequestOp.newBuilder().setRequestPut(put(key(slot, life[slot]), value))));
            } else {
                store.apply(put(key(slot, life[slot]), value));
            }
            if (i % 50 == 49) {
                store.compact(store.keyspace.revision() - random.nextInt(20));
            }
            if (store.keyspace.compactionDue()) {
                store.slice(5);
            }
        }
    }

    private static String key(int slot, int life) {
        return String.format("k%03d-%d", slot, life);
    }

    private static void read(Store store, SplittableRandom random) {
        Keyspace keyspace = store.keyspace;
        // asked in this order the first is never the newer one
        long compacted = keyspace.compactRevision();
        long newest = keyspace.revision();
        long at = random.nextInt(4) == 0
                ? 0
                : Math.max(2, random.nextLong(Math.max(2, compacted - 5), newest + 1));
        try {
            switch (random.nextInt(5)) {
                case 0 -> whole(keyspace.range(request(at).build()), at);
                case 1 -> {
                    RangeResponse cut = keyspace.range(request(at).setLimit(10).build());
                    assertEquals(10, cut.getKvsCount());
                    assertEquals(KEYS, cut.getCount());
                }
                case 2 -> whole(stream(keyspace.chunks(request(at).build(), 1_000)), at);
                case 3 -> changes(keyspace, Math.max(2, newest - random.nextInt(40)), newest);
                default -> {
                    RangeRequest keysOnly = request(at).setKeysOnly(true).build();
                    assertEquals(KEYS, keyspace.range(keysOnly).getKvsCount());
                }
            }
        } catch (EtcdException e) {
            assertEquals(EtcdError.COMPACTED.text(), e.text());
        }
    }

    private static RangeRequest.Builder request(long at) {
        return everything().setRevision(at).setRangeEnd(bytes("\0"));
    }

    private static RangeResponse stream(RangeChunks chunks) {
        RangeResponse.Builder all = RangeResponse.newBuilder();
        for (RangeResponse part = chunks.next(); part != null; part = chunks.next()) {
            all.mergeFrom(part);
        }
        return all.build();
    }

    private static void whole(RangeResponse answer, long at) {
        assertEquals(KEYS, answer.getKvsCount());
        assertEquals(KEYS, answer.getCount());
        long upTo = at == 0 ? answer.getHeader().getRevision() : at;
        for (KeyValue kv : answer.getKvsList()) {
            assertTrue(kv.getModRevision() <= upTo);
            assertEquals("" + kv.getModRevision(), kv.getValue().toStringUtf8());
        }
    }

    private static void changes(Keyspace keyspace, long from, long newest) {
        List<KeyRow> rows = keyspace.changes(from, 1_000, 1 << 20);
        if (from < keyspace.compactRevision()) {
            return;
        }
        long expected = from;
        for (KeyRow row : rows) {
            long main = row.revision().main();
            assertTrue(main == expected || main == expected - 1, "a change is missing before " + main);
            expected = main + 1;
        }
        assertTrue(expected > newest);
    }
}
