package io.drawbore.tools;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdException;
import io.drawbore.api.InvariantException;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.bbolt.BoltWriter;
import io.drawbore.bbolt.EtcdBucket;
import io.drawbore.bbolt.EtcdSchema;
import io.drawbore.bbolt.RevisionKey;
import io.drawbore.mvcc.ForeignHistory;
import io.drawbore.proto.mvccpb.KeyValue;
import io.drawbore.testkit.FaultVfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a snapshot holds, its status and hash are said or it is refused in words. */
class SnapshotFileFuzzTest {
    private static final Path NAME = Path.of("/data/db");

    /** How long the last item's key is, then its bytes; then the item's value; then that of the compaction. */
    static Stream<byte[]> seeds() {
        byte[] key = new RevisionKey(9, 0, false).bytes();
        byte[] tombstone = new RevisionKey(9, 1, true).bytes();
        byte[] value = KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8("a"))
                .setVersion(1)
                .setCreateRevision(9)
                .build()
                .toByteArray();
        return Stream.of(
                seed(key, value),
                seed(tombstone, value),
                seed(key, new byte[0]),
                seed(key, new byte[] {-1}),
                seed(new byte[] {'z'}, value),
                seed(new RevisionKey(Long.MAX_VALUE, 0, false).bytes(), value),
                seed(new RevisionKey(9, Long.MAX_VALUE, false).bytes(), value));
    }

    private static byte[] seed(byte[] key, byte[] value) {
        byte[] seed = Arrays.copyOf(new byte[] {(byte) key.length}, 1 + key.length + value.length);
        System.arraycopy(key, 0, seed, 1, key.length);
        System.arraycopy(value, 0, seed, 1 + key.length, value.length);
        return seed;
    }

    @MethodSource("seeds")
    @FuzzTest
    void aSnapshotIsReadOrRefused(byte[] data) throws IOException {
        int length = data.length == 0 ? 0 : Math.min(data[0] & 0x1f, data.length - 1);
        if (length == 0) {
            return;
        }
        FaultVfs disk = new FaultVfs();
        byte[] key = Arrays.copyOfRange(data, 1, 1 + length);
        write(disk, key, Arrays.copyOfRange(data, 1 + length, data.length));
        try (SnapshotFile snapshot = SnapshotFile.open(disk, NAME)) {
            answers(() -> SnapshotStatus.of(snapshot));
            answers(() -> ForeignHistory.hash(snapshot, 0, snapshot.compactRevision()));
        }
    }

    private static void answers(Supplier<Object> question) {
        try {
            assertNotNull(question.get());
        } catch (StorageException | InvariantException | EtcdException | ToolException refused) {
            assertFalse(String.valueOf(refused.getMessage()).isEmpty());
        }
    }

    private static void write(FaultVfs disk, byte[] key, byte[] value) throws IOException {
        disk.createFolder(NAME.getParent());
        try (VfsFile file = disk.open(NAME, Vfs.Mode.CREATE)) {
            BoltWriter writer = BoltWriter.into(file, NAME);
            BoltWriter.Bucket history = writer.bucket(EtcdBucket.KEY.nameBytes());
            history.put(key, value);
            BoltWriter.Bucket meta = writer.bucket(EtcdBucket.META.nameBytes());
            if (value.length > 0) {
                meta.put(EtcdSchema.bytes(EtcdSchema.SCHEDULED_COMPACT), key);
            }
            meta.put(EtcdSchema.bytes(EtcdSchema.STORAGE_VERSION), value);
            writer.finish();
        }
    }
}
