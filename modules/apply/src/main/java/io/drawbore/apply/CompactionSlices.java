package io.drawbore.apply;

import io.drawbore.api.Backend;
import io.drawbore.api.WriteTx;
import io.drawbore.mvcc.Keyspace;

/**
 * Removes from the store what compactions have given up: a slice at a time, each in a transaction of its own that
 * leaves the applied index as it is. Apply thread only, between two batches.
 */
public final class CompactionSlices {
    private final Backend backend;
    private final Keyspace keyspace;

    /** Slices of one store. */
    public CompactionSlices(Backend backend, Keyspace keyspace) {
        this.backend = backend;
        this.keyspace = keyspace;
    }

    /**
     * Removes some of it, and commits.
     *
     * @param rows rows looked at, from 1
     * @return whether there is more
     */
    public boolean remove(int rows) {
        try (WriteTx tx = backend.begin()) {
            boolean more = keyspace.compactionSlice(tx, rows);
            tx.commitUnchanged();
            return more;
        }
    }
}
