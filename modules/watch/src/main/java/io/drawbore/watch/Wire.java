package io.drawbore.watch;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Single fields of a {@link WatchResponse} in their wire form, to be put together in the order of their numbers. */
final class Wire {
    /** What tells that more of the same response follows. */
    static final ByteString MORE_FOLLOWS =
            WatchResponse.newBuilder().setFragment(true).build().toByteString();

    private Wire() {}

    static ByteString header(ResponseHeader header) {
        return written(
                CodedOutputStream.computeMessageSize(WatchResponse.HEADER_FIELD_NUMBER, header),
                out -> out.writeMessage(WatchResponse.HEADER_FIELD_NUMBER, header));
    }

    static ByteString watchId(long id) {
        return WatchResponse.newBuilder().setWatchId(id).build().toByteString();
    }

    static ByteString event(Event event) {
        return written(
                CodedOutputStream.computeMessageSize(WatchResponse.EVENTS_FIELD_NUMBER, event),
                out -> out.writeMessage(WatchResponse.EVENTS_FIELD_NUMBER, event));
    }

    private interface Field {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static ByteString written(int size, Field field) {
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            field.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.checkNoSpaceLeft();
        return UnsafeByteOperations.unsafeWrap(bytes);
    }
}
