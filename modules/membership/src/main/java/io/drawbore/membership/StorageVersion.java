package io.drawbore.membership;

import com.google.protobuf.ByteString;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import org.jspecify.annotations.Nullable;

/**
 * The version of etcd that understands a store, written in the transaction that makes it so. It is this member's own:
 * members of one cluster differ in it for a while, so it is outside of the digests.
 */
public final class StorageVersion {
    private static final ByteString KEY = ByteString.copyFromUtf8("storageVersion");

    /** A store without a record that has applied anything is of this version: the last that wrote none. */
    private static final MinorVersion UNRECORDED = new MinorVersion(3, 5);

    private StorageVersion() {}

    /**
     * The version that a view shows, or null in a store that has applied nothing yet.
     *
     * @throws CorruptionException where the record is none
     */
    public static @Nullable MinorVersion of(ReadTx tx) {
        ByteString recorded = tx.get(Table.CLUSTER, KEY);
        if (recorded == null) {
            return tx.applied().index() == 0 ? null : UNRECORDED;
        }
        return MinorVersion.of(recorded.toStringUtf8())
                .orElseThrow(() -> new CorruptionException(
                        "the store says that it is of version \"" + recorded.toStringUtf8() + "\", which is none"));
    }

    /** Writes it. */
    public static void record(WriteTx tx, MinorVersion version) {
        tx.put(Table.CLUSTER, KEY, ByteString.copyFromUtf8(version.toString()));
    }

    /** The key of its record in {@link Table#CLUSTER}. */
    public static ByteString key() {
        return KEY;
    }

    /** Whether a value of a small table is its record. */
    public static boolean isRecord(Table table, ByteString key) {
        return table == Table.CLUSTER && key.equals(KEY);
    }
}
