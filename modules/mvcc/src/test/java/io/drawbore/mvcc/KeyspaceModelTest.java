package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.bytes;
import static io.drawbore.mvcc.Store.delete;
import static io.drawbore.mvcc.Store.everything;
import static io.drawbore.mvcc.Store.put;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories against a model that keeps a whole map a revision. The seed is in the test's name. */
class KeyspaceModelTest {
    private final Store store = new Store();
    private final List<TreeMap<String, KeyValue>> states = new ArrayList<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyRevisionAnswersAsTheModel(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        states.add(new TreeMap<>());
        states.add(new TreeMap<>());
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(10)) {
                case 0, 1 -> deleteSome(random);
                case 2 -> putTwo(random);
                case 3 -> store.reload();
                default -> {
                    String key = key(random);
                    TreeMap<String, KeyValue> next = next();
                    store.apply(put(key, "v" + step));
                    modelPut(next, key, "v" + step);
                    states.add(next);
                }
            }
        }
        for (int revision = 1; revision < states.size(); revision++) {
            assertEquals(
                    List.copyOf(states.get(revision).values()),
                    store.read(everything().setRevision(revision)).getKvsList(),
                    "revision " + revision);
        }
    }

    private void deleteSome(SplittableRandom random) {
        String from = key(random);
        String to = key(random);
        TreeMap<String, KeyValue> next = next();
        boolean any = from.compareTo(to) < 0 && !next.subMap(from, to).isEmpty();
        if (any) {
            next.subMap(from, to).clear();
            states.add(next);
        }
        store.apply(delete(from).setRangeEnd(bytes(to)));
    }

    private void putTwo(SplittableRandom random) {
        String key = key(random);
        TreeMap<String, KeyValue> next = next();
        store.apply(TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(key, "1")))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(key + "+", "2"))));
        modelPut(next, key, "1");
        modelPut(next, key + "+", "2");
        states.add(next);
    }

    private TreeMap<String, KeyValue> next() {
        return new TreeMap<>(states.getLast());
    }

    private void modelPut(TreeMap<String, KeyValue> state, String key, String value) {
        long revision = states.size();
        KeyValue before = state.get(key);
        state.put(
                key,
                KeyValue.newBuilder()
                        .setKey(bytes(key))
                        .setValue(bytes(value))
                        .setCreateRevision(before == null ? revision : before.getCreateRevision())
                        .setModRevision(revision)
                        .setVersion(before == null ? 1 : before.getVersion() + 1)
                        .build());
    }

    private static String key(SplittableRandom random) {
        return "k" + random.nextInt(12);
    }
}
