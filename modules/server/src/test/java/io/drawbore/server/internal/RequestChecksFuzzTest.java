package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.EtcdException;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A transaction passes the checks or is refused with a status, the same one each time. */
class RequestChecksFuzzTest {
    static Stream<byte[]> seeds() {
        RequestOp put = RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key("a")))
                .build();
        RequestOp delete = RequestOp.newBuilder()
                .setRequestDeleteRange(
                        DeleteRangeRequest.newBuilder().setKey(key("b")).setRangeEnd(key("d")))
                .build();
        RequestOp deleteAll = RequestOp.newBuilder()
                .setRequestDeleteRange(
                        DeleteRangeRequest.newBuilder().setKey(key("a")).setRangeEnd(key("\0")))
                .build();
        RequestOp range = RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(key("a")).setSortOrderValue(9))
                .build();
        TxnRequest plain = TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder().setKey(key("a")).setVersion(1))
                .addSuccess(put)
                .addSuccess(delete)
                .addFailure(range)
                .build();
        TxnRequest nested = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestTxn(plain))
                .addSuccess(deleteAll)
                .addFailure(RequestOp.newBuilder().setRequestTxn(TxnRequest.newBuilder()
                        .addSuccess(put)
                        .addFailure(put)
                        .addFailure(RequestOp.getDefaultInstance())))
                .build();
        return Stream.of(plain, nested, TxnRequest.newBuilder().addSuccess(put).addSuccess(put).build())
                .map(TxnRequest::toByteArray);
    }

    private static ByteString key(String text) {
        return ByteString.copyFromUtf8(text);
    }

    @MethodSource("seeds")
    @FuzzTest
    void aTransactionPassesOrIsRefused(byte[] data) {
        TxnRequest request;
        try {
            request = TxnRequest.parseFrom(data);
        } catch (InvalidProtocolBufferException malformed) {
            return;
        }
        RequestChecks checks = new RequestChecks(8);
        try {
            checks.check(request);
        } catch (EtcdException refused) {
            EtcdException again = assertThrows(EtcdException.class, () -> checks.check(request));
            assertEquals(refused.text(), again.text());
        }
    }
}
