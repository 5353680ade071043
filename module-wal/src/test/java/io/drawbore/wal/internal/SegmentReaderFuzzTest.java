package io.drawbore.wal.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.proto.etcdserverpb.Metadata;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.testkit.FaultVfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a segment's file holds, its reader comes to an end within it, and so does the look behind that. */
class SegmentReaderFuzzTest {
    private static final Path FILE = Path.of("/log/segment");

    static Stream<byte[]> seeds() {
        RecordBuffer records = new RecordBuffer(0);
        records.putCrc();
        records.put(RecordType.METADATA, Metadata.newBuilder().setNodeID(7).build());
        records.put(RecordType.ENTRY, Entry.newBuilder()
                .setTerm(1)
                .setIndex(1)
                .setData(ByteString.copyFromUtf8("abc"))
                .build());
        records.put(RecordType.STATE, HardState.newBuilder().setTerm(1).setCommit(1).build());
        records.putCrc();
        records.put(RecordType.ENTRY, Entry.newBuilder().setTerm(1).setIndex(2).build());
        ByteBuffer frames = records.frames();
        byte[] whole = new byte[frames.remaining()];
        frames.get(whole);
        byte[] longField = whole.clone();
        longField[4] = 0x7f;
        byte[] badFirst = whole.clone();
        badFirst[18]++;
        return Stream.of(
                whole, Arrays.copyOf(whole, whole.length + 40), Arrays.copyOf(whole, whole.length - 3), longField,
                badFirst, new byte[9]);
    }

    @MethodSource("seeds")
    @FuzzTest
    void readingEndsWithinTheFile(byte[] data) throws IOException {
        FaultVfs disk = new FaultVfs();
        disk.createFolder(FILE.getParent());
        try (VfsFile file = disk.open(FILE, Vfs.Mode.CREATE)) {
            file.write(ByteBuffer.wrap(data), 0);
        }
        try (SegmentReader reader = new SegmentReader(disk.open(FILE, Vfs.Mode.READ), null)) {
            long end = 0;
            for (SegmentReader.Found found = reader.next(); found != null; found = reader.next()) {
                assertTrue(found.end() > end && found.end() <= data.length, "from " + end + " to " + found.end());
                assertEquals(found.end(), reader.offset());
                assertNotNull(found.data());
                end = found.end();
            }
            try (VfsFile file = disk.open(FILE, Vfs.Mode.READ)) {
                TailScan scan = TailScan.of(file, end);
                assertTrue(scan.end() >= end && scan.end() <= data.length, "scanned to " + scan.end());
                assertTrue(scan.laterRecord() || !scan.laterBatch());
            }
        }
    }
}
