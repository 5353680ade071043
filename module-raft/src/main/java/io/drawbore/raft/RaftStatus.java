package io.drawbore.raft;

import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.HardState;
import java.util.List;

/**
 * What a core looked like at one moment.
 *
 * @param id this member
 * @param hardState term, vote and commit, persisted or not
 * @param softState leader and role
 * @param applied the last index advanced past as applied
 * @param lastIndex the last index of the log, persisted or not
 * @param transferee whom leadership is being handed to, 0 for nobody
 * @param confState the configuration in effect
 * @param progress one row a member, sorted by id as unsigned numbers; empty unless this member leads
 */
public record RaftStatus(
        long id,
        HardState hardState,
        SoftState softState,
        long applied,
        long lastIndex,
        long transferee,
        ConfState confState,
        List<MemberProgress> progress) {

    /**
     * How far a leader has brought one member.
     *
     * @param id the member
     * @param match the index up to which its log is known to equal the leader's
     * @param next the index of the next entry to send to it
     * @param state how it is fed
     * @param learner whether it is a learner
     * @param paused whether nothing is sent to it for now
     * @param pendingSnapshot index of the snapshot on its way to it, 0 for none
     * @param recentlyActive whether it has answered within the last election timeout
     * @param inflight append messages on their way to it
     * @param inflightFull whether no more may be
     */
    public record MemberProgress(
            long id,
            long match,
            long next,
            ProgressState state,
            boolean learner,
            boolean paused,
            long pendingSnapshot,
            boolean recentlyActive,
            int inflight,
            boolean inflightFull) {
    }
}
