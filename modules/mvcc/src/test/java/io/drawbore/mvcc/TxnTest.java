package io.drawbore.mvcc;

import static io.drawbore.mvcc.Store.bytes;
import static io.drawbore.mvcc.Store.delete;
import static io.drawbore.mvcc.Store.everything;
import static io.drawbore.mvcc.Store.put;
import static io.drawbore.mvcc.Store.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.Compare.CompareResult;
import io.drawbore.proto.etcdserverpb.Compare.CompareTarget;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.ResponseOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TxnTest {
    private final Store store = new Store();

    private static RequestOp.Builder op(PutRequest.Builder put) {
        return RequestOp.newBuilder().setRequestPut(put);
    }

    private static RequestOp.Builder op(RangeRequest.Builder range) {
        return RequestOp.newBuilder().setRequestRange(range);
    }

    private static RequestOp.Builder op(DeleteRangeRequest.Builder delete) {
        return RequestOp.newBuilder().setRequestDeleteRange(delete);
    }

    private static RequestOp.Builder op(TxnRequest.Builder txn) {
        return RequestOp.newBuilder().setRequestTxn(txn);
    }

    private static Compare.Builder compare(String key, CompareTarget target, CompareResult result) {
        return Compare.newBuilder().setKey(bytes(key)).setTarget(target).setResult(result);
    }

    private boolean holds(Compare.Builder compare) {
        return store.apply(TxnRequest.newBuilder().addCompare(compare)).getSucceeded();
    }

    @Test
    void allWritesShareOneRevisionAndReadsSeeThem() {
        store.apply(put("z", "0"));
        TxnResponse response = store.apply(TxnRequest.newBuilder()
                .addSuccess(op(range("a")))
                .addSuccess(op(put("a", "1")))
                .addSuccess(op(put("b", "1")))
                .addSuccess(op(range("a")))
                .addSuccess(op(delete("z"))));

        assertEquals(3, response.getHeader().getRevision());
        assertEquals(0, response.getResponses(0).getResponseRange().getCount());
        assertEquals(2, response.getResponses(0).getResponseRange().getHeader().getRevision());
        assertEquals(3, response.getResponses(1).getResponsePut().getHeader().getRevision());
        assertEquals(3, response.getResponses(3).getResponseRange().getKvs(0).getModRevision());
        assertEquals(1, response.getResponses(4).getResponseDeleteRange().getDeleted());
        assertEquals(List.of(0L, 1L, 2L), store.lastChanges.stream().map(row -> row.revision().sub()).toList());
    }

    @Test
    void aTransactionThatChangesNothingTakesNoRevision() {
        TxnResponse response = store.apply(TxnRequest.newBuilder().addSuccess(op(delete("a"))));
        assertEquals(1, response.getHeader().getRevision());
        assertTrue(store.lastChanges.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "VERSION, EQUAL, 2, true", "VERSION, LESS, 2, false", "VERSION, NOT_EQUAL, 2, false",
        "CREATE, EQUAL, 2, true", "CREATE, GREATER, 1, true", "MOD, EQUAL, 3, true", "MOD, LESS, 4, true",
        "LEASE, EQUAL, 0, true", "LEASE, GREATER, 0, false"
    })
    void numbersOfAKeyAreCompared(CompareTarget target, CompareResult result, long number, boolean expected) {
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));
        assertEquals(expected, holds(with(compare("a", target, result), target, number)));
    }

    @ParameterizedTest
    @CsvSource({
        "VERSION, EQUAL, 0, true", "CREATE, EQUAL, 0, true", "MOD, GREATER, 0, false", "MOD, NOT_EQUAL, 0, false",
        "LEASE, EQUAL, 0, true", "VERSION, LESS, 1, true"
    })
    void aMissingKeyHasZerosForNumbers(CompareTarget target, CompareResult result, long number, boolean expected) {
        assertEquals(expected, holds(with(compare("a", target, result), target, number)));
    }

    private static Compare.Builder with(Compare.Builder compare, CompareTarget target, long number) {
        return switch (target) {
            case VERSION -> compare.setVersion(number);
            case CREATE -> compare.setCreateRevision(number);
            case MOD -> compare.setModRevision(number);
            case LEASE -> compare.setLease(number);
            case VALUE, UNRECOGNIZED -> throw new IllegalArgumentException("not a number: " + target);
        };
    }

    @Test
    void valuesCompareAsUnsignedBytesAndNeverWithWhatIsMissing() {
        store.apply(put("a", "m"));
        assertTrue(holds(value("a", CompareResult.EQUAL, "m")));
        assertTrue(holds(value("a", CompareResult.GREATER, "a")));
        assertTrue(holds(value("a", CompareResult.LESS, "\u00ff")));
        assertFalse(holds(value("missing", CompareResult.NOT_EQUAL, "m")));
        assertFalse(holds(value("missing", CompareResult.EQUAL, "")));
    }

    private static Compare.Builder value(String key, CompareResult result, String value) {
        return compare(key, CompareTarget.VALUE, result).setValue(bytes(value));
    }

    @Test
    void aComparedRangeHoldsWhereAllItsKeysDo() {
        store.apply(put("a1", "x"));
        store.apply(put("a2", "x"));
        Compare.Builder all = value("a", CompareResult.EQUAL, "x").setRangeEnd(bytes("b"));
        assertTrue(holds(all));
        store.apply(put("a3", "y"));
        assertFalse(holds(all));
        assertTrue(holds(compare("x", CompareTarget.VERSION, CompareResult.EQUAL)
                .setVersion(0)
                .setRangeEnd(bytes("z"))));
    }

    @Test
    void nestedComparesAreJudgedBeforeAnyWrite() {
        TxnRequest.Builder inner = TxnRequest.newBuilder()
                .addCompare(compare("a", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(0))
                .addSuccess(op(put("b", "inner")));
        TxnResponse response = store.apply(
                TxnRequest.newBuilder().addSuccess(op(put("a", "1"))).addSuccess(op(inner)));

        assertTrue(response.getResponses(1).getResponseTxn().getSucceeded());
        assertEquals("inner", store.read(range("b")).getKvs(0).getValue().toStringUtf8());
        assertEquals(2, store.read(range("b")).getKvs(0).getModRevision());
    }

    @Test
    void theFailureBranchRunsWhereAComparisonFails() {
        TxnResponse response = store.apply(TxnRequest.newBuilder()
                .addCompare(compare("a", CompareTarget.VERSION, CompareResult.GREATER).setVersion(0))
                .addSuccess(op(put("a", "success")))
                .addFailure(op(put("a", "failure"))));
        assertFalse(response.getSucceeded());
        assertEquals("failure", store.read(range("a")).getKvs(0).getValue().toStringUtf8());
    }

    @Test
    void whatCannotRunIsRefusedBeforeTheFirstWrite() {
        store.apply(put("z", "0"));
        refused(EtcdError.KEY_NOT_FOUND, op(put("a", "1")), op(put("b", "").setIgnoreValue(true)));
        refused(EtcdError.LEASE_NOT_FOUND, op(put("a", "1")), op(put("b", "1").setLease(9)));
        refused(EtcdError.FUTURE_REV, op(put("a", "1")), op(range("a").setRevision(99)));
        refused(EtcdError.FUTURE_REV, op(range("a").setRevision(99)), op(put("b", "").setIgnoreValue(true)));
        assertEquals(List.of("z"), store.keys(everything()));
        assertEquals(2, store.keyspace.revision());
    }

    private void refused(EtcdError error, RequestOp.Builder... ops) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        List.of(ops).forEach(txn::addSuccess);
        assertEquals(
                error.text(), assertThrows(EtcdException.class, () -> store.apply(txn)).text());
    }

    @Test
    void aReadOnlyTransactionReadsAtOneRevision() {
        store.apply(put("a", "1"));
        TxnRequest request = TxnRequest.newBuilder()
                .addCompare(compare("a", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(1))
                .addSuccess(op(range("a")))
                .addFailure(op(range("b")))
                .build();
        assertTrue(Keyspace.isReadOnly(request));
        TxnResponse response = store.keyspace.txn(request);
        assertTrue(response.getSucceeded());
        assertEquals(2, response.getHeader().getRevision());
        assertEquals(1, response.getResponses(0).getResponseRange().getCount());
    }

    @Test
    void nestingOrWritingMakesATransactionWrite() {
        assertFalse(Keyspace.isReadOnly(TxnRequest.newBuilder()
                .addSuccess(op(TxnRequest.newBuilder().addSuccess(op(range("a")))))
                .build()));
        assertFalse(Keyspace.isReadOnly(
                TxnRequest.newBuilder().addFailure(op(put("a", "1"))).build()));
        assertTrue(Keyspace.isSerializable(TxnRequest.newBuilder()
                .addSuccess(op(range("a").setSerializable(true)))
                .build()));
    }

    @Test
    void aNegativeRevisionWithinATransactionIsJudgedAsANumber() {
        store.apply(put("a", "1"));
        assertEquals(1, answer(range("a").setRevision(-1)).getResponseRange().getCount());
        refused(EtcdError.COMPACTED, op(put("b", "1")), op(range("a").setRevision(-2)));
        readRefused(EtcdError.COMPACTED, range("a").setRevision(-2));

        store.compact(2);
        refused(EtcdError.COMPACTED, op(put("b", "1")), op(range("a").setRevision(-1)));
        readRefused(EtcdError.COMPACTED, range("a").setRevision(-1));
        readRefused(EtcdError.FUTURE_REV, range("a").setRevision(3));
        assertEquals(1, store.read(range("a").setRevision(-1)).getCount());
    }

    private ResponseOp answer(RangeRequest.Builder range) {
        return store.keyspace
                .txn(TxnRequest.newBuilder().addSuccess(op(range)).build())
                .getResponses(0);
    }

    private void readRefused(EtcdError error, RangeRequest.Builder range) {
        assertEquals(error.text(), assertThrows(EtcdException.class, () -> answer(range)).text());
    }

    @Test
    void comparesOfAFormerLifeReadItsRow() {
        store.apply(put("a", "1"));
        store.apply(put("a", "2"));
        store.apply(delete("a"));
        store.apply(put("a", "3"));
        store.reload();
        assertTrue(holds(compare("a", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(1)));
        assertTrue(holds(compare("a", CompareTarget.CREATE, CompareResult.EQUAL).setCreateRevision(5)));
        assertTrue(holds(value("a", CompareResult.EQUAL, "3")));
    }
}
