package io.drawbore.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.InvariantException;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages in pieces that others may share. */
class EncodedMessageTest {
    private static final WatchResponse HEAD =
            WatchResponse.newBuilder().setWatchId(7).build();
    private static final WatchResponse EVENT = WatchResponse.newBuilder()
            .addEvents(Event.newBuilder()
                    .setKv(KeyValue.newBuilder().setValue(ByteString.copyFrom(new byte[10_000]))))
            .build();

    @Test
    void thePiecesTogetherAreTheMessage() {
        EncodedMessage<WatchResponse> message = new EncodedMessage<>(
                List.of(HEAD.toByteString(), EVENT.toByteString(), EVENT.toByteString()), WatchResponse.parser());
        assertEquals(HEAD.toBuilder().mergeFrom(EVENT).mergeFrom(EVENT).build(), message.parsed());
    }

    @Test
    void aLargeValueOfAParsedMessageIsNoCopy() throws IOException {
        ByteString piece = EVENT.toByteString();
        EncodedMessage<WatchResponse> message = new EncodedMessage<>(List.of(piece), WatchResponse.parser());
        assertSame(
                memory(piece), memory(message.parsed().getEvents(0).getKv().getValue()));
    }

    @Test
    void whatIsNoMessageIsSaidToBeNone() {
        ByteString cutOff = EVENT.toByteString().substring(0, 100);
        EncodedMessage<WatchResponse> message = new EncodedMessage<>(List.of(cutOff), WatchResponse.parser());
        assertThrows(InvariantException.class, message::parsed);
    }

    private static byte[] memory(ByteString bytes) throws IOException {
        Memory memory = new Memory();
        UnsafeByteOperations.unsafeWriteTo(bytes, memory);
        return memory.array;
    }

    /** Keeps the array that bytes lie in. */
    private static final class Memory extends ByteOutput {
        private byte[] array = new byte[0];

        @Override
        public void write(byte value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            array = value;
        }

        @Override
        public void write(ByteBuffer value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            throw new UnsupportedOperationException();
        }
    }
}
