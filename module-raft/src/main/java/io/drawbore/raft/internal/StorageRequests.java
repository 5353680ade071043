package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.LocalThreads;
import io.drawbore.raft.RaftEvent.At;
import java.util.List;

/**
 * What a core asks of its storage by messages, with the answers to be given enclosed: a vote or an acknowledgement
 * leaves this member as an answer to the write that it depends on (Raft thesis 3.8, 10.2.1; transcript
 * async_storage_writes).
 */
public final class StorageRequests {
    private final RaftCore core;

    /** The requests of this core. */
    public StorageRequests(RaftCore core) {
        this.core = core;
    }

    /**
     * Asks for a write, where there is anything to write or to promise.
     *
     * @param promises votes and acknowledgements that need what was decided so far on disk
     * @param to where the request goes
     */
    public void append(
            HardState hardState, List<Entry> entries, Snapshot snapshot, List<Message> promises, List<Message> to) {
        boolean state = !hardState.equals(HardState.getDefaultInstance());
        boolean install = snapshot.getMetadata().getIndex() != 0;
        if (!state && !install && entries.isEmpty() && promises.isEmpty()) {
            return;
        }
        Message.Builder request = Message.newBuilder()
                .setType(MessageType.MsgStorageAppend)
                .setFrom(core.id())
                .setTo(LocalThreads.APPEND)
                .addAllEntries(entries)
                .addAllResponses(promises);
        if (state) {
            request.setTerm(hardState.getTerm()).setVote(hardState.getVote()).setCommit(hardState.getCommit());
        }
        if (install) {
            request.setSnapshot(snapshot);
        }
        if (install || core.log().hasUnstable()) {
            request.addResponses(appended(snapshot, install));
        }
        to.add(request.build());
    }

    // The last entry is named even where this request does not write it: an answer counts only in the term that it was
    // asked in (RaftCore.appended), so after a change of term the entries still in progress need an answer of the new
    // one, or nobody would ever say that they are stable.
    private Message appended(Snapshot snapshot, boolean install) {
        Message.Builder answer = Message.newBuilder()
                .setType(MessageType.MsgStorageAppendResp)
                .setFrom(LocalThreads.APPEND)
                .setTo(core.id())
                .setTerm(core.term());
        if (core.log().hasUnstable()) {
            At last = core.log().last();
            answer.setIndex(last.index()).setLogTerm(last.term());
        }
        if (install) {
            answer.setSnapshot(snapshot);
        }
        return answer.build();
    }

    /** Asks for entries to be applied, if there are any. */
    public void apply(List<Entry> committed, List<Message> to) {
        if (committed.isEmpty()) {
            return;
        }
        // Without a term: what is committed is so in every term.
        to.add(Message.newBuilder()
                .setType(MessageType.MsgStorageApply)
                .setFrom(core.id())
                .setTo(LocalThreads.APPLY)
                .addAllEntries(committed)
                .addResponses(Message.newBuilder()
                        .setType(MessageType.MsgStorageApplyResp)
                        .setFrom(LocalThreads.APPLY)
                        .setTo(core.id())
                        .addAllEntries(committed))
                .build());
    }

    /** An answer that {@link #append} enclosed: all of that request, and of those before it, is durable. */
    public void appended(Message answer) {
        At last = answer.getIndex() == 0 ? null : new At(answer.getLogTerm(), answer.getIndex());
        core.appended(answer.getTerm(), last, answer.getSnapshot());
    }

    /** The answer that {@link #apply} enclosed: all of its entries are applied. */
    public void applied(Message answer) {
        core.applied(answer.getEntriesList());
    }
}
