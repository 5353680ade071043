package io.drawbore.wal.internal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.proto.etcdserverpb.Metadata;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.walpb.Record;
import io.drawbore.proto.walpb.Snapshot;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.wal.FoundLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Logs whose checksums are right, whatever their records say and in whatever order: each opens as a log that can be
 * gone on with, or is refused.
 */
class DescribedLogFuzzTest {
    private static final int NEXT_SEGMENT = 5;
    private static final int BYTES = 6;
    private static final int PERSIST = 7;

    /** Steps of a description: what is written, how many bytes of data, the data. */
    static Stream<byte[]> seeds() {
        byte[] metadata = step(0, Metadata.newBuilder().setNodeID(7).setClusterID(9).build());
        byte[] origin = step(4, Snapshot.newBuilder().setIndex(0).setTerm(0).build());
        byte[] head = join(new byte[] {3, 0}, metadata);
        byte[] state = step(2, HardState.newBuilder().setTerm(1).setVote(7).setCommit(1).build());
        byte[] first = step(1, Entry.newBuilder().setTerm(1).setIndex(1).build());
        byte[] second = step(1, Entry.newBuilder()
                .setTerm(2)
                .setIndex(2)
                .setData(ByteString.copyFromUtf8("x"))
                .build());
        byte[] snapshot = step(4, Snapshot.newBuilder()
                .setIndex(1)
                .setTerm(1)
                .setConfState(ConfState.newBuilder().addVoters(7))
                .build());
        return Stream.of(
                join(head, origin, first, state),
                join(head, origin, first, state, second, snapshot, new byte[] {NEXT_SEGMENT, 1, 3}, head, state),
                join(head, origin, first, second, state, second, new byte[] {PERSIST, 2, 0, 1}),
                join(head, origin, first, state, new byte[] {PERSIST, 1, 1}, new byte[] {3, 0}, second),
                join(head, origin, new byte[] {BYTES, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9}, first),
                join(head, origin, step(4, Snapshot.newBuilder().setIndex(5).setTerm(2).build()),
                        step(1, Entry.newBuilder().setTerm(2).setIndex(6).build()),
                        step(2, HardState.newBuilder().setTerm(2).setCommit(5).build())));
    }

    private static byte[] step(int kind, MessageLite message) {
        return join(new byte[] {(byte) kind, (byte) message.getSerializedSize()}, message.toByteArray());
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    @MethodSource("seeds")
    @FuzzTest
    void aLogThatChecksumsCallWholeIsOpenedOrRefused(byte[] data) throws IOException {
        FoundLog.judge(described(ByteBuffer.wrap(data)));
    }

    private static FaultVfs described(ByteBuffer steps) throws IOException {
        FaultVfs disk = new FaultVfs();
        disk.createFolder(FoundLog.FOLDER);
        RollingCrc crc = RollingCrc.from(0);
        ByteArrayOutputStream segment = new ByteArrayOutputStream();
        SegmentName name = new SegmentName(0, 0);
        while (steps.remaining() >= 2) {
            int kind = steps.get() & 7;
            byte[] data = new byte[Math.min(steps.get() & 0xff, steps.remaining())];
            steps.get(data);
            switch (kind) {
                case NEXT_SEGMENT -> {
                    write(disk, FoundLog.FOLDER.resolve(name.toString()), segment.toByteArray());
                    segment.reset();
                    name = new SegmentName(name.sequence() + 1, data.length == 0 ? 0 : data[0]);
                }
                case BYTES -> segment.writeBytes(data);
                case PERSIST -> {
                    long back = data.length < 2 ? 0 : data[1];
                    ByteBuffer slot = ByteBuffer.allocate(8192);
                    LogPosition position = new LogPosition(name.sequence(), segment.size() + back * Frame.HEADER);
                    new PersistRecord(1, data.length > 0 && (data[0] & 1) != 0, 1, position, crc.value()).writeTo(slot);
                    write(disk, FoundLog.FOLDER.resolve(PersistFile.NAME), slot.limit(8192).array());
                }
                default -> segment.writeBytes(frame(kind + 1, data, crc));
            }
        }
        write(disk, FoundLog.FOLDER.resolve(name.toString()), segment.toByteArray());
        return disk;
    }

    private static byte[] frame(int type, byte[] data, RollingCrc crc) {
        Record.Builder record = Record.newBuilder().setType(type);
        if (type != RecordType.CRC.number()) {
            record.setData(ByteString.copyFrom(data));
            crc.update(record.getData());
        }
        byte[] bytes = record.setCrc(crc.value()).build().toByteArray();
        return ByteBuffer.allocate((int) Frame.size(bytes.length))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(Frame.lengthField(bytes.length))
                .put(bytes)
                .array();
    }

    private static void write(FaultVfs disk, Path path, byte[] bytes) throws IOException {
        try (VfsFile file = disk.open(path, disk.exists(path) ? Vfs.Mode.READ_WRITE : Vfs.Mode.CREATE)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync();
        }
    }
}
