package io.drawbore.bbolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.CorruptionException;
import io.drawbore.testkit.FaultVfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files are refused or read as if nothing were amiss; hostile ones cost no more than a few times their size.
 */
class DamageTest {
    private static final Path NAME = Path.of("/data/db");
    private static final int PAGE = BoltWriter.PAGE_SIZE;

    private byte[] bytes;
    private List<String> whole;

    /** A root leaf, a bucket in its header, a tree of two levels, leaves of several pages. */
    @BeforeEach
    void writeAFile() throws IOException {
        final FaultVfs disk = new FaultVfs();
        disk.createFolder(Path.of("/data"));
        final Contents contents = new Contents().with("inline", "a", "1").with("inline", "b", "2");
        final Random random = new Random(1);
        final SortedMap<byte[], byte[]> tree = contents.bucket("tree");
        for (int i = 0; i < 400; i++) {
            tree.put(new RevisionKey(i, 0, false).bytes(), Contents.some(random, 20 + i % 40));
        }
        final SortedMap<byte[], byte[]> large = contents.bucket("large");
        for (int size : new int[] {5000, 6000, 70_000, 5000}) {
            large.put(new RevisionKey(large.size(), 0, false).bytes(), Contents.some(random, size));
        }
        contents.write(disk, NAME);
        bytes = disk.bytes(NAME);
        whole = contents.digest();
    }

    private List<String> read() {
        return Contents.digest(new BytesVfs(bytes), NAME);
    }

    /** Flips each bit of some bytes, one at a time. */
    private void eachFlip(int from, int to, LongConsumer judge) {
        for (int at = from; at < to; at++) {
            for (int bit = 0; bit < 8; bit++) {
                bytes[at] ^= (byte) (1 << bit);
                judge.accept(at);
                bytes[at] ^= (byte) (1 << bit);
            }
        }
    }

    private void readsEqualOrIsRefused(long at) {
        try {
            assertEquals(whole, read(), () -> "after a flip at " + at);
        } catch (final CorruptionException refused) {
            assertTrue(refused.getMessage().contains(NAME + ": at offset "), refused.getMessage());
        }
    }

    private int pages() {
        return bytes.length / PAGE;
    }

    private int count(int page) {
        return Layout.unsignedShort(bytes, page * PAGE + Layout.PAGE_COUNT_AT);
    }

    private int kind(int page) {
        return Layout.unsignedShort(bytes, page * PAGE + Layout.PAGE_KIND_AT);
    }

    private int firstPage(int kind) {
        return IntStream.range(2, pages()).filter(page -> kind(page) == kind).findFirst().orElseThrow();
    }

    @Test
    void aFlipInTheMetas() {
        eachFlip(0, 120, this::readsEqualOrIsRefused);
        eachFlip(PAGE, PAGE + 120, this::readsEqualOrIsRefused);
        eachFlip(0, 1, at -> assertEquals(whole, read(), "the other meta is there"));
    }

    @Test
    void bothMetasDamaged() {
        bytes[20]++;
        bytes[PAGE + 20]++;
        assertThrows(CorruptionException.class, this::read);
    }

    @Test
    void aFlipInTheFreeList() {
        eachFlip(2 * PAGE, 2 * PAGE + 64, at -> assertEquals(whole, read(), "readers need no free pages"));
    }

    /** All but the sizes of a leaf's last key and value: nothing else says where they end. */
    @Test
    void aFlipInHeaderOrElements() {
        final int large = firstPage(Layout.LEAF);
        final int leaf = pages() - 3;
        final int branch = pages() - 2;
        final int root = pages() - 1;
        assertEquals(Layout.BRANCH, kind(branch));
        for (int page : new int[] {large, leaf, branch, root}) {
            final int from = page * PAGE;
            final int end = from + Layout.PAGE_HEADER + count(page) * Layout.LEAF_ELEMENT;
            eachFlip(from, page == branch ? end : end - 8, this::readsEqualOrIsRefused);
        }
    }

    @Test
    void aFlipInABucketThatStandsInItsHeader() {
        final int root = (pages() - 1) * PAGE;
        final int element = root + Layout.PAGE_HEADER;
        final int name = element + (int) Layout.unsignedInt(bytes, element + Layout.LEAF_POSITION_AT);
        final int header = name + "inline".length();
        final int image = header + Layout.BUCKET_HEADER;
        assertEquals(Layout.LEAF, Layout.unsignedShort(bytes, image + Layout.PAGE_KIND_AT));
        eachFlip(header, image + Layout.PAGE_HEADER + 2 * Layout.LEAF_ELEMENT, this::readsEqualOrIsRefused);
    }

