package io.drawbore.bbolt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a file should hold: buckets of pairs. */
final class Contents {
    final SortedMap<byte[], SortedMap<byte[], byte[]>> buckets = new TreeMap<>(Arrays::compareUnsigned);

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    SortedMap<byte[], byte[]> bucket(String name) {
        return buckets.computeIfAbsent(bytes(name), unused -> new TreeMap<>(Arrays::compareUnsigned));
    }

    Contents with(String bucket, String key, String value) {
        bucket(bucket).put(bytes(key), bytes(value));
        return this;
    }

    /** Up to six buckets of up to so many pairs; keys and values of all sizes, most of them small. */
    static Contents random(Random random, int pairs) {
        final Contents contents = new Contents();
        final int buckets = random.nextInt(7);
        for (int i = 0; i < buckets; i++) {
            final SortedMap<byte[], byte[]> bucket = contents.bucket("bucket-" + random.nextInt(1000));
            final int count = random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(pairs + 1);
            final int keyBytes = random.nextInt(5) == 0 ? 3000 : 1 + random.nextInt(40);
            final int valueBytes = random.nextInt(3) == 0 ? 9000 : 1 + random.nextInt(400);
            for (int n = 0; n < count; n++) {
                bucket.put(some(random, 1 + random.nextInt(keyBytes)), some(random, random.nextInt(valueBytes)));
            }
            for (int n = random.nextInt(3); n > 0 && count > 0; n--) {
                bucket.put(some(random, BoltWriter.MAX_KEY_BYTES), some(random, random.nextInt(2 << 20)));
            }
        }
        return contents;
    }

    static byte[] some(Random random, int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Writes it and returns how long the file is. */
    long write(Vfs vfs, Path name) throws IOException {
        try (VfsFile file = vfs.open(name, Vfs.Mode.CREATE)) {
            final BoltWriter writer = BoltWriter.into(file, name);
            for (Map.Entry<byte[], SortedMap<byte[], byte[]>> bucket : buckets.entrySet()) {
                final BoltWriter.Bucket into = writer.bucket(bucket.getKey());
                bucket.getValue().forEach(into::put);
            }
            final long bytes = writer.finish();
            file.sync();
            assertEquals(file.size(), bytes);
            return bytes;
        }
    }

    /** Reads all buckets of a file, which have pairs only. */
    static Contents read(Vfs vfs, Path name) {
        final Contents contents = new Contents();
        try (BoltFile file = BoltFile.open(vfs, name)) {
            file.check();
            final BoltCursor buckets = file.root().cursor();
            while (buckets.next()) {
                final SortedMap<byte[], byte[]> into = new TreeMap<>(Arrays::compareUnsigned);
                contents.buckets.put(buckets.key(), into);
                final BoltCursor pairs = buckets.bucket().cursor();
                while (pairs.next()) {
                    into.put(pairs.key(), pairs.value());
                }
            }
        }
        return contents;
    }

    void assertSame(Contents other) {
        assertEquals(digest(), other.digest());
    }

    /** The lines that the Go program prints of a file. */
    static List<String> digest(Vfs vfs, Path name) {
        try (BoltFile file = BoltFile.open(vfs, name)) {
            file.check();
            final List<String> lines = new ArrayList<>();
            digestChildren("", file.root(), lines);
            return lines;
        }
    }

    private static void digest(String path, BoltBucket bucket, List<String> lines) {
        final ItemDigest digest = new ItemDigest();
        final BoltCursor cursor = bucket.cursor();
        while (cursor.next()) {
            if (cursor.isBucket()) {
                digest.add(cursor.key());
            } else {
                digest.add(cursor.key(), cursor.value());
            }
        }
        lines.add(digest.line(path));
        digestChildren(path + "/", bucket, lines);
    }

    private static void digestChildren(String path, BoltBucket bucket, List<String> lines) {
        final BoltCursor children = bucket.cursor();
        while (children.next()) {
            if (children.isBucket()) {
                digest(path + HexFormat.of().formatHex(children.key()), children.bucket(), lines);
            }
        }
    }

    /** Its own lines of that kind. */
    List<String> digest() {
        final List<String> lines = new ArrayList<>();
        buckets.forEach((name, pairs) -> {
            final ItemDigest digest = new ItemDigest();
            pairs.forEach(digest::add);
            lines.add(digest.line(HexFormat.of().formatHex(name)));
        });
        return lines;
    }

    /** Each key is found, and seeking what lies between two keys finds the second. */
    void assertFound(BoltFile file, Random random) {
        buckets.forEach((name, pairs) -> {
            final BoltBucket bucket = file.bucket(name);
            assertTrue(bucket != null, () -> "no bucket " + HexFormat.of().formatHex(name));
            pairs.forEach((key, value) -> {
                if (random.nextInt(20) == 0) {
                    assertArrayEquals(value, bucket.get(key));
                    final byte[] behind = Arrays.copyOf(key, key.length + 1);
                    final SortedMap<byte[], byte[]> rest = pairs.tailMap(behind);
                    final BoltCursor cursor = bucket.cursor();
                    assertEquals(!rest.isEmpty(), cursor.seek(behind));
                    if (!rest.isEmpty()) {
                        assertArrayEquals(rest.firstKey(), cursor.key());
                    }
                    assertEquals(rest.containsKey(behind), bucket.get(behind) != null);
                }
            });
        });
    }

    /** Number and SHA-256 of a bucket's items. */
    private static final class ItemDigest {
        private final MessageDigest sum = sha256();
        private int items;

        void add(byte[] key, byte[] value) {
            items++;
            sum.update(length(key.length));
            sum.update(key);
            sum.update(length(value.length));
            sum.update(value);
        }

        void add(byte[] bucket) {
            items++;
            sum.update(length(bucket.length));
            sum.update(bucket);
            sum.update(length(-1));
        }

        private static byte[] length(int value) {
            return new byte[] {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
        }

        String line(String path) {
            return path + " " + items + " " + HexFormat.of().formatHex(sum.digest());
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
