package io.drawbore.raft;

import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the host has to do before it calls {@link RaftNode#advance}. The order that keeps raft's promises:
 *
 * <ol>
 * <li>append {@code entries} and {@code hardState} to the log (and install {@code snapshot}); sync if {@code mustSync};
 * <li>send {@code messages}. A leader may send its own appends in parallel with the sync (Raft thesis 10.2.1), and
 * nothing else: votes and acknowledgements promise what the log must already hold;
 * <li>apply {@code committedEntries}, calling {@link RaftNode#applyConfChange} for each configuration change among
 * them;
 * <li>{@link RaftNode#advance}.
 * </ol>
 *
 * <p>The lists never change, and may be handed to other threads.
 *
 * @param softState leader and role where one of them changed, else null
 * @param hardState term, vote and commit where one of them changed, else the default instance
 * @param readStates reads whose index is now known
 * @param entries entries to write to the log, without gaps; the first may replace one that was written before
 * @param snapshot a snapshot to install before anything else, else the default instance
 * @param committedEntries entries to apply, in order, each handed out once
 * @param messages what to send, in order
 * @param mustSync whether the log must be synced: there are entries, or term or vote changed
 */
public record Ready(
        @Nullable SoftState softState,
        HardState hardState,
        List<ReadState> readStates,
        List<Entry> entries,
        Snapshot snapshot,
        List<Entry> committedEntries,
        List<Message> messages,
        boolean mustSync) {
}
