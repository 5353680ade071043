package io.drawbore.raft.internal;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.ProgressState;
import io.drawbore.raft.RaftEvent.At;
import io.drawbore.raft.RaftEvent.SnapshotNotSent;
import io.drawbore.raft.RaftEvent.SnapshotSent;
import io.drawbore.raft.RaftStatus.MemberProgress;
import java.util.List;

/** Sends a leader's log, snapshots and heartbeats to the others, as far as their {@link Progress} allows. */
final class Replicator {
    private final RaftCore core;

    Replicator(RaftCore core) {
        this.core = core;
    }

    /** Sends to every other member what it lacks, and the commit index even if it lacks nothing. */
    void toAll(boolean evenIfEmpty) {
        ProgressMap members = core.tracker().progress();
        for (int place = 0; place < members.size(); place++) {
            if (members.id(place) != core.id()) {
                append(members.id(place), members.at(place), evenIfEmpty);
            }
        }
    }

    /** Sends one member what it lacks. Whether anything went out. */
    boolean append(long to, Progress progress, boolean evenIfEmpty) {
        if (progress.paused()) {
            return false;
        }
        RaftLog log = core.log();
        long behind = progress.next() - 1;
        long behindTerm = log.term(behind);
        if (behindTerm == RaftLog.UNKNOWN_TERM) {
            return snapshot(to, progress);
        }
        // With a full window an append without entries still goes out now and then: the last one may have been lost
        // (transcripts replicate_pause, inflight_bytes).
        List<Entry> entries = progress.state() == ProgressState.REPLICATE && progress.inflights().full()
                ? List.of()
                : log.entriesFrom(progress.next(), core.config().maxSizePerMessage());
        if (entries.isEmpty() && !evenIfEmpty) {
            return false;
        }
        core.send(Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setTo(to)
                .setIndex(behind)
                .setLogTerm(behindTerm)
                .addAllEntries(entries)
                .setCommit(log.committed()));
        progress.sentEntries(entries.size(), EntrySizes.payload(entries));
        progress.sentCommit(log.committed());
        return true;
    }

    private boolean snapshot(long to, Progress progress) {
        // Raft thesis 5.3; transcripts slow_follower_after_compaction, snapshot_failed.
        if (!progress.recentlyActive()) {
            core.tell(new SnapshotNotSent(to, true));
            return false;
        }
        Snapshot snapshot = core.log().snapshot();
        long index = snapshot.getMetadata().getIndex();
        if (index == 0) {
            core.tell(new SnapshotNotSent(to, false));
            return false;
        }
        MemberProgress before = core.tracker().row(to, progress);
        progress.becomeSnapshot(index);
        core.tell(new SnapshotSent(core.log().firstIndex(), core.log().committed(),
                new At(snapshot.getMetadata().getTerm(), index), before, core.tracker().row(to, progress)));
        core.send(Message.newBuilder().setType(MessageType.MsgSnap).setTo(to).setSnapshot(snapshot));
        return true;
    }

    /** Sends every other member a heartbeat. */
    void heartbeats(ByteString context) {
        ProgressMap members = core.tracker().progress();
        for (int place = 0; place < members.size(); place++) {
            if (members.id(place) != core.id()) {
                heartbeat(members.id(place), members.at(place), context);
            }
        }
    }

    private void heartbeat(long to, Progress progress, ByteString context) {
        // A member must not commit what it may not have: a heartbeat does not check its log (Raft thesis 3.5).
        long commit = Math.min(progress.match(), core.log().committed());
        Message.Builder heartbeat = Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setTo(to)
                .setCommit(commit);
        if (!context.isEmpty()) {
            heartbeat.setContext(context);
        }
        core.send(heartbeat);
        progress.sentCommit(commit);
    }
}
