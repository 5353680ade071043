package io.drawbore.rpc.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Queue;

/**
 * Lays messages out for writing: what is copied lies in one array, what is not between slices of it. One thread.
 */
final class DataFrames {
    private final byte[] copied;
    private final Queue<ByteBuffer> out;
    private int from;
    private int at;

    DataFrames(int copiedBytes, Queue<ByteBuffer> out) {
        this.copied = new byte[copiedBytes];
        this.out = out;
    }

    void prefix(int size) {
        ByteBuffer.wrap(copied).putInt(at + 1, size);
        at += MessageBody.PREFIX;
    }

    void encode(Message message) {
        int size = message.getSerializedSize();
        try {
            CodedOutputStream array = CodedOutputStream.newInstance(copied, at, size);
            message.writeTo(array);
            array.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        at += size;
    }

    void copy(ByteString piece) {
        piece.copyTo(copied, at);
        at += piece.size();
    }

    void share(ByteString piece) {
        finish();
        out.add(piece.asReadOnlyByteBuffer());
    }

    void finish() {
        if (at > from) {
            out.add(ByteBuffer.wrap(copied, from, at - from).slice());
            from = at;
        }
    }
}
