package io.drawbore.bbolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drawbore.api.CorruptionException;
import io.drawbore.testkit.FaultVfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file holds, a walk of it comes to an end after a few times its size, or it is refused as damaged. */
class BoltFileFuzzTest {
    private static final Path NAME = Path.of("/data/db");
    private static final int EDITS = 0;
    private static final int META_AND_EDITS = 1;

    private final byte[] whole;

    BoltFileFuzzTest() throws IOException {
        final FaultVfs disk = new FaultVfs();
        disk.createFolder(NAME.getParent());
        final Contents contents =
                new Contents().with("inline", "a", "1").with("inline", "b", "2").with("other", "c", "");
        for (int main = 0; main < 150; main++) {
            contents.bucket("tree").put(new RevisionKey(main, 0, false).bytes(), new byte[20 + main % 40]);
        }
        contents.bucket("large").put(new RevisionKey(1, 0, true).bytes(), new byte[5000]);
        contents.write(disk, NAME);
        whole = disk.bytes(NAME);
    }

    /**
     * First what follows. Edits are four bytes: where (three), what. A meta is three: the page size's power of two, the
     * root, the number of pages. Else it is a whole file.
     */
    static Stream<byte[]> seeds() {
        return Stream.of(
                new byte[] {EDITS},
                new byte[] {EDITS, 0, 0x20, 8, 1, 0, 0x30, 10, 2},
                new byte[] {EDITS, 0, 0x50, 16, 1, 0, 0x60, 24, 0x7f},
                new byte[] {META_AND_EDITS, 12, 3, 9},
                new byte[] {META_AND_EDITS, 10, 4, 30, 0, 0x10, 0, 4},
                new byte[] {META_AND_EDITS, 12, 8, 9, 0, 0x40, 8, 1, 0, 0x40, 20, 4},
                new byte[] {2, 0, 0, 0, 0});
    }

    @MethodSource("seeds")
    @FuzzTest
    void aWalkEndsOrTheFileIsRefused(final byte[] data) {
        if (data.length < 1) {
            return;
        }
        final byte[] bytes = file(ByteBuffer.wrap(data, 1, data.length - 1), data[0]);
        final var vfs = new BytesVfs(bytes);
        try (BoltFile file = BoltFile.open(vfs, NAME)) {
            file.check();
            final long checked = vfs.bytesRead();
            final long pairs = walk(file.root(), 0);
            assertTrue(pairs <= bytes.length, pairs + " pairs in " + bytes.length + " bytes");
            assertTrue(checked <= 5L * bytes.length, checked + " bytes read of " + bytes.length);
        } catch (final CorruptionException refused) {
            assertTrue(String.valueOf(refused.getMessage()).startsWith(NAME.toString()), refused.toString());
        }
    }

    private static long walk(final BoltBucket bucket, final int depth) {
        long pairs = 0;
        final BoltCursor cursor = bucket.cursor();
        while (cursor.next()) {
            if (cursor.isBucket()) {
                pairs += walk(cursor.bucket(), depth + 1);
                continue;
            }
            pairs++;
            assertNotNull(cursor.value());
            try {
                assertNotNull(RevisionKey.of(cursor.key()));
            } catch (final IllegalArgumentException noRevision) {
                assertTrue(!String.valueOf(noRevision.getMessage()).isEmpty());
            }
        }
        assertEquals(false, cursor.next());
        return pairs;
    }

    private byte[] file(final ByteBuffer told, final byte how) {
        if (how != EDITS && how != META_AND_EDITS) {
            return Arrays.copyOfRange(told.array(), 1, told.limit());
        }
        final byte[] file = whole.clone();
        if (how == META_AND_EDITS && told.remaining() >= 3) {
            final Meta meta = Meta.read(Arrays.copyOf(file, Meta.BYTES));
            final int pageSize = 1 << (told.get() & 31);
            final var other = new Meta(
                    pageSize, told.get(), meta.rootSequence(), meta.freelist(), told.get(), meta.transaction() + 1);
            other.write(file, 0, 0);
            if (pageSize > 0 && pageSize <= file.length - Meta.BYTES) {
                other.write(file, pageSize, 1);
            }
        }
        while (told.remaining() >= 4) {
            final int edit = told.getInt();
            file[(edit >>> 8) % file.length] = (byte) edit;
        }
        return file;
    }
}
