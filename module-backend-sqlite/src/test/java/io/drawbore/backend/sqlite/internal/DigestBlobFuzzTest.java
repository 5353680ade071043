package io.drawbore.backend.sqlite.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drawbore.api.EntryDigest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A blob of digests is read as far as it holds whole ones, and what was read packs into the same bytes. */
class DigestBlobFuzzTest {
    static Stream<byte[]> seeds() {
        byte[] two = DigestBlob.pack(List.of(new EntryDigest(1, 2, 3, 4, 5), new EntryDigest(2, -1, -2, -3, -4)));
        return Stream.of(two, Arrays.copyOf(two, 79), Arrays.copyOf(two, 81));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aBlobIsReadAsFarAsItGoes(byte[] data) {
        byte[] packed = DigestBlob.pack(DigestBlob.unpack(data));
        assertArrayEquals(Arrays.copyOf(data, data.length / 40 * 40), packed);
    }
}
