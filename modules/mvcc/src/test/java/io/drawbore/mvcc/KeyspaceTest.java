package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.bytes;
import static io.drawbore.mvcc.Store.delete;
import static io.drawbore.mvcc.Store.everything;
import static io.drawbore.mvcc.Store.prefix;
import static io.drawbore.mvcc.Store.put;
import static io.drawbore.mvcc.Store.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.KeyRow;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortOrder;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortTarget;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyspaceTest {
    private final Store store = new Store();

    @Test
    void anEmptyStoreIsAtRevisionOneAndTheFirstWriteMakesTwo() {
        assertEquals(1, store.read(everything()).getHeader().getRevision());
        assertEquals(2, store.apply(put("a", "1")).getHeader().getRevision());
    }

    @Test
    void aKeyCountsItsChangesSinceItWasCreated() {
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));

        KeyValue second = store.read(range("a")).getKvs(0);
        assertEquals(2, second.getCreateRevision());
        assertEquals(3, second.getModRevision());
        assertEquals(2, second.getVersion());

        store.apply(delete("a"));
        store.apply(put("a", "3"));

        KeyValue again = store.read(range("a")).getKvs(0);
        assertEquals(5, again.getCreateRevision());
        assertEquals(1, again.getVersion());
    }

    @Test
    void historyAnswersAtEveryRevision() {
        store.apply(put("a", "1"));
        store.apply(put("b", "1"));
        store.apply(put("a", "2"));
        store.apply(delete("b"));

        assertEquals(List.of(), store.keys(everything().setRevision(1)));
        assertEquals(List.of("a"), store.keys(everything().setRevision(2)));
        assertEquals(List.of("a", "b"), store.keys(everything().setRevision(3)));
        assertEquals("1", store.read(range("a").setRevision(3)).getKvs(0).getValue().toStringUtf8());
        assertEquals("2", store.read(range("a").setRevision(4)).getKvs(0).getValue().toStringUtf8());
        assertEquals(List.of("a"), store.keys(everything().setRevision(5)));
        assertEquals(5, store.read(range("a").setRevision(3)).getHeader().getRevision());
    }

    @Test
    void theFutureIsRefused() {
        EtcdException refused =
                assertThrows(EtcdException.class, () -> store.read(range("a").setRevision(2)));
        assertEquals(EtcdError.FUTURE_REV.text(), refused.text());
    }

    @Test
    void aRangeEndsBeforeItsEnd() {
        for (String key : List.of("a", "aa", "ab", "b", "c")) {
            store.apply(put(key, key));
        }
        assertEquals(List.of("a", "aa", "ab"), store.keys(prefix("a")));
        assertEquals(List.of("aa", "ab", "b"), store.keys(range("aa").setRangeEnd(bytes("c"))));
        assertEquals(List.of("b", "c"), store.keys(range("b").setRangeEnd(bytes("\0"))));
        assertEquals(List.of(), store.keys(range("c").setRangeEnd(bytes("a"))));
        assertEquals(List.of("a"), store.keys(range("a")));
    }

    @Test
    void aLimitCutsButTheCountGoesOn() {
        for (int i = 0; i < 5; i++) {
            store.apply(put("k" + i, "v"));
        }
        RangeResponse cut = store.read(prefix("k").setLimit(2));
        assertEquals(2, cut.getKvsCount());
        assertTrue(cut.getMore());
        assertEquals(5, cut.getCount());

        RangeResponse exact = store.read(prefix("k").setLimit(5));
        assertFalse(exact.getMore());

        RangeResponse counted = store.read(prefix("k").setLimit(2).setCountOnly(true));
        assertEquals(0, counted.getKvsCount());
        assertEquals(5, counted.getCount());
        assertFalse(counted.getMore());
    }

    @Test
    void sortingLooksAtTheWholeRangeBeforeItCuts() {
        store.apply(put("a", "3"));
        store.apply(put("b", "1"));
        store.apply(put("c", "2"));
        store.apply(put("a", "0"));

        assertEquals(List.of("c", "b", "a"), sorted(SortTarget.KEY, SortOrder.DESCEND));
        assertEquals(List.of("a", "b", "c"), sorted(SortTarget.VALUE, SortOrder.ASCEND));
        assertEquals(List.of("b", "c", "a"), sorted(SortTarget.MOD, SortOrder.NONE));
        assertEquals(List.of("c", "b", "a"), sorted(SortTarget.CREATE, SortOrder.DESCEND));
        assertEquals("a", sorted(SortTarget.VERSION, SortOrder.DESCEND).getFirst());
        assertEquals(
                List.of("a"),
                store.keys(everything()
                        .setSortTarget(SortTarget.MOD)
                        .setSortOrder(SortOrder.DESCEND)
                        .setLimit(1)));
    }

    @Test
    void aTargetWithoutAnOrderSortsWhatTheLimitLeft() {
        store.apply(put("c", "1"));
        store.apply(put("b", "2"));
        store.apply(put("a", "3"));

        assertEquals(List.of("b"), store.keys(everything().setSortTarget(SortTarget.MOD).setLimit(1)));
    }

    private List<String> sorted(SortTarget target, SortOrder order) {
        return store.keys(everything().setSortTarget(target).setSortOrder(order));
    }

    @Test
    void revisionsFilterWhatIsReturnedButNotTheCount() {
        store.apply(put("a", "1"));
        store.apply(put("b", "1"));
        store.apply(put("a", "2"));

        assertEquals(List.of("a"), store.keys(everything().setMinModRevision(4)));
        assertEquals(List.of("b"), store.keys(everything().setMaxModRevision(3)));
        assertEquals(List.of("b"), store.keys(everything().setMinCreateRevision(3)));
        assertEquals(List.of("a"), store.keys(everything().setMaxCreateRevision(2)));
        assertEquals(2, store.read(everything().setMinModRevision(4)).getCount());
    }

    @Test
    void keysOnlyLeavesTheValueOutEvenWhereItSortedByIt() {
        store.apply(put("a", "2"));
        store.apply(put("b", "1"));
        RangeResponse response = store.read(everything().setKeysOnly(true).setSortTarget(SortTarget.VALUE));
        assertEquals("b", response.getKvs(0).getKey().toStringUtf8());
        assertTrue(response.getKvsList().stream().allMatch(kv -> kv.getValue().isEmpty()));
        assertEquals(3, response.getKvs(0).getModRevision());
    }

    @Test
    void aDeleteTakesARevisionOnlyWhereItDeletes() {
        store.apply(put("a", "1"));
        store.apply(put("b", "1"));

        DeleteRangeResponse nothing = store.apply(delete("x"));
        assertEquals(0, nothing.getDeleted());
        assertEquals(3, nothing.getHeader().getRevision());

        DeleteRangeResponse both = store.apply(
                delete("a").setRangeEnd(bytes("\0")).setPrevKv(true));
        assertEquals(2, both.getDeleted());
        assertEquals(4, both.getHeader().getRevision());
        assertEquals(List.of("a", "b"), both.getPrevKvsList().stream().map(kv -> kv.getKey().toStringUtf8()).toList());
        assertEquals(2, store.lastChanges.size());
        assertEquals(1, store.lastChanges.get(1).revision().sub());
    }

    @Test
    void aPutCanKeepValueOrAnswerThePrevious() {
        store.apply(put("a", "1"));
        assertEquals("1", store.apply(put("a", "2").setPrevKv(true)).getPrevKv().getValue().toStringUtf8());

        store.apply(put("a", "").setIgnoreValue(true));
        assertEquals("2", store.read(range("a")).getKvs(0).getValue().toStringUtf8());
        assertEquals(3, store.read(range("a")).getKvs(0).getVersion());
    }

    @Test
    void aRefusedPutChangesNothing() {
        EtcdException missing = assertThrows(
                EtcdException.class, () -> store.apply(put("a", "").setIgnoreValue(true)));
        assertEquals(EtcdError.KEY_NOT_FOUND.text(), missing.text());
        EtcdException noLease =
                assertThrows(EtcdException.class, () -> store.apply(put("a", "1").setLease(7)));
        assertEquals(EtcdError.LEASE_NOT_FOUND.text(), noLease.text());
        assertEquals(1, store.read(everything()).getHeader().getRevision());
    }

    @Test
    void theIndexIsTheSameAfterItWasRebuilt() {
        for (int i = 0; i < 50; i++) {
            store.apply(put("k" + i % 7, "v" + i));
            if (i % 5 == 0) {
                store.apply(delete("k" + (i + 1) % 7));
            }
        }
        List<RangeResponse> before = answers();
        store.reload();
        assertEquals(before, answers());
        store.apply(put("k0", "after"));
        assertEquals("after", store.read(range("k0")).getKvs(0).getValue().toStringUtf8());
    }

    private List<RangeResponse> answers() {
        return LongStream.rangeClosed(1, store.keyspace.revision())
                .mapToObj(at -> store.read(everything().setRevision(at)))
                .toList();
    }

    @Test
    void changesComeInWholeRevisions() {
        store.apply(put("a", "1"));
        store.apply(put("b", "1"));
        store.apply(put("c", "1"));
        store.apply(delete("a").setRangeEnd(bytes("\0")));

        assertEquals(3, store.keyspace.changes(5, 1, Long.MAX_VALUE).size());
        assertEquals(List.of(2L, 3L), mains(store.keyspace.changes(2, 2, Long.MAX_VALUE)));
        assertEquals(List.of(), store.keyspace.changes(6, 10, Long.MAX_VALUE));
    }

    @Test
    void changesEndWhenThereAreBytesEnough() {
        for (int i = 0; i < 100; i++) {
            store.apply(put("k", "x".repeat(1_000)));
        }
        assertEquals(List.of(2L), mains(store.keyspace.changes(2, 1_000, 1)));
        assertEquals(List.of(2L, 3L, 4L), mains(store.keyspace.changes(2, 1_000, 3_000)));
        assertEquals(LongStream.rangeClosed(2, 101).boxed().toList(), mains(store.keyspace.changes(2, 1_000, 1 << 20)));
        assertEquals(50, store.keyspace.changes(2, 50, 1 << 20).size());
    }

    private static List<Long> mains(List<KeyRow> rows) {
        return rows.stream().map(row -> row.revision().main()).toList();
    }

    @Test
    void keysOnlyAnswersOfFormerLivesToo() {
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));
        store.apply(delete("a"));
        store.apply(put("a", "3"));
        store.apply(put("b", "1"));

        KeyValue former = store.read(everything().setKeysOnly(true).setRevision(3)).getKvs(0);
        assertEquals(2, former.getCreateRevision());
        assertEquals(3, former.getModRevision());
        assertEquals(2, former.getVersion());
        assertEquals("", former.getValue().toStringUtf8());
        KeyValue present = store.read(everything().setKeysOnly(true)).getKvs(0);
        assertEquals(5, present.getCreateRevision());
        assertEquals(1, present.getVersion());
    }

    @Test
    void keysOnlyLosesTheLeaseUnlessItSortsByValue() {
        store.leases = lease -> lease == 7;
        store.apply(put("a", "1").setLease(7));
        assertEquals(7, store.read(range("a")).getKvs(0).getLease());
        assertEquals(0, store.read(range("a").setKeysOnly(true)).getKvs(0).getLease());
        assertEquals(
                7,
                store.read(range("a").setKeysOnly(true).setSortTarget(SortTarget.VALUE))
                        .getKvs(0)
                        .getLease());
    }

    @Test
    void theLargestLimitAndNegativeOnesCutNothing() {
        store.apply(put("a", "1"));
        store.apply(put("b", "1"));
        for (long limit : List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE)) {
            assertEquals(List.of("a", "b"), store.keys(everything().setLimit(limit)));
            assertFalse(store.read(everything().setLimit(limit)).getMore());
        }
    }

    @Test
    void aLimitBehindAFilterCountsWhatPassed() {
        for (int i = 0; i < 5; i++) {
            store.apply(put("k" + i, "v"));
        }
        RangeResponse cut = store.read(everything().setMinModRevision(4).setLimit(2));
        assertEquals(List.of("k2", "k3"), cut.getKvsList().stream().map(kv -> kv.getKey().toStringUtf8()).toList());
        assertTrue(cut.getMore());
        assertEquals(5, cut.getCount());
        assertFalse(store.read(everything().setMinModRevision(4).setLimit(3)).getMore());
    }

    @Test
    void aPutJudgesItsLeaseBeforeItsKey() {
        EtcdException refused = assertThrows(
                EtcdException.class,
                () -> store.apply(put("missing", "").setIgnoreValue(true).setLease(9)));
        assertEquals(EtcdError.LEASE_NOT_FOUND.text(), refused.text());
    }

    @Test
    void keysGivenByNameAreDeletedAtOneRevision() {
        store.apply(put("a", "1"));
        store.apply(put("b", "1"));
        store.entry(writer -> {
            writer.deleteKeys(List.of(bytes("b"), bytes("none"), bytes("a"), bytes("b")));
            return writer;
        });
        assertEquals(List.of("b", "a"), store.lastChanges.stream().map(row -> row.key().toStringUtf8()).toList());
        assertEquals(4, store.keyspace.revision());
        assertEquals(0, store.keyspace.keys());
    }

    @Test
    void whatKeysWereBeforeAChangeIsToldWhileHistoryIsThere() {
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));
        List<KeyRow> second = store.keyspace.changes(3, 10, 1_000);
        assertEquals("1", first(store.keyspace.before(second)).getValue().toStringUtf8());
        assertNull(store.keyspace.before(store.keyspace.changes(2, 1, 1)).getFirst());
        store.compact(3);
        assertNull(store.keyspace.before(second).getFirst());
    }

    private static KeyValue first(List<@Nullable KeyValue> values) {
        return Objects.requireNonNull(values.getFirst());
    }
}