    /** A key or a value may read otherwise: only the SHA-256 behind a snapshot tells. No more than that may happen. */
    @Test
    void aFlipInAnItem() {
        final Random random = new Random(8);
        for (int n = 0; n < 2000; n++) {
            final int at = 2 * PAGE + random.nextInt(bytes.length - 2 * PAGE);
            bytes[at] ^= 64;
            try {
                assertEquals(whole.size(), read().size());
            } catch (final CorruptionException refused) {
                assertTrue(refused.getMessage().contains(NAME.toString()), refused.getMessage());
            }
            bytes[at] ^= 64;
        }
    }

    @Test
    void aFileThatWasCut() {
        final byte[] all = bytes;
        for (int size = 0; size < all.length; size += 512) {
            bytes = Arrays.copyOf(all, size);
            assertThrows(CorruptionException.class, this::read);
        }
        bytes = Arrays.copyOf(all, all.length + 32);
        assertEquals(whole, read(), "a snapshot's hash stands behind the last page");
    }

    @Test
    void aPageInPlaceOfAnother() {
        final byte[] all = bytes.clone();
        for (int to = 2; to < pages(); to++) {
            for (int from = 2; from < pages(); from += 1 + pages() / 7) {
                System.arraycopy(all, from * PAGE, bytes, to * PAGE, PAGE);
                if (kind(to) == Layout.LEAF || kind(to) == Layout.BRANCH) {
                    Layout.putLong(bytes, to * PAGE, to);
                }
                // within a value anything may stand
                final int length = whole.size();
                try {
                    assertEquals(length, read().size());
                } catch (final CorruptionException refused) {
                    assertTrue(refused.getMessage().contains(NAME.toString()), refused.getMessage());
                }
                System.arraycopy(all, to * PAGE, bytes, to * PAGE, PAGE);
            }
        }
    }

