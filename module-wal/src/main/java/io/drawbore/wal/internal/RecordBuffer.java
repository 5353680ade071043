package io.drawbore.wal.internal;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Frames the records of one batch, so that the batch is one write, and carries the checksum on. Owned by the log; one
 * thread.
 * Data is serialised once, straight into the buffer.
 */
final class RecordBuffer {
    private static final int USUAL_BYTES = 1 << 20;
    private static final int KEPT_BYTES = 8 << 20;
    /** Tag and value of type, tag and at most five bytes of checksum, tag and at most five bytes of length. */
    private static final int MOST_FIELD_BYTES = 2 + 6 + 6;
    private static final byte TYPE_TAG = 1 << 3;
    private static final byte CRC_TAG = 2 << 3;
    private static final byte DATA_TAG = (3 << 3) | 2;

    private final RollingCrc crc;
    private ByteBuffer buffer = allocate(USUAL_BYTES);

    /** Goes on from a checksum. */
    RecordBuffer(int crc) {
        this.crc = RollingCrc.from(crc);
    }

    /** The checksum of all that was put. */
    int crc() {
        return crc.value();
    }

    /** Adds a record that tells the checksum reached so far. */
    void putCrc() {
        put(RecordType.CRC, null);
    }

    /** Adds a record; without data for {@link RecordType#CRC} only. */
    void put(RecordType type, @Nullable MessageLite data) {
        int dataBytes = data == null ? 0 : data.getSerializedSize();
        reserve(Frame.HEADER + MOST_FIELD_BYTES + dataBytes + Frame.HEADER);
        int frameAt = buffer.position();
        // fifteen of sixteen checksums fill five bytes: the data is put where it then belongs
        int dataAt = frameAt + Frame.HEADER + 2 + 6 + 1 + CodedOutputStream.computeUInt32SizeNoTag(dataBytes);
        if (data != null) {
            serialise(data, dataAt, dataBytes);
        }
        buffer.position(frameAt + Frame.HEADER);
        buffer.put(TYPE_TAG).put((byte) type.number()).put(CRC_TAG);
        putVarint(crc.value());
        if (data != null) {
            buffer.put(DATA_TAG);
            putVarint(dataBytes);
            if (buffer.position() < dataAt) {
                buffer.put(buffer.position(), buffer, dataAt, dataBytes);
            }
            buffer.position(buffer.position() + dataBytes);
        }
        int recordBytes = buffer.position() - frameAt - Frame.HEADER;
        buffer.putLong(frameAt, Frame.lengthField(recordBytes));
        for (int zero = Frame.padding(recordBytes); zero > 0; zero--) {
            buffer.put((byte) 0);
        }
    }

    /** The frames put since the last {@link #clear}, to be written from position to limit. */
    ByteBuffer frames() {
        return buffer.flip();
    }

    /** Makes room for the next batch; a buffer grown far beyond the usual is given back. */
    void clear() {
        if (buffer.capacity() > KEPT_BYTES) {
            buffer = allocate(USUAL_BYTES);
        }
        buffer.clear();
    }

    private void serialise(MessageLite data, int at, int bytes) {
        ByteBuffer place = buffer.slice(at, bytes);
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(place);
            data.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a message outgrew the size it announced", e);
        }
        crc.update(buffer.slice(at, bytes));
    }

    private void putVarint(int unsigned) {
        int rest = unsigned;
        while ((rest & ~0x7f) != 0) {
            buffer.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
    }

    private void reserve(int bytes) {
        if (buffer.remaining() < bytes) {
            int needed = Math.addExact(buffer.position(), bytes);
            ByteBuffer larger = allocate(Math.clamp(needed * 2L, needed, Integer.MAX_VALUE - 8));
            buffer = larger.put(buffer.flip());
        }
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
