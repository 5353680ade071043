package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.bytes;
import static io.drawbore.mvcc.Store.delete;
import static io.drawbore.mvcc.Store.everything;
import static io.drawbore.mvcc.Store.put;
import static io.drawbore.mvcc.Store.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortOrder;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortTarget;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories against a model that keeps everything. Compactions come at random, and removal goes on a few rows at
 * a time between the writes; the store is opened anew now and then. The seed is in the test's name.
 */
class KeyspaceModelTest {
    private Store store = new Store();
    private final Model model = new Model();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aFewKeysWithLongHistories(long seed) {
        // no cache, one that keeps a few values, one for all
        store = new Store(seed % 3 == 0 ? 0 : seed % 3 == 1 ? 4_000 : 1 << 20);
        run(new SplittableRandom(seed), 12, 400);
    }

    /** Enough for an index of several levels, with leaves that split and join. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void manyKeysWithShortHistories(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 40; round++) {
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (int i = 0; i < 100; i++) {
                txn.addSuccess(RequestOp.newBuilder().setRequestPut(put(key(random, 9_000), "v" + round)));
            }
            store.apply(txn);
            model.apply(store.lastChanges);
            if (round % 4 == 3) {
                step(random, 9_000, round);
                store.compact(model.revision());
                model.compact(model.revision());
                while (store.slice(1_000)) {
                    // on to the end
                }
                check(random, 9_000);
            }
        }
    }

    private void run(SplittableRandom random, int keys, int steps) {
        for (int step = 0; step < steps; step++) {
            step(random, keys, step);
            if (step % 40 == 0) {
                check(random, keys);
            }
        }
        while (store.keyspace.compactionDue()) {
            store.slice(2);
        }
        assertEquals(model.rowsLeft(), store.rows());
        check(random, keys);
        store.reload();
        check(random, keys);
    }

    private void step(SplittableRandom random, int keys, int step) {
        store.lastChanges = List.of();
        switch (random.nextInt(12)) {
            case 0, 1 -> store.apply(delete(key(random, keys)).setRangeEnd(bytes(key(random, keys))));
            case 2 -> store.apply(delete(key(random, keys)));
            case 3 -> putTwo(key(random, keys));
            case 4 -> compact(random);
            case 5, 6 -> slice(random);
            case 7 -> reload(random);
            default -> store.apply(put(key(random, keys), "v" + step));
        }
        model.apply(store.lastChanges);
    }

    private void putTwo(String key) {
        store.apply(TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(key, "1")))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(key + "+", "2"))));
    }

    private void compact(SplittableRandom random) {
        long to = random.nextLong(model.compacted(), model.revision() + 2);
        if (to > model.revision()) {
            assertEquals(EtcdError.FUTURE_REV.text(), refusal(to));
        } else if (to <= model.compacted() && model.compacted() > 0) {
            assertEquals(EtcdError.COMPACTED.text(), refusal(to));
        } else {
            store.compact(to);
            model.compact(to);
        }
    }

    private String refusal(long to) {
        return assertThrows(EtcdException.class, () -> store.compact(to)).text();
    }

    private void slice(SplittableRandom random) {
        store.slice(1 + random.nextInt(5));
    }

    private void reload(SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            store.reload();
        }
    }

    private void check(SplittableRandom random, int keys) {
        for (long at = Math.max(1, model.compacted()); at <= model.revision(); at++) {
            assertEquals(
                    model.range(everything().setRevision(at).build()),
                    store.read(everything().setRevision(at)),
                    "revision " + at);
            assertEquals(model.hash(at), store.keyspace.hash(at).getHash(), "hash at " + at);
            RangeRequest.Builder request = options(random, keys).setRevision(random.nextInt(3) == 0 ? 0 : at);
            assertEquals(model.range(request.build()), store.read(request), () -> "answer to " + request);
            RangeRequest inParts = inParts(request.build());
            assertEquals(model.range(inParts), merged(inParts), () -> "parts of " + inParts);
        }
    }

    /** The same range without what cannot be given in parts. */
    private static RangeRequest inParts(RangeRequest request) {
        return request.toBuilder()
                .clearSortOrder()
                .clearSortTarget()
                .clearMinModRevision()
                .clearMaxCreateRevision()
                .build();
    }

    private RangeResponse merged(RangeRequest request) {
        RangeChunks chunks = store.keyspace.chunks(request, 50);
        RangeResponse.Builder all = RangeResponse.newBuilder();
        for (RangeResponse part = chunks.next(); part != null; part = chunks.next()) {
            all.mergeFrom(part);
        }
        return all.build();
    }

    private static RangeRequest.Builder options(SplittableRandom random, int keys) {
        RangeRequest.Builder request = range(key(random, keys));
        switch (random.nextInt(4)) {
            case 0 -> {}
            case 1 -> request.setRangeEnd(bytes("\0"));
            default -> request.setRangeEnd(bytes(key(random, keys)));
        }
        request.setLimit(random.nextInt(3) == 0 ? random.nextInt(-1, 8) : 0);
        request.setCountOnly(random.nextInt(6) == 0);
        request.setKeysOnly(random.nextInt(4) == 0);
        if (random.nextInt(3) == 0) {
            request.setSortOrder(SortOrder.forNumber(random.nextInt(3)))
                    .setSortTarget(SortTarget.forNumber(random.nextInt(5)));
        }
        if (random.nextInt(3) == 0) {
            request.setMinModRevision(random.nextInt(60)).setMaxCreateRevision(random.nextInt(90));
        }
        return request;
    }

    private static String key(SplittableRandom random, int keys) {
        return "k" + random.nextInt(keys);
    }
}
