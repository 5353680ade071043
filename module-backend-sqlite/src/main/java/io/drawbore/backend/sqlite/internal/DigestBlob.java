package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.EntryDigest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The digests of one commit as one blob: five big-endian numbers an entry, in the order of {@link EntryDigest}. */
final class DigestBlob {
    private static final int ENTRY_BYTES = 5 * Long.BYTES;

    private DigestBlob() {}

    static byte[] pack(List<EntryDigest> digests) {
        ByteBuffer out = ByteBuffer.allocate(digests.size() * ENTRY_BYTES);
        for (EntryDigest digest : digests) {
            out.putLong(digest.index()).putLong(digest.chain());
            out.putLong(digest.rowsLow()).putLong(digest.rowsHigh()).putLong(digest.tables());
        }
        return out.array();
    }

    static List<EntryDigest> unpack(byte[] blob) {
        ByteBuffer in = ByteBuffer.wrap(blob);
        List<EntryDigest> digests = new ArrayList<>(blob.length / ENTRY_BYTES);
        while (in.remaining() >= ENTRY_BYTES) {
            digests.add(new EntryDigest(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong()));
        }
        return digests;
    }
}
