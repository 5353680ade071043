package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RequestChecksTest {
    private static final int LIMIT = 5;
    private final RequestChecks checks = new RequestChecks(LIMIT);

    @Test
    void aRangeNeedsAKeyAndASortThatExists() {
        refused(EtcdError.EMPTY_KEY, () -> checks.check(RangeRequest.getDefaultInstance()));
        refused(EtcdError.EMPTY_KEY, () -> checks.check(RangeRequest.newBuilder().setSortOrderValue(9).build()));
        refused(EtcdError.INVALID_SORT_OPTION,
                () -> checks.check(RangeRequest.newBuilder().setKey(key("a")).setSortOrderValue(3).build()));
        refused(EtcdError.INVALID_SORT_OPTION,
                () -> checks.check(RangeRequest.newBuilder().setKey(key("a")).setSortTargetValue(-1).build()));
        checks.check(RangeRequest.newBuilder().setKey(key("a")).setSortOrderValue(2).setSortTargetValue(4).build());
    }

    @Test
    void aRangeInChunksComesInTheOrderOfItsKeysAndUnfiltered() {
        refused(EtcdError.EMPTY_KEY, () -> checks.checkStream(RangeRequest.getDefaultInstance()));
        RangeRequest byKey = RangeRequest.newBuilder().setKey(key("a")).setSortOrderValue(1).build();
        checks.checkStream(byKey);
        checks.checkStream(byKey.toBuilder().setSortOrderValue(0).setSortTargetValue(3).build());
        for (RangeRequest.Builder request : List.of(byKey.toBuilder().setSortOrderValue(2),
                byKey.toBuilder().setSortTargetValue(1), byKey.toBuilder().setMinModRevision(1),
                byKey.toBuilder().setMaxModRevision(1), byKey.toBuilder().setMinCreateRevision(-1),
                byKey.toBuilder().setMaxCreateRevision(1))) {
            EtcdException refused =
                    assertThrows(EtcdException.class, () -> checks.checkStream(request.build()), request::toString);
            assertEquals(StatusCode.UNIMPLEMENTED, refused.code());
        }
    }

    @Test
    void aPutKeepsNothingThatItAlsoGives() {
        refused(EtcdError.EMPTY_KEY, () -> checks.check(PutRequest.newBuilder().setIgnoreValue(true)
                .setValue(key("v")).build()));
        refused(EtcdError.VALUE_PROVIDED, () ->
                checks.check(PutRequest.newBuilder().setKey(key("a")).setIgnoreValue(true)
                .setIgnoreLease(true).setLease(1).setValue(key("v")).build()));
        refused(EtcdError.LEASE_PROVIDED, () ->
                checks.check(PutRequest.newBuilder().setKey(key("a")).setIgnoreLease(true)
                .setLease(1).build()));
        checks.check(PutRequest.newBuilder().setKey(key("a")).setIgnoreLease(true).setIgnoreValue(true).build());
        checks.check(PutRequest.newBuilder().setKey(key("a")).setLease(1).setValue(key("v")).build());
    }

    @Test
    void aDeleteNeedsAKey() {
        refused(EtcdError.EMPTY_KEY, () -> checks.check(DeleteRangeRequest.newBuilder().setRangeEnd(key("b")).build()));
        checks.check(DeleteRangeRequest.newBuilder().setKey(key("a")).build());
    }

    @Test
    void theLongestListCountsAgainstTheLimit() {
        checks.check(txn(puts(LIMIT), puts(LIMIT)));
        checks.check(TxnRequest.getDefaultInstance());
        refused(EtcdError.TOO_MANY_OPS, () -> checks.check(txn(puts(LIMIT + 1), List.of())));
        refused(EtcdError.TOO_MANY_OPS, () -> checks.check(txn(List.of(), puts(LIMIT + 1))));
        refused(EtcdError.TOO_MANY_OPS, () -> checks.check(TxnRequest.newBuilder()
                .addAllCompare(IntStream.rangeClosed(0, LIMIT).mapToObj(i -> compare("k")).toList()).build()));
    }

    @Test
    void nestedTransactionsShareWhatIsLeft() {
        checks.check(txn(List.of(op(txn(puts(LIMIT - 1), List.of()))), List.of()));
        refused(EtcdError.TOO_MANY_OPS,
                () -> checks.check(txn(List.of(op(txn(puts(LIMIT), List.of()))), List.of())));
        TxnRequest deep = TxnRequest.getDefaultInstance();
        for (int i = 0; i < LIMIT; i++) {
            deep = txn(List.of(op(deep)), List.of());
        }
        checks.check(deep);
        TxnRequest deeper = txn(List.of(op(deep)), List.of());
        refused(EtcdError.TOO_MANY_OPS, () -> checks.check(deeper));
    }

    @Test
    void faultsAreFoundInOrder() {
        refused(EtcdError.EMPTY_KEY, () -> checks.check(txn(List.of(), List.of()).toBuilder()
                .addCompare(Compare.getDefaultInstance()).addSuccess(RequestOp.getDefaultInstance()).build()));
        refused(EtcdError.KEY_NOT_FOUND, () -> checks.check(txn(List.of(RequestOp.getDefaultInstance()), List.of())));
        refused(EtcdError.KEY_NOT_FOUND, () -> checks.check(txn(List.of(put("a"), put("a"),
                RequestOp.getDefaultInstance()),
                List.of())));
        refused(EtcdError.EMPTY_KEY, () -> checks.check(txn(List.of(), List.of(put("")))));
        refused(EtcdError.EMPTY_KEY, () -> checks.check(txn(List.of(delete("", "")), List.of())));
        refused(EtcdError.EMPTY_KEY, () -> checks.check(txn(List.of(RequestOp.newBuilder()
                .setRequestRange(RangeRequest.getDefaultInstance()).build()), List.of())));
        refused(EtcdError.TOO_MANY_OPS, () -> checks.check(txn(puts(LIMIT + 1), List.of(put("")))));
    }

    @Test
    void noKeyIsPutTwiceNorPutAndDeleted() {
        refused(EtcdError.DUPLICATE_KEY, () -> checks.check(txn(List.of(put("a"), put("a")), List.of())));
        refused(EtcdError.DUPLICATE_KEY, () -> checks.check(txn(List.of(), List.of(put("a"), delete("a", "")))));
        refused(EtcdError.DUPLICATE_KEY, () -> checks.check(txn(List.of(put("b"), delete("a", "c")), List.of())));
        checks.check(txn(List.of(put("a")), List.of(put("a"))));
        checks.check(txn(List.of(put("c"), delete("a", "c")), List.of()));
        checks.check(txn(List.of(delete("a", "c"), delete("b", "d"), delete("a", "")), List.of()));
        checks.check(txn(List.of(put("b"), delete("c", "a")), List.of()));
    }

    @Test
    void theEndlessRangeIsComparedAsItStands() {
        checks.check(txn(List.of(put("b"), delete("a", "\0")), List.of()));
    }

    @Test
    void theBranchesOfANestedTransactionExcludeEachOther() {
        TxnRequest both = txn(List.of(put("a")), List.of(put("a")));
        checks.check(txn(List.of(op(both)), List.of()));
        refused(EtcdError.DUPLICATE_KEY, () -> checks.check(txn(List.of(op(both), put("a")), List.of())));
        refused(EtcdError.DUPLICATE_KEY, () -> checks.check(txn(List.of(op(both), op(both)), List.of())));
        refused(EtcdError.DUPLICATE_KEY, () -> checks.check(txn(List.of(op(both), delete("a", "")), List.of())));
        refused(EtcdError.DUPLICATE_KEY, () -> checks.check(
                txn(List.of(put("a"), op(txn(List.of(), List.of(delete("a", "b"))))), List.of())));
        // Deletes of a later sibling are not held against puts of an earlier one, only the other way round.
        checks.check(txn(List.of(op(txn(List.of(put("a")), List.of())), op(txn(List.of(delete("a", "")), List.of()))),
                List.of()));
        refused(EtcdError.DUPLICATE_KEY, () -> checks.check(txn(List.of(op(txn(List.of(delete("a", "")), List.of())),
                op(txn(List.of(put("a")), List.of()))), List.of())));
    }

    @Test
    void rangesAreMergedAsASlowComparisonWouldFindThem() {
        RequestChecks many = new RequestChecks(100);
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            List<RequestOp> operations = new ArrayList<>();
            boolean overlap = false;
            byte put = (byte) random.nextInt(1, 40);
            operations.add(op(ByteString.copyFrom(new byte[] {put})));
            for (int i = random.nextInt(8); i >= 0; i--) {
                byte from = (byte) random.nextInt(1, 40);
                byte to = (byte) random.nextInt(1, 40);
                overlap |= from <= put && put < to;
                operations.add(delete(new byte[] {from}, new byte[] {to}));
            }
            TxnRequest txn = txn(operations, List.of());
            if (overlap) {
                refused(EtcdError.DUPLICATE_KEY, () -> many.check(txn));
            } else {
                many.check(txn);
            }
        }
    }

    private static void refused(EtcdError error, Runnable check) {
        EtcdException e = assertThrows(EtcdException.class, check::run);
        assertEquals(error.text(), e.text());
        assertEquals(error.code(), e.code());
    }

    private static ByteString key(String key) {
        return ByteString.copyFromUtf8(key);
    }

    private static Compare compare(String key) {
        return Compare.newBuilder().setKey(key(key)).build();
    }

    private static RequestOp put(String key) {
        return op(key(key));
    }

    private static RequestOp op(ByteString key) {
        return RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(key)).build();
    }

    private static List<RequestOp> puts(int count) {
        RequestOp[] puts = new RequestOp[count];
        Arrays.setAll(puts, i -> put("key" + i));
        return List.of(puts);
    }

    private static RequestOp delete(String key, String end) {
        return RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key(key)).setRangeEnd(key(end))).build();
    }

    private static RequestOp delete(byte[] key, byte[] end) {
        return RequestOp.newBuilder().setRequestDeleteRange(DeleteRangeRequest.newBuilder()
                .setKey(ByteString.copyFrom(key)).setRangeEnd(ByteString.copyFrom(end))).build();
    }

    private static RequestOp op(TxnRequest txn) {
        return RequestOp.newBuilder().setRequestTxn(txn).build();
    }

    private static TxnRequest txn(List<RequestOp> success, List<RequestOp> failure) {
        return TxnRequest.newBuilder().addAllSuccess(success).addAllFailure(failure).build();
    }
}
