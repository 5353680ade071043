package io.drawbore.apply;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.TableChange;
import io.drawbore.api.WriteTx;
import io.drawbore.membership.StorageVersion;

/** One step of a store to the storage version before or after: a transaction of its own. Apply thread only. */
public final class StorageStep {
    private StorageStep() {}

    /**
     * Takes one step, between two batches. No log replays it: make it durable before anything relies on it.
     *
     * @param wanted where the way leads, known to the migrator
     * @return the version of the store from now on
     */
    public static MinorVersion take(Backend backend, StorageMigrator migrator, MinorVersion wanted) {
        try (WriteTx tx = backend.begin()) {
            MinorVersion from = StorageVersion.of(tx);
            MinorVersion to = wanted;
            if (from != null) {
                to = migrator.chain().next(from, wanted);
                migrator.step(tx, from, to).forEach(change -> write(tx, change));
            }
            StorageVersion.record(tx, to);
            tx.commitUnchanged();
            return to;
        }
    }

    private static void write(WriteTx tx, TableChange change) {
        ByteString value = change.value();
        if (value == null) {
            tx.delete(change.table(), change.key());
        } else {
            tx.put(change.table(), change.key(), value);
        }
    }
}
