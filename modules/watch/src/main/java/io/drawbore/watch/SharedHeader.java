package io.drawbore.watch;

import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The header of all responses that speak of one revision, encoded when the first of them is. Any thread. */
final class SharedHeader {
    private final long revision;
    private final LongFunction<ResponseHeader> headers;
    private @Nullable ByteString encoded;

    SharedHeader(long revision, LongFunction<ResponseHeader> headers) {
        this.revision = revision;
        this.headers = headers;
    }

    /** The header as a field of a response. */
    synchronized ByteString encoded() {
        if (encoded == null) {
            encoded = Wire.header(headers.apply(revision));
        }
        return encoded;
    }
}
