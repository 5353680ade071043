package io.drawbore.wal.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.drawbore.api.VfsFile;
import io.drawbore.proto.walpb.Record;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one segment in order and carries the checksum of the chain on. Holds one record and a read
 * buffer in
 * memory. One thread.
 */
final class SegmentReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 18;

    /**
     * A whole record that continues the chain.
     *
     * @param data empty for {@link RecordType#CRC}; it is not copied again
     * @param end bytes from the segment's start to the end of its frame
     * @param crc the checksum of the chain after it
     */
    record Found(RecordType type, ByteString data, long end, int crc) {}

    private final VfsFile file;
    private final long size;
    private final RollingCrc crc;
    private boolean chained;
    private long offset;
    private @Nullable String badness;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long bufferAt;

    /**
     * Begins at the head of a segment.
     *
     * @param previousCrc the checksum at the end of the segment before it, null where there is none to compare
     */
    SegmentReader(VfsFile file, @Nullable Integer previousCrc) throws IOException {
        this.file = file;
        this.size = file.size();
        this.chained = previousCrc != null;
        this.crc = RollingCrc.from(previousCrc == null ? 0 : previousCrc);
        buffer.limit(0);
    }

    /** The next record, null at the end of the segment or before a bad one: then {@link #badness} says which. */
    @Nullable Found next() throws IOException {
        if (offset + Frame.HEADER > size) {
            return offset == size ? null : bad("the file ends within a length");
        }
        long lengthField = fill(Frame.HEADER).getLong(buffer.position());
        if (lengthField == 0) {
            return null;
        }
        long recordBytes = Frame.recordBytes(lengthField);
        if (recordBytes < 0) {
            return bad("no record has the length field 0x" + Long.toHexString(lengthField));
        }
        if (offset + Frame.size(recordBytes) > size) {
            return bad("a record of " + recordBytes + " bytes reaches beyond the end of the file");
        }
        return read(recordBytes);
    }

    private @Nullable Found read(long recordBytes) throws IOException {
        Record record;
        try {
            record = Record.parseFrom(UnsafeByteOperations.unsafeWrap(bytes((int) recordBytes)));
        } catch (InvalidProtocolBufferException e) {
            return bad("it does not parse: " + e.getMessage());
        }
        RecordType type = RecordType.of(record.getType());
        if (type == null) {
            return bad("there is no record type " + record.getType());
        }
        if (record.hasData() == (type == RecordType.CRC)) {
            return bad("a record of type " + type + (record.hasData() ? " with data" : " without data"));
        }
        if (type == RecordType.CRC && !chained) {
            crc.startFrom(record.getCrc());
        }
        int before = crc.value();
        crc.update(record.getData());
        if (crc.value() != record.getCrc()) {
            int found = record.getCrc();
            int reached = crc.value();
            crc.startFrom(before);
            return bad("its checksum is " + Integer.toHexString(found) + ", the log's " + Integer.toHexString(reached));
        }
        chained = true;
        offset += Frame.size(recordBytes);
        return new Found(type, record.getData(), offset, crc.value());
    }

    private byte[] bytes(int recordBytes) throws IOException {
        byte[] bytes = new byte[recordBytes];
        long at = offset + Frame.HEADER;
        if (recordBytes + Frame.HEADER <= BUFFER_BYTES) {
            fill(Frame.HEADER + recordBytes).get(buffer.position() + Frame.HEADER, bytes);
        } else if (file.read(ByteBuffer.wrap(bytes), at) != recordBytes) {
            throw new IOException("the file became shorter while it was read");
        }
        return bytes;
    }

    /** The buffer, standing at the offset and holding so many bytes from there. */
    private ByteBuffer fill(int bytes) throws IOException {
        long inBuffer = offset - bufferAt;
        if (inBuffer < 0 || inBuffer + bytes > buffer.limit()) {
            buffer.clear();
            bufferAt = offset;
            file.read(buffer, offset);
            buffer.flip();
            if (buffer.limit() < bytes) {
                throw new IOException("the file became shorter while it was read");
            }
            return buffer;
        }
        return buffer.position((int) inBuffer);
    }

    private @Nullable Found bad(String why) {
        badness = why;
        return null;
    }

    /** Where the next record would be. */
    long offset() {
        return offset;
    }

    /** Why the record at {@link #offset} is bad, null where the segment simply ends there. */
    @Nullable String badness() {
        return badness;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
