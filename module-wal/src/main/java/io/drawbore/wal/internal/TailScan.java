package io.drawbore.wal.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.VfsFile;
import io.drawbore.proto.walpb.Record;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what lies in a segment from a place where no good record is: whether anything does, whether sectors are
 * missing,
 * and whether whole records follow. Reads forwards through one buffer. One thread.
 */
final class TailScan {
    private static final int BUFFER_BYTES = 1 << 18;
    /** Bytes of the shortest record with data behind its length field, and what a look at one needs. */
    private static final int LOOK_BYTES = Frame.HEADER + 4;

    private final VfsFile file;
    private final long from;
    private final long size;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long bufferAt;
    private long end;
    private boolean hole;
    private boolean laterRecord;
    private boolean laterBatch;

    private TailScan(VfsFile file, long from) throws IOException {
        this.file = file;
        this.from = from;
        this.size = file.size();
        this.end = from;
        buffer.limit(0);
    }

    /** Looks at a segment from an offset, a multiple of eight, to its end. */
    static TailScan of(VfsFile file, long from) throws IOException {
        TailScan scan = new TailScan(file, from);
        scan.findEnd();
        if (!scan.isEmpty()) {
            scan.findHole();
            scan.findRecords();
        }
        return scan;
    }

    /** Whether there are only zeros. */
    boolean isEmpty() {
        return end == from;
    }

    /** Behind the last byte that is not zero. */
    long end() {
        return end;
    }

    boolean hole() {
        return hole;
    }

    boolean laterRecord() {
        return laterRecord;
    }

    boolean laterBatch() {
        return laterBatch;
    }

    private void findEnd() throws IOException {
        for (long at = from; at < size; at += BUFFER_BYTES) {
            int count = (int) Math.min(BUFFER_BYTES, size - at);
            ByteBuffer bytes = look(at, count);
            for (int last = count - 1; last >= 0; last--) {
                if (bytes.get(bytes.position() + last) != 0) {
                    end = at + last + 1;
                    break;
                }
            }
        }
    }

    /** A hole is a part of a sector, within the bad record or before the last byte, that holds zeros only. */
    private void findHole() throws IOException {
        long until = end;
        if (from + Frame.HEADER > size) {
            hole = true;
            return;
        }
        long announced = Frame.recordBytes(look(from, Frame.HEADER).getLong(buffer.position()));
        if (announced > 0) {
            long frameEnd = from + Frame.size(announced);
            if (frameEnd > size) {
                hole = true;
                return;
            }
            until = Math.max(until, frameEnd);
        }
        long at = from;
        while (at < until && !hole) {
            long next = Math.min(until, (at / Frame.SECTOR + 1) * Frame.SECTOR);
            hole = isZero(at, (int) (next - at));
            at = next;
        }
    }

    private boolean isZero(long at, int count) throws IOException {
        ByteBuffer bytes = look(at, count);
        for (int index = 0; index < count; index++) {
            if (bytes.get(bytes.position() + index) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Two neighbours of which the second continues the first's checksum are no accident. */
    private void findRecords() throws IOException {
        for (long at = from; at + LOOK_BYTES <= end && !laterBatch; at += Frame.HEADER) {
            Record first = recordAt(at);
            if (first == null) {
                continue;
            }
            Record second = recordAt(at + Frame.size(recordBytesAt(at)));
            if (second != null && continues(first, second)) {
                laterRecord = true;
                laterBatch = at > from && first.getType() == RecordType.CRC.number();
            }
        }
    }

    private static boolean continues(Record first, Record second) {
        RollingCrc crc = RollingCrc.from(first.getCrc());
        crc.update(second.getData());
        return crc.value() == second.getCrc();
    }

    private long recordBytesAt(long at) throws IOException {
        return at + LOOK_BYTES > size ? -1 : Frame.recordBytes(look(at, LOOK_BYTES).getLong(buffer.position()));
    }

    /** What may be a record, judged by its shape. */
    private @Nullable Record recordAt(long at) throws IOException {
        long recordBytes = recordBytesAt(at);
        if (recordBytes < 4 || at + Frame.size(recordBytes) > size) {
            return null;
        }
        ByteBuffer bytes = look(at, LOOK_BYTES);
        int record = bytes.position() + Frame.HEADER;
        boolean shaped = bytes.get(record) == 1 << 3
                && RecordType.of(bytes.get(record + 1)) != null
                && bytes.get(record + 2) == 2 << 3;
        if (!shaped) {
            return null;
        }
        ByteBuffer whole = ByteBuffer.allocate((int) recordBytes);
        file.read(whole, at + Frame.HEADER);
        try {
            return Record.parseFrom(whole.flip());
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private ByteBuffer look(long at, int count) throws IOException {
        long inBuffer = at - bufferAt;
        if (inBuffer < 0 || inBuffer + count > buffer.limit()) {
            buffer.clear();
            bufferAt = at;
            file.read(buffer, at);
            return buffer.flip();
        }
        return buffer.position((int) inBuffer);
    }
}
