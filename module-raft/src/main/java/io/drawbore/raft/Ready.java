package io.drawbore.raft;

import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the host has to do now: write, sync, send, apply. The order that keeps raft's promises:
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
 * <p><b>With {@link RaftConfig#asyncStorageWrites}</b> nothing is advanced, and the next Ready may be asked for while
 * earlier ones are still written and applied. All that is to be written, sent and applied is in {@code messages}; the
 * other components only say what is in them, apart from {@code softState} and {@code readStates}. Each message may be
 * carried out as soon as it is there, by whom it is addressed to:
 *
 * <ul>
 * <li>messages to members are sent, in order. None of them waits for a write;
 * <li>{@code MsgStorageAppend}, to {@link LocalThreads#APPEND}: append its entries, record its term, vote and commit
 * as the hard state if it has a term, install its snapshot if it has one; then, if it encloses answers, make all
 * that durable. Without answers nothing needs a sync;
 * <li>{@code MsgStorageApply}, to {@link LocalThreads#APPLY}: apply its entries. They are durable on this member
 * already, so that an entry is never applied before it is written.
 * </ul>
 *
 * <p>A request's {@code responses} go out only when it is done, each to whom it is addressed: other members, or this
 * one's {@link RaftNode#step}. One thread's requests are carried out in order, and their answers keep that order; the
 * two threads do not wait for each other. What a thread does for the core stays on the core's thread: to mirror into
 * {@link RaftStorage} what was written before its answer is stepped, and {@link RaftNode#applyConfChange} before the
 * answer to the request with the change is. A crash loses requests and answers with the core; a restart from the
 * storage needs neither.
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
