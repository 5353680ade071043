package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.bytes;
import static io.drawbore.mvcc.Store.delete;
import static io.drawbore.mvcc.Store.everything;
import static io.drawbore.mvcc.Store.put;
import static io.drawbore.mvcc.Store.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ValueCacheTest {
    private static KeyValue value(long revision, int size) {
        return KeyValue.newBuilder()
                .setKey(bytes("k" + revision))
                .setValue(bytes("x".repeat(size)))
                .setModRevision(revision)
                .build();
    }

    private static long packed(long revision) {
        return revision << 22;
    }

    @Test
    void whatWasPutIsFoundUntilRoomIsNeeded() {
        ValueCache cache = new ValueCache(1 << 20);
        KeyValue one = value(2, 10);
        cache.put(packed(2), one);
        assertSame(one, cache.get(packed(2)));
        assertNull(cache.get(packed(3)));
        assertEquals(new CacheUse(1, 1, ValueCache.OVERHEAD_BYTES + 12, 1 << 20), cache.use());
    }

    @Test
    void aBudgetOfNothingKeepsNothing() {
        ValueCache cache = new ValueCache(0);
        cache.put(packed(2), value(2, 10));
        assertNull(cache.get(packed(2)));
        assertEquals(0, cache.use().bytes());
    }

    @Test
    void aValueThatWouldPushOutManyIsNotKept() {
        ValueCache cache = new ValueCache(80_000);
        cache.put(packed(2), value(2, 10_000));
        assertNull(cache.get(packed(2)));
    }

    @Test
    void whatIsAskedForStaysWhileTheRestPassesThrough() {
        ValueCache cache = new ValueCache(100_000);
        for (int hot = 1; hot <= 20; hot++) {
            cache.put(packed(hot), value(hot, 100));
        }
        int kept = 0;
        for (int cold = 100; cold < 5_000; cold++) {
            cache.put(packed(cold), value(cold, 100));
            kept = 0;
            for (int hot = 1; hot <= 20; hot++) {
                kept += cache.get(packed(hot)) == null ? 0 : 1;
            }
            assertTrue(cache.use().bytes() <= 100_000, "holds " + cache.use().bytes());
        }
        // a full set of four may lose one that is asked for
        assertTrue(kept >= 15, "kept " + kept);
    }

    @Test
    void theBudgetHoldsWhateverSizesComeAndHowManyThreadsBringThem() throws InterruptedException {
        int threads = 4;
        int largest = 5_000;
        ValueCache cache = new ValueCache(200_000);
        AtomicLong most = new AtomicLong();
        List<Thread> workers = new ArrayList<>();
        for (int worker = 0; worker < threads; worker++) {
            SplittableRandom random = new SplittableRandom(worker);
            workers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    long revision = 2 + random.nextInt(2_000);
                    KeyValue found = cache.get(packed(revision));
                    if (found == null) {
                        cache.put(packed(revision), value(revision, random.nextInt(largest)));
                    } else {
                        assertEquals(revision, found.getModRevision());
                    }
                    most.accumulateAndGet(cache.use().bytes(), Math::max);
                }
            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        long overshoot = (long) threads * (largest + ValueCache.OVERHEAD_BYTES + 8);
        assertTrue(most.get() <= 200_000 + overshoot, "held " + most.get());
        assertTrue(cache.use().bytes() <= 200_000);
        assertTrue(cache.use().bytes() >= 0);
    }

    @Test
    void whatWasWrittenIsReadWithoutTheStore() {
        Store store = new Store();
        store.apply(put("a", "1"));
        store.apply(put("b", "1"));
        store.apply(put("a", "2"));
        store.backend.views.set(0);

        assertEquals(2, store.read(everything()).getKvsCount());
        assertEquals("2", store.read(range("a")).getKvs(0).getValue().toStringUtf8());
        assertEquals("1", store.apply(put("b", "2").setPrevKv(true)).getPrevKv().getValue().toStringUtf8());
        store.apply(delete("b").setPrevKv(true));
        assertEquals(2, store.read(everything().setCountOnly(true).setRevision(3)).getCount());
        assertEquals(2, store.read(everything().setKeysOnly(true).setRevision(4)).getKvsCount());
        store.keyspace.txn(TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(bytes("a"))
                        .setTarget(Compare.CompareTarget.VALUE)
                        .setValue(bytes("2")))
                .build());
        assertEquals(0, store.backend.views.get());
    }

    @Test
    void aReadOfTheNewestFillsTheCacheAndAReadOfHistoryDoesNot() {
        Store store = new Store();
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));
        store.reload();

        assertEquals("1", store.read(range("a").setRevision(2)).getKvs(0).getValue().toStringUtf8());
        assertEquals(0, store.keyspace.cacheUse().bytes());
        KeyValue first = store.read(range("a")).getKvs(0);
        store.backend.views.set(0);
        assertSame(first, store.read(range("a")).getKvs(0), "shared, not copied");
        assertEquals(0, store.backend.views.get());
        KeyRow next = KeyRow.tombstone(new Revision(3, 0), bytes("a"));
        assertNotNull(store.keyspace.before(List.of(next)).getFirst());
        assertEquals(1, store.backend.views.get());
    }
}
