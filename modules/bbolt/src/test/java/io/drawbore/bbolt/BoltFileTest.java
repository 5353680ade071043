package io.drawbore.bbolt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.CorruptionException;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.testkit.DiskStoppedException;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.Survival;
import io.drawbore.wal.DiskVfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written reads back, and nothing else is taken. */
class BoltFileTest {
    private static final Path NAME = Path.of("/data/db");

    private final FaultVfs disk = new FaultVfs();

    @TempDir
    Path temp;

    @BeforeEach
    void makeFolder() throws IOException {
        disk.createFolder(Path.of("/data"));
    }

    private static Contents sequence(int pairs, int valueBytes) {
        final Contents contents = new Contents();
        final SortedMap<byte[], byte[]> bucket = contents.bucket("key");
        for (int i = 0; i < pairs; i++) {
            bucket.put(EtcdSchema.number(i), new byte[valueBytes]);
        }
        return contents;
    }

    @Test
    void aFileWithoutBucketsIsOne() throws IOException {
        final long bytes = new Contents().write(disk, NAME);
        assertEquals(4 * BoltWriter.PAGE_SIZE, bytes, "two metas, the free list, the root");
        try (BoltFile file = BoltFile.open(disk, NAME)) {
            assertFalse(file.root().cursor().next());
            assertNull(file.bucket(Contents.bytes("key")));
            assertEquals(bytes, file.size());
        }
    }

