package io.drawbore.raft;

import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.RaftStatus.MemberProgress;

/** What a core decided, and the numbers that it decided by. Ids, terms and indexes are raft's. */
public sealed interface RaftEvent {
    /** Term and index of an entry. */
    record At(long term, long index) {
    }

    /** The core was made from what its storage holds. */
    record Started(ConfState confState, long term, long commit, long applied, At last) implements RaftEvent {
    }

    /** A role begins. */
    record RoleTaken(RaftRole role, long term) implements RaftEvent {
    }

    /** Another configuration is in effect. */
    record ConfigurationSwitched(ConfState confState) implements RaftEvent {
    }

    /** An election begins; {@code term} is the one before it. */
    record ElectionStarted(long term) implements RaftEvent {
    }

    /** No election begins. */
    record ElectionRefused(Refusal reason, long term) implements RaftEvent {
        /** Why not. */
        public enum Refusal {
            /** This member leads. */
            ALREADY_LEADER,
            /** This member is no voter, or a snapshot is being installed. */
            NOT_PROMOTABLE,
            /** A committed configuration change is yet to be applied. */
            UNAPPLIED_CONF_CHANGE
        }
    }

    /** A vote was asked for. */
    record VoteRequested(MessageType type, long to, At last, long term) implements RaftEvent {
    }

    /** A vote came in. */
    record VoteReceived(MessageType type, long from, boolean granted, long term) implements RaftEvent {
    }

    /** How the election stands. */
    record VotesCounted(MessageType type, int granted, int rejected) implements RaftEvent {
    }

    /** A candidate got its answer. */
    record VoteAnswered(
            MessageType type, long candidate, At candidateLast, boolean granted, At last, long vote, long term)
            implements RaftEvent {
    }

    /** A candidate got no answer, since a leader is known to live. */
    record VoteIgnored(
            MessageType type, long candidate, At candidateLast, At last, long vote, long term, int remainingTicks)
            implements RaftEvent {
    }

    /** A message ends this member's term. */
    record HigherTermSeen(MessageType type, long from, long messageTerm, long term) implements RaftEvent {
    }

    /** A message of a past term was ignored. */
    record LowerTermIgnored(MessageType type, long from, long messageTerm, long term) implements RaftEvent {
    }

    /** A proposal was not taken; {@code other} is the leader, or whom leadership goes to, where that is the reason. */
    record ProposalDropped(ProposalDroppedException.Reason reason, long other, long term) implements RaftEvent {
    }

    /** A proposed configuration change became an empty entry. */
    record ConfChangeIgnored(
            Objection reason, ConfChangeV2 change, ConfState confState, long pendingIndex, long applied)
            implements RaftEvent {
        /** Why it must not be proposed now. */
        public enum Objection {
            /** One that is not applied yet may stand at {@code pendingIndex}. */
            PENDING,
            /** The joint configuration must be left first. */
            MUST_LEAVE_JOINT,
            /** It leaves a joint configuration, and there is none. */
            NOT_JOINT
        }
    }

    /** A leader leaves a joint configuration by itself, or could not propose that yet. */
    record AutoLeave(boolean proposed, ConfState confState) implements RaftEvent {
    }

    /** A request was dropped since no leader is known. */
    record NoLeaderFor(MessageType type, long term) implements RaftEvent {
    }

    /** A message came from somebody this leader does not know. */
    record StrangerIgnored(long from) implements RaftEvent {
    }

    /** This leader stepped down: check-quorum did not hear from a quorum. */
    record QuorumLost() implements RaftEvent {
    }

    /** A member needs a snapshot and got none: it is not active, or there is none yet. */
    record SnapshotNotSent(long to, boolean inactive) implements RaftEvent {
    }

    /** A member was sent a snapshot; its progress before and after. */
    record SnapshotSent(long firstIndex, long commit, At snapshot, MemberProgress before, MemberProgress after)
            implements RaftEvent {
    }

    /** The log of a member that needed a snapshot reaches into this leader's again. */
    record SnapshotCaughtUp(MemberProgress progress) implements RaftEvent {
    }

    /** What became of a snapshot was reported. */
    record SnapshotReported(boolean delivered, MemberProgress progress) implements RaftEvent {
    }

    /** A member was reported unreachable. */
    record MemberUnreachable(MemberProgress progress) implements RaftEvent {
    }

    /** A member refused an append. */
    record RejectionReceived(long from, long index, At hint) implements RaftEvent {
    }

    /** A member is probed from further back. */
    record ProgressDecreased(MemberProgress progress) implements RaftEvent {
    }

    /** Something about handing leadership over; {@code previous} is whom it went to before. */
    record Transfer(Step step, long to, long previous, long term) implements RaftEvent {
        /** What happened. */
        public enum Step {
            /** It began. */
            STARTED,
            /** It goes to this member already. */
            IN_PROGRESS,
            /** It no longer goes to {@code previous}. */
            ABORTED_PREVIOUS,
            /** Learners cannot lead. */
            TO_LEARNER,
            /** This member leads already. */
            TO_SELF,
            /** The member's log was complete: it was told to start an election at once. */
            TOLD_AT_ONCE,
            /** The member's log became complete: it was told to start an election. */
            TOLD_AFTER_APPEND
        }
    }

    /** A leader told this member to start an election, and it does or, being a candidate, does not have to. */
    record TimeoutNowReceived(RaftRole role, long from, long term) implements RaftEvent {
    }

    /** This member forgot its leader, or must not since others read by the leader's lease. */
    record LeaderForgotten(boolean forgotten, long lead, long term) implements RaftEvent {
    }

    /** An answer to a read index request was not well-formed. */
    record InvalidReadIndexAnswer(long from, int entries) implements RaftEvent {
    }

    /** This member refused an append; {@code ours} is the term it has at that index, 0 if none. */
    record AppendRejected(long from, At behind, long ours) implements RaftEvent {
    }

    /** An append contradicts this member's log. */
    record ConflictFound(long index, long existingTerm, long conflictingTerm) implements RaftEvent {
    }

    /** Entries not yet stable were replaced or cut off from an index. */
    record UnstableTruncated(boolean replaced, long fromIndex) implements RaftEvent {
    }

    /** Entries reported stable are no longer the ones in memory. */
    record StableIgnored(Mismatch reason, At stable, long term) implements RaftEvent {
        /** Why. */
        public enum Mismatch {
            /** There is no such entry. */
            MISSING,
            /** It is covered by the snapshot being installed. */
            COVERED_BY_SNAPSHOT,
            /** The entry there has the term {@code term}. */
            OTHER_TERM
        }
    }

    /** Entries were reported stable that were written in a past term: who leads now may have replaced them since. */
    record PastAppendIgnored(long appendTerm, long term) implements RaftEvent {
    }

    /** A snapshot begins to take the place of the log. */
    record RestoreStarted(
            At snapshot, long committed, long applied, long applying, long offset, long offsetInProgress, int unstable)
            implements RaftEvent {
    }

    /** A snapshot took the place of the log. */
    record Restored(At snapshot, long commit, At last) implements RaftEvent {
    }

    /** A snapshot only moved the commit index: the log has its last entry. */
    record FastForwarded(At snapshot, long commit, At last) implements RaftEvent {
    }

    /** A snapshot was refused: its configuration does not have this member. */
    record SnapshotOfStrangers(ConfState confState) implements RaftEvent {
    }

    /** What became of a snapshot message: installed or ignored. */
    record SnapshotHandled(boolean installed, At snapshot, long commit) implements RaftEvent {
    }
}
