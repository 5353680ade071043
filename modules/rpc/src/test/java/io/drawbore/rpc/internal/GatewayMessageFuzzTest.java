package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever message the wire brings has a JSON form, from which the same message is read. */
class GatewayMessageFuzzTest {
    private static final List<Message> MESSAGES = List.of(
            TxnRequest.getDefaultInstance(), RangeResponse.getDefaultInstance(), WatchResponse.getDefaultInstance());

    /** First which message it is to be, then its bytes. */
    static Stream<byte[]> seeds() {
        KeyValue pair = KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8("a"))
                .setValue(ByteString.copyFrom(new byte[] {-1, 0}))
                .setModRevision(Long.MAX_VALUE)
                .build();
        ResponseHeader header = ResponseHeader.newBuilder().setClusterId(-1).setRevision(7).build();
        PutRequest put = PutRequest.newBuilder().setKey(pair.getKey()).setPrevKv(true).build();
        return Stream.of(
                seed(0, TxnRequest.newBuilder()
                        .addSuccess(RequestOp.newBuilder().setRequestPut(put))
                        .build()),
                seed(1, RangeResponse.newBuilder().setHeader(header).addKvs(pair).setCount(1).build()),
                seed(2, WatchResponse.newBuilder()
                        .setHeader(header)
                        .setCanceled(true)
                        .setCancelReason("compacted \u2713")
                        .addEvents(Event.newBuilder().setType(Event.EventType.DELETE).setPrevKv(pair))
                        .build()));
    }

    private static byte[] seed(int which, Message message) {
        return ByteString.copyFrom(new byte[] {(byte) which})
                .concat(message.toByteString())
                .toByteArray();
    }

    @MethodSource("seeds")
    @FuzzTest
    void aMessageSurvivesItsJson(byte[] data) {
        if (data.length < 1) {
            return;
        }
        Message empty = MESSAGES.get((data[0] & 0xff) % MESSAGES.size());
        Message message;
        try {
            message = empty.getParserForType().parseFrom(data, 1, data.length - 1);
        } catch (InvalidProtocolBufferException malformed) {
            return;
        }
        String json = JsonPrinter.print(message);
        assertEquals(json, JsonPrinter.print(GatewayJson.parse(json, empty)));
        if (message.getUnknownFields().equals(UnknownFieldSet.getDefaultInstance())) {
            assertEquals(message.getAllFields().keySet(), GatewayJson.parse(json, empty).getAllFields().keySet());
        }
    }
}
