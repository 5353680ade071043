package io.drawbore.bbolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.wal.DiskVfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** bbolt's own code checks, reads and changes what we write, and writes what we read. */
class BboltInteropTest {
    private static Path judge;

    @TempDir
    Path temp;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        judge = GoPrograms.build("boltjudge", ".");
    }

    private Path file() {
        return temp.resolve("db");
    }

    private List<String> bbolt(String command, String... more) throws IOException, InterruptedException {
        final String[] line = new String[3 + more.length];
        line[0] = judge.toString();
        line[1] = command;
        line[2] = file().toString();
        System.arraycopy(more, 0, line, 3, more.length);
        return GoPrograms.run(temp, line);
    }

    private List<String> ours() {
        return Contents.digest(new DiskVfs(), file());
    }

    /** bbolt finds nothing wrong and the same pairs; then it changes them, and we read what it made of the file. */
    private void judge(Contents contents, long seed) throws IOException, InterruptedException {
        contents.write(new DiskVfs(), file());
        assertEquals(contents.digest(), bbolt("digest"));
        assertEquals(contents.digest(), ours());
        bbolt("change", String.valueOf(seed));
        assertEquals(bbolt("digest"), ours());
        assertNotEquals(contents.digest(), ours());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void bboltReadsAndChangesWhatWeWrite(long seed) throws IOException, InterruptedException {
        judge(Contents.random(new Random(seed), 3000), seed);
    }

    @Test
    void aTreeOfThreeLevels() throws IOException, InterruptedException {
        final Contents contents = new Contents();
        final SortedMap<byte[], byte[]> bucket = contents.bucket("key");
        for (int i = 0; i < 100_000; i++) {
            bucket.put(new RevisionKey(i, 0, i % 10 == 0).bytes(), EtcdSchema.number(i * 31L));
        }
        judge(contents, 7);
    }

    /** The last branch page would have one child; bbolt fails when it deletes from below such a one. */
    @Test
    void noBranchIsLeftWithOneChild() throws IOException, InterruptedException {
        for (int leaves = 150; leaves < 158; leaves++) {
            final Contents contents = new Contents();
            for (int i = 0; i < leaves; i++) {
                contents.bucket("key").put(EtcdSchema.number(2L * i), new byte[1900]);
                contents.bucket("key").put(EtcdSchema.number(2L * i + 1), new byte[1900]);
            }
            contents.write(new DiskVfs(), file());
            bbolt("trim");
            for (int i = 0; i < 3; i++) {
                contents.bucket("key").remove(contents.bucket("key").lastKey());
            }
            assertEquals(contents.digest(), ours());
            Files.delete(file());
        }
    }

    @Test
    void keysAsLargeAsTheyMayBe() throws IOException, InterruptedException {
        final Contents contents = new Contents();
        final Random random = new Random(21);
        for (int i = 0; i < 60; i++) {
            final byte[] key = Contents.some(random, BoltWriter.MAX_KEY_BYTES - i);
            contents.bucket("key").put(key, Contents.some(random, i * 100));
        }
        contents.buckets.put(Contents.some(random, BoltWriter.MAX_KEY_BYTES), contents.bucket("key"));
        judge(contents, 21);
    }

    @Test
    void aFileWithoutPairs() throws IOException, InterruptedException {
        final Contents contents = new Contents();
        contents.bucket("empty");
        judge(contents, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 4096, 16_384, 65_536})
    void weReadWhatBboltWrites(int pageSize) throws IOException, InterruptedException {
        bbolt("write", String.valueOf(pageSize));
        assertEquals(bbolt("digest"), ours());
        try (BoltFile opened = BoltFile.open(new DiskVfs(), file())) {
            assertEquals(pageSize, opened.pageSize());
            assertEquals(9, opened.bucket(Contents.bytes("inline")).sequence());
            final BoltBucket outer = opened.bucket(Contents.bytes("outer"));
            assertTrue(outer.bucket(Contents.bytes("inner")).cursor().next());
        }
    }

    @Test
    void theNewerMetaWillDo() throws IOException, InterruptedException {
        bbolt("write", "16384");
        final List<String> whole = ours();
        final byte[] bytes = Files.readAllBytes(file());
        final boolean firstIsNewer = Meta.read(bytes).transaction()
                > Meta.read(Arrays.copyOfRange(bytes, 16_384, 2 * 16_384)).transaction();
        bytes[firstIsNewer ? 16_384 + 20 : 20]++;
        Files.write(file(), bytes);
        assertEquals(whole, ours());
        assertEquals(whole, bbolt("digest"));
    }

    @Test
    @Tag("full")
    void manyFiles() throws IOException, InterruptedException {
        for (long seed = 100; seed < 115; seed++) {
            judge(Contents.random(new Random(seed), 20_000), seed);
            Files.delete(file());
        }
    }
}
