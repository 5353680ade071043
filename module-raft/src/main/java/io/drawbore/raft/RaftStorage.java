package io.drawbore.raft;

import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Snapshot;
import java.util.List;

/**
 * What a core reads back of what its host has persisted. Called on the core's thread only, and often: everything here
 * is expected to come from memory. The core never writes; the host does, between {@link RaftNode#ready} and
 * {@link RaftNode#advance} or, with {@link RaftConfig#asyncStorageWrites}, before it steps the answer to the write.
 * Until then the core reads what was handed out to be written from its own memory.
 */
public interface RaftStorage {
    /**
     * What a restart begins with.
     *
     * @param hardState the last one written, the default instance where there was none
     * @param confState the configuration at the last index that the host has applied, {@link RaftConfig#applied},
     *     the default instance where there was none
     */
    record InitialState(HardState hardState, ConfState confState) {
    }

    /** What a restart begins with. */
    InitialState initialState();

    /**
     * Entries from {@code lo} up to but not including {@code hi}: the longest prefix that encodes to no more than
     * {@code maxBytes} bytes, and at least one entry. The list must never change.
     *
     * @throws CompactedException if {@code lo} is below {@link #firstIndex}
     */
    List<Entry> entries(long lo, long hi, long maxBytes);

    /**
     * The term of an entry.
     *
     * @param index between {@link #firstIndex} - 1 and {@link #lastIndex}
     * @throws CompactedException if it is below that
     */
    long term(long index);

    /** The first index that {@link #entries} can give; one above the last where there is none. */
    long firstIndex();

    /** The last index, that of the snapshot where there are no entries, and 0 where there is nothing at all. */
    long lastIndex();

    /** The newest snapshot, the default instance where there is none. */
    Snapshot snapshot();
}
