package io.drawbore.api;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * The one open write transaction of a store. It sees its own writes. It ends in exactly one of {@link #commit}, {@link
 * #commitUnchanged} or {@link #close}, which rolls back. There is no other way to commit: whatever a raft entry does
 * is committed together with that entry's index (etcd issue 13766 is what happens otherwise).
 */
public interface WriteTx extends ReadTx {
    /** Adds a row. Its revision must be new: rows are never changed. */
    void put(KeyRow row);

    /** Removes rows, for compaction; revisions without a row are passed over. */
    void remove(List<Revision> revisions);

    /** Sets a value of a small table. */
    void put(Table table, ByteString key, ByteString value);

    /** Removes a value of a small table; nothing where there is none. */
    void delete(Table table, ByteString key);

    /**
     * Removes all rows, all values of the small tables and all digests, and sets every number to what it is in a new
     * store: room for what another member's store held. The applied index stays until the commit.
     */
    void clear();

    /** Sets a number by name. */
    void set(Counter counter, long value);

    /** Keeps the digests of this transaction's entries, in index order. */
    void record(List<EntryDigest> digests);

    /**
     * Commits an apply batch. On return every later view sees all of it; after a kill of the process it is whole,
     * after a loss of power whole or absent ({@link Backend#makeDurable} says which).
     *
     * @param applied the last entry of the batch; must be above the stored one
     * @throws IllegalStateException where it is not
     */
    void commit(Applied applied);

    /** Commits maintenance or migration: the applied index is read again from the store and stays as it is. */
    void commitUnchanged();
}
