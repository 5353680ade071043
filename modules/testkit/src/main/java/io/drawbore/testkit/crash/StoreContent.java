package io.drawbore.testkit.crash;

import com.google.protobuf.ByteString;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Tells two contents of stores apart, whatever kind of store holds them. */
public final class StoreContent {
    private static final int PAGE = 1_000;

    private StoreContent() {}

    /** SHA-256, in hex, over everything a view can answer, values included. */
    public static String digest(ReadTx view) {
        MessageDigest sha = sha256();
        add(sha, view.applied());
        for (Counter counter : Counter.values()) {
            add(sha, counter.label() + "=" + view.counter(counter));
        }
        Revision from = new Revision(0, 0);
        Revision end = Revision.END;
        List<KeyRow> page;
        do {
            page = view.scan(from, end, PAGE, ReadTx.Content.VALUES);
            for (KeyRow row : page) {
                add(sha, row.revision() + " " + row.createRevision() + " " + row.version() + " " + row.lease());
                add(sha, row.tombstone());
                add(sha, row.key());
                add(sha, row.value());
                from = new Revision(row.revision().main(), row.revision().sub() + 1);
            }
        } while (page.size() == PAGE);
        for (Table table : Table.values()) {
            add(sha, table.label());
            view.all(table).forEach((key, value) -> {
                add(sha, key);
                add(sha, value);
            });
        }
        for (EntryDigest digest : view.digests(0)) {
            add(sha, digest);
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private static void add(MessageDigest sha, Object value) {
        add(sha, ByteString.copyFrom(value.toString(), StandardCharsets.UTF_8));
    }

    private static void add(MessageDigest sha, ByteString bytes) {
        int length = bytes.size();
        sha.update(new byte[] {(byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length});
        sha.update(bytes.toByteArray());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
