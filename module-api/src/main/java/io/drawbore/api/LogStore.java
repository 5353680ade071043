package io.drawbore.api;

import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import java.util.List;

/**
 * The raft log on disk, in etcd's format. One thread (the raft thread) uses it. It does not know what an entry means.
 *
 * <p>After any {@link StorageException} the log must not be used any more; a failed sync in particular is never
 * retried,
 * since the operating system may have dropped the pages it could not write.
 */
public interface LogStore extends AutoCloseable {
    /**
     * Writes entries and then the hard state. Nothing is durable on return. An entry at or below the last index
     * replaces
     * that one and all that followed it.
     *
     * @param hardState the state to write, or the default instance where it did not change
     * @param entries entries without gaps, the first at most one above the last index
     */
    void append(HardState hardState, List<Entry> entries);

    /** Makes all that was appended durable. On return it survives a loss of power. */
    void sync();

    /**
     * Records that a store holds everything up to an index, and syncs. The log can then be opened from there.
     *
     * @param applied an index that is durable in the store, and its term
     * @param confState the raft configuration at that index
     */
    void saveSnapshot(Applied applied, ConfState confState);

    /**
     * Lets go of all segments that hold only entries at or below an index; their files may be used again.
     *
     * @param index an index at or below the last {@link #saveSnapshot}
     */
    void release(long index);

    /**
     * Says that what an unsafe tail may have lost no longer matters: the log has passed the leader's, or an operator
     * has
     * accepted the loss. Until then every {@link LogStoreProvider#open} answers {@link LogRecovery.Tail#UNSAFE},
     * however often
     * the member restarts. Durable on return. A log that never finds an unsafe tail has nothing to do.
     */
    default void declareTailSafe() {}

    /** Syncs what was appended and closes the files. */
    @Override
    void close();
}
