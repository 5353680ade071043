package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.drawbore.proto.etcdserverpb.AlarmMember;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.ResponseOp;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Judged by protobuf's own printer. */
final class JsonPrinterTest {
    private static final JsonFormat.Printer JUDGE =
            JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

    @Test
    void messagesLookAsProtobufHasThem() throws Exception {
        ResponseHeader header =
                ResponseHeader.newBuilder().setClusterId(-1).setMemberId(7).setRevision(-3).setRaftTerm(2).build();
        KeyValue kv = KeyValue.newBuilder().setKey(ByteString.copyFrom(new byte[] {-1, 0, 62, 63})).setVersion(1)
                .build();
        List<Message> messages = List.of(
                RangeResponse.getDefaultInstance(),
                RangeResponse.newBuilder().setHeader(header).addKvs(kv).addKvs(KeyValue.getDefaultInstance())
                        .setMore(true).build(),
                TxnResponse.newBuilder().addResponses(ResponseOp.newBuilder()
                        .setResponseTxn(TxnResponse.newBuilder().setSucceeded(true))).addResponses(
                        ResponseOp.newBuilder().setResponseRange(RangeResponse.getDefaultInstance())).build(),
                HashKVResponse.newBuilder().setHash(-5).setCompactRevision(-1).build(),
                StatusResponse.newBuilder().setVersion("3.7.1").addErrors("one").addErrors("\"two\"\\\n\t\u0001ä")
                        .build(),
                AlarmResponse.newBuilder().addAlarms(AlarmMember.newBuilder().setAlarm(AlarmType.NOSPACE))
                        .addAlarms(AlarmMember.newBuilder().setAlarmValue(9).setMemberID(-9)).build(),
                WatchResponse.newBuilder().addEvents(Event.newBuilder().setType(Event.EventType.DELETE).setKv(kv))
                        .setWatchId(-1).build());
        for (Message message : messages) {
            assertEquals(JUDGE.print(message), JsonPrinter.print(message));
        }
    }

    @Test
    void aLargeAnswerComesInPiecesThatJoin() throws Exception {
        Random random = new Random(7);
        RangeResponse.Builder range = RangeResponse.newBuilder();
        for (int size : new int[] {0, 1, 2, 3, 49_151, 49_152, 49_153, 1_000_000, 5}) {
            byte[] value = new byte[size];
            random.nextBytes(value);
            range.addKvs(KeyValue.newBuilder().setValue(ByteString.copyFrom(value)));
        }
        JsonPrinter printer = new JsonPrinter("<", range.build(), ">");
        StringBuilder text = new StringBuilder();
        while (!printer.isDone()) {
            ByteBuffer piece = printer.next();
            assertTrue(piece.remaining() < 3 * JsonPrinter.PIECE_BYTES, piece::toString);
            text.append(StandardCharsets.US_ASCII.decode(piece));
        }

        assertEquals("<" + JUDGE.print(range) + ">", text.toString());
    }
}