    @Test
    void bucketsAreEmptyOrSmallOrTrees() throws IOException {
        final Contents contents = sequence(1000, 100).with("small", "a", "1").with("small", "b", "");
        contents.bucket("empty");
        contents.write(disk, NAME);
        contents.assertSame(Contents.read(disk, NAME));
        try (BoltFile file = BoltFile.open(disk, NAME)) {
            final BoltBucket small = file.bucket(Contents.bytes("small"));
            assertArrayEquals(Contents.bytes("1"), small.get(Contents.bytes("a")));
            assertArrayEquals(new byte[0], small.get(Contents.bytes("b")));
            assertNull(small.get(Contents.bytes("c")));
            assertNull(file.root().get(Contents.bytes("small")), "a bucket is no value");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsWrittenReadsBack(long seed) throws IOException {
        final Random random = new Random(seed);
        final Contents contents = Contents.random(random, 2000);
        contents.write(disk, NAME);
        contents.assertSame(Contents.read(disk, NAME));
        try (BoltFile file = BoltFile.open(disk, NAME)) {
            contents.assertFound(file, random);
        }
    }

    @Test
    void manyPairsReadBack() throws IOException {
        final Path name = temp.resolve("db");
        final Contents contents = sequence(200_000, 30);
        contents.bucket("large").put(Contents.bytes("k"), Contents.some(new Random(5), 2 << 20));
        final long bytes = contents.write(new DiskVfs(), name);
        contents.assertSame(Contents.read(new DiskVfs(), name));
        final long data = 200_000L * (16 + 8 + 30) + (2 << 20);
        assertTrue(bytes < data * 10 / 9 * 102 / 100, () -> "pages are filled to nine tenths: " + bytes);
    }

    @Test
    void valuesOfABitMoreThanAPageWasteLittle() throws IOException {
        final long bytes = sequence(1000, 4200).write(disk, NAME);
        assertTrue(bytes < 1000L * 4200 * 3 / 2, () -> "two share three pages: " + bytes);
    }

    @Test
    void theSamePairsGiveTheSameBytes() throws IOException {
        final Path other = Path.of("/data/other");
        Contents.random(new Random(3), 500).write(disk, NAME);
        Contents.random(new Random(3), 500).write(disk, other);
        assertArrayEquals(disk.bytes(NAME), disk.bytes(other));
    }

    /** As a server does that sends it: from the front, through the file that is still open. */
    @Test
    void aFinishedFileReadsFromItsFront() throws IOException {
        final Path other = Path.of("/data/other");
        final byte[] sent;
        try (VfsFile file = disk.open(NAME, Vfs.Mode.CREATE)) {
            final BoltWriter writer = BoltWriter.into(file, NAME);
            writer.bucket(Contents.bytes("b")).put(Contents.bytes("k"), new byte[50_000]);
            final ByteBuffer all = ByteBuffer.allocate((int) writer.finish() + 1);
            file.read(all, 0);
            sent = Arrays.copyOf(all.array(), all.position());
        }
        try (VfsFile file = disk.open(other, Vfs.Mode.CREATE)) {
            file.write(ByteBuffer.wrap(sent), 0);
        }
        try (BoltFile file = BoltFile.open(disk, other)) {
            assertArrayEquals(new byte[50_000], file.bucket(Contents.bytes("b")).get(Contents.bytes("k")));
        }
    }

    @Test
    void buffersStayWhereTheyAre() throws IOException {
        try (VfsFile file = disk.open(NAME, Vfs.Mode.CREATE)) {
            final BoltWriter writer = BoltWriter.into(file, NAME);
            final ByteBuffer key = ByteBuffer.allocateDirect(10).put(3, (byte) 7).position(3).limit(5);
            final ByteBuffer value = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2);
            writer.bucket(Contents.bytes("b")).put(key, value);
            assertEquals(2, key.remaining());
            assertEquals(2, value.remaining());
            writer.finish();
        }
        try (BoltFile file = BoltFile.open(disk, NAME)) {
            assertArrayEquals(new byte[] {2, 3}, file.bucket(Contents.bytes("b")).get(new byte[] {7, 0}));
        }
    }

    @Test
    void whatBboltWouldNotTakeIsRefusedAndTheRestGoesOn() throws IOException {
        final Contents expected = new Contents().with("b", "k", "v").with("b", "l", "v").with("c", "k", "v");
        try (VfsFile file = disk.open(NAME, Vfs.Mode.CREATE)) {
            final BoltWriter writer = BoltWriter.into(file, NAME);
            final BoltWriter.Bucket bucket = writer.bucket(Contents.bytes("b"));
            final byte[] value = Contents.bytes("v");
            bucket.put(Contents.bytes("k"), value);
            for (String key : new String[] {"", "a", "k", "K", "x".repeat(BoltWriter.MAX_KEY_BYTES + 1)}) {
                assertThrows(IllegalArgumentException.class, () -> bucket.put(Contents.bytes(key), value));
            }
            bucket.put(Contents.bytes("l"), value);
            for (String name : new String[] {"", "a", "b", "x".repeat(BoltWriter.MAX_KEY_BYTES + 1)}) {
                assertThrows(IllegalArgumentException.class, () -> writer.bucket(Contents.bytes(name)));
            }
            assertThrows(IllegalStateException.class, () -> bucket.put(Contents.bytes("m"), value));
            writer.bucket(Contents.bytes("c")).put(Contents.bytes("k"), value);
            writer.finish();
            assertThrows(IllegalStateException.class, writer::finish);
            assertThrows(IllegalStateException.class, () -> writer.bucket(Contents.bytes("d")));
            assertThrows(IllegalArgumentException.class, () -> BoltWriter.into(file, NAME));
        }
        expected.assertSame(Contents.read(disk, NAME));
    }

    @Test
    void keysAreInTheOrderOfUnsignedBytes() throws IOException {
        try (VfsFile file = disk.open(NAME, Vfs.Mode.CREATE)) {
            final BoltWriter.Bucket bucket = BoltWriter.into(file, NAME).bucket(Contents.bytes("b"));
            bucket.put(new byte[] {0x7f}, new byte[0]);
            bucket.put(new byte[] {(byte) 0x80}, new byte[0]);
            assertThrows(IllegalArgumentException.class, () -> bucket.put(new byte[] {1}, new byte[0]));
        }
    }

    @Test
    void aFileThatWasNotFinishedIsNone() throws IOException {
        try (VfsFile file = disk.open(NAME, Vfs.Mode.CREATE)) {
            final BoltWriter.Bucket bucket = BoltWriter.into(file, NAME).bucket(Contents.bytes("b"));
            for (int i = 0; i < 100; i++) {
                bucket.put(EtcdSchema.number(i), new byte[10_000]);
            }
        }
        assertTrue(disk.bytes(NAME).length > 0);
        assertThrows(CorruptionException.class, () -> BoltFile.open(disk, NAME));
    }

    @Test
    void aFileOnAFullDiskIsNotFinished() throws IOException {
        disk.limitSpaceTo(300_000);
        try (VfsFile file = disk.open(NAME, Vfs.Mode.CREATE)) {
            final BoltWriter writer = BoltWriter.into(file, NAME);
            final BoltWriter.Bucket bucket = writer.bucket(Contents.bytes("b"));
            final StorageException full = assertThrows(StorageException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    bucket.put(EtcdSchema.number(i), new byte[10_000]);
                }
            });
            assertTrue(full.getMessage().contains(NAME.toString()), full.getMessage());
            assertThrows(IllegalStateException.class, writer::finish);
        }
        assertThrows(CorruptionException.class, () -> BoltFile.open(disk, NAME));
    }

    @Test
    void aFileThatThePowerCutIsWholeOrNone() throws IOException {
        final Contents contents = sequence(3000, 200);
        final FaultVfs whole = new FaultVfs();
        whole.createFolder(Path.of("/data"));
        contents.write(whole, NAME);
        for (long stop = 2; stop <= whole.steps(); stop++) {
            final FaultVfs cut = new FaultVfs();
            cut.createFolder(Path.of("/data"));
            cut.stopAt(stop);
            assertThrows(DiskStoppedException.class, () -> {
                contents.write(cut, NAME);
                cut.syncFolder(Path.of("/data"));
            });
            final FaultVfs after = cut.reboot(Survival.EVERYTHING, stop);
            try {
                contents.assertSame(Contents.read(after, NAME));
            } catch (final CorruptionException none) {
                assertTrue(stop < whole.steps() - 1, none.getMessage());
            }
        }
    }

    @Test
    void whatCannotBeReadIsNoCorruption() throws IOException {
        new Contents().write(disk, NAME);
        disk.failReadsOf(NAME);
        final StorageException failed = assertThrows(StorageException.class, () -> BoltFile.open(disk, NAME));
        assertFalse(failed instanceof CorruptionException);
        assertThrows(StorageException.class, () -> BoltFile.open(new DiskVfs(), temp.resolve("missing")));
        Files.createFile(temp.resolve("empty"));
        assertThrows(CorruptionException.class, () -> BoltFile.open(new DiskVfs(), temp.resolve("empty")));
    }
}