    /** Random pages with random kinds, counts and children, so that trees cross, loop and nest without end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void hostileFilesCostLittle(long seed) {
        final Random random = new Random(seed);
        for (int n = 0; n < 1000; n++) {
            bytes = new byte[PAGE * (4 + random.nextInt(40))];
            for (int page = 2; page < pages(); page++) {
                hostilePage(page, random);
            }
            for (int id = 0; id < 2; id++) {
                new Meta(PAGE, 2, 0, Meta.NO_FREELIST, pages(), id).write(bytes, id * PAGE, id);
            }
            final BytesVfs file = new BytesVfs(bytes);
            try {
                Contents.digest(file, NAME);
            } catch (final CorruptionException refused) {
                assertTrue(refused.getMessage().contains(NAME.toString()), refused.getMessage());
            }
            assertTrue(file.bytesRead() < 5L * bytes.length, "seed " + seed + ", file " + n + ": " + file.bytesRead());
        }
    }

    /** A page with valid elements, keys that ascend for the most part, and children and buckets anywhere. */
    private void hostilePage(int page, Random random) {
        final boolean leaf = page > 2 + random.nextInt(10);
        final int count = random.nextInt(5) == 0 ? random.nextInt(3) : 1 + random.nextInt(6);
        final int from = page * PAGE;
        Layout.putPageHeader(bytes, from, page, leaf ? Layout.LEAF : Layout.BRANCH, count, random.nextInt(20) / 19);
        int data = from + Layout.PAGE_HEADER + count * Layout.LEAF_ELEMENT;
        for (int i = 0; i < count; i++) {
            final int at = from + Layout.PAGE_HEADER + i * Layout.LEAF_ELEMENT;
            final boolean bucket = random.nextInt(10) > 0;
            final int value = !leaf ? 0 : bucket ? Layout.BUCKET_HEADER : random.nextInt(30);
            if (leaf) {
                Layout.putInt(bytes, at, bucket ? 1 : 0);
                Layout.putInt(bytes, at + Layout.LEAF_POSITION_AT, data - at);
                Layout.putInt(bytes, at + Layout.LEAF_KEY_SIZE_AT, 1);
                Layout.putInt(bytes, at + Layout.LEAF_VALUE_SIZE_AT, value);
                Layout.putLong(bytes, data + 1, random.nextInt(pages()));
            } else {
                Layout.putInt(bytes, at, data - at);
                Layout.putInt(bytes, at + Layout.BRANCH_KEY_SIZE_AT, 1);
                Layout.putLong(bytes, at + Layout.BRANCH_CHILD_AT, random.nextInt(pages()));
            }
            bytes[data] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : i);
            data += 1 + value;
        }
    }

    /** Branches with one child each, in a circle: no key is ever met that would be out of bounds. */
    @Test
    void aCircleOfBranchesWithOneChild() {
        bytes = new byte[5 * PAGE];
        for (int page = 2; page < 5; page++) {
            Layout.putPageHeader(bytes, page * PAGE, page, Layout.BRANCH, 1, 0);
            final int at = page * PAGE + Layout.PAGE_HEADER;
            Layout.putInt(bytes, at, Layout.BRANCH_ELEMENT);
            Layout.putInt(bytes, at + Layout.BRANCH_KEY_SIZE_AT, 1);
            Layout.putLong(bytes, at + Layout.BRANCH_CHILD_AT, page == 4 ? 2 : page + 1);
            bytes[at + Layout.BRANCH_ELEMENT] = 7;
        }
        new Meta(PAGE, 2, 0, Meta.NO_FREELIST, 5, 1).write(bytes, PAGE, 1);
        try (BoltFile file = BoltFile.open(new BytesVfs(bytes), NAME)) {
            final BoltCursor cursor = file.root().cursor();
            assertThrows(CorruptionException.class, cursor::next);
            assertThrows(IllegalStateException.class, cursor::next, "what was damaged is not skipped");
            assertThrows(CorruptionException.class, () -> file.bucket(new byte[] {9}));
        }
    }

    /** Leaves that all claim the rest of the file. */
    @Test
    void pagesThatOverlap() {
        final int branch = firstPage(Layout.BRANCH);
        for (int page = 3; page < branch; page++) {
            if (kind(page) == Layout.LEAF) {
                Layout.putInt(bytes, page * PAGE + Layout.PAGE_OVERFLOW_AT, pages() - page - 1);
            }
        }
        assertThrows(CorruptionException.class, this::read);
    }

    /** bbolt before 1.3.1 took one page more where the items filled theirs to the last byte; none took two. */
    @Test
    void aLeafWithAPageToSpare() {
        final int value = 2 * PAGE - Layout.PAGE_HEADER - Layout.LEAF_ELEMENT - 1;
        for (int spare = 0; spare < 3; spare++) {
            bytes = new byte[(5 + spare) * PAGE];
            putLeaf(2, 0, Layout.BUCKET_FLAG, Layout.BUCKET_HEADER);
            Layout.putLong(bytes, 2 * PAGE + Layout.PAGE_HEADER + Layout.LEAF_ELEMENT + 1, 3);
            putLeaf(3, 1 + spare, 0, value);
            new Meta(PAGE, 2, 0, Meta.NO_FREELIST, 5 + spare, 1).write(bytes, PAGE, 1);
            if (spare < 2) {
                assertTrue(read().getFirst().startsWith("07 1 "), String.valueOf(spare));
            } else {
                assertThrows(CorruptionException.class, this::read);
            }
        }
    }

    /** A leaf with one item, of key 7. */
    private void putLeaf(int page, int overflow, int flags, int valueSize) {
        Layout.putPageHeader(bytes, page * PAGE, page, Layout.LEAF, 1, overflow);
        final int at = page * PAGE + Layout.PAGE_HEADER;
        Layout.putInt(bytes, at, flags);
        Layout.putInt(bytes, at + Layout.LEAF_POSITION_AT, Layout.LEAF_ELEMENT);
        Layout.putInt(bytes, at + Layout.LEAF_KEY_SIZE_AT, 1);
        Layout.putInt(bytes, at + Layout.LEAF_VALUE_SIZE_AT, valueSize);
        bytes[at + Layout.LEAF_ELEMENT] = 7;
    }

    /** A bucket whose only item is itself. */
    @Test
    void aBucketWithinItself() {
        bytes = new byte[4 * PAGE];
        for (int page = 2; page < 4; page++) {
            putLeaf(page, 0, Layout.BUCKET_FLAG, Layout.BUCKET_HEADER);
            Layout.putLong(bytes, page * PAGE + Layout.PAGE_HEADER + Layout.LEAF_ELEMENT + 1, 3);
        }
        new Meta(PAGE, 2, 0, Meta.NO_FREELIST, 4, 1).write(bytes, PAGE, 1);
        assertThrows(CorruptionException.class, this::read);
    }
}
