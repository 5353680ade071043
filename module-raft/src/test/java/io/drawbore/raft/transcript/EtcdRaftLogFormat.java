package io.drawbore.raft.transcript;

import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.raft.RaftEvent;
import io.drawbore.raft.RaftEvent.*;
import io.drawbore.raft.internal.Configuration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a core decides, in the words of etcd's raft log. */
final class EtcdRaftLogFormat {
    /** How much is said; etcd's order. */
    enum Level { DEBUG, INFO, WARN, ERROR, FATAL, NONE }

    /** A line of the log. */
    record Line(Level level, String text) {
    }

    private final String id;

    EtcdRaftLogFormat(long id) {
        this.id = Long.toHexString(id);
    }

    /** The line for an event, null where etcd says nothing. */
    @Nullable Line line(RaftEvent event) {
        return switch (event) {
            case Started e ->
                    info("newRaft %s [peers: [%s], term: %d, commit: %d, applied: %d, lastindex: %d, lastterm: %d]",
                    id, Configuration.of(e.confState()).voters().voters().toList().stream().map(Long::toHexString)
                            .collect(Collectors.joining(",")),
                    e.term(), e.commit(), e.applied(), e.last().index(), e.last().term());
            case RoleTaken e -> info("%s became %s at term %d", id, role(e), e.term());
            case ConfigurationSwitched e ->
                    info("%s switched to configuration %s", id, Configuration.of(e.confState()));
            case ElectionStarted e -> info("%s is starting a new election at term %d", id, e.term());
            case ElectionRefused e -> switch (e.reason()) {
                case ALREADY_LEADER -> debug("%s ignoring MsgHup because already leader", id);
                case NOT_PROMOTABLE -> warn("%s is unpromotable and can not campaign", id);
                case UNAPPLIED_CONF_CHANGE -> warn("%s cannot campaign at term %d since there are still pending "
                        + "configuration changes to apply", id, e.term());
            };
            case VoteRequested e -> info("%s [logterm: %d, index: %d] sent %s request to %x at term %d",
                    id, e.last().term(), e.last().index(), e.type(), e.to(), e.term());
            case VoteReceived e -> info("%s received %s%s from %x at term %d",
                    id, e.type(), e.granted() ? "" : " rejection", e.from(), e.term());
            case VotesCounted e -> info("%s has received %d %s votes and %d vote rejections",
                    id, e.granted(), e.type(), e.rejected());
            case VoteAnswered e ->
                    info("%s [logterm: %d, index: %d, vote: %x] %s %s %s %x [logterm: %d, index: %d] at term %d",
                    id, e.last().term(), e.last().index(), e.vote(), e.granted() ? "cast" : "rejected", e.type(),
                    e.granted() ? "for" : "from", e.candidate(), e.candidateLast().term(), e.candidateLast().index(),
                    e.term());
            case VoteIgnored e ->
                    info("%s [logterm: %d, index: %d, vote: %x] ignored %s from %x [logterm: %d, index: %d] "
                    + "at term %d: lease is not expired (remaining ticks: %d)",
                    id, e.last().term(), e.last().index(), e.vote(), e.type(), e.candidate(), e.candidateLast().term(),
                    e.candidateLast().index(), e.term(), e.remainingTicks());
            case HigherTermSeen e -> info("%s [term: %d] received a %s message with higher term from %x [term: %d]",
                    id, e.term(), e.type(), e.from(), e.messageTerm());
            case LowerTermIgnored e -> info("%s [term: %d] ignored a %s message with lower term from %x [term: %d]",
                    id, e.term(), e.type(), e.from(), e.messageTerm());
            case ProposalDropped e -> switch (e.reason()) {
                case NO_LEADER -> info("%s no leader at term %d; dropping proposal", id, e.term());
                case NOT_FORWARDED -> info("%s not forwarding to leader %x at term %d; dropping proposal",
                        id, e.other(), e.term());
                case TRANSFERRING -> debug("%s [term %d] transfer leadership to %x is in progress; dropping proposal",
                        id, e.term(), e.other());
                case TOO_MUCH_UNCOMMITTED -> warn("%s appending new entries to log would exceed uncommitted entry size "
                        + "limit; dropping proposal", id);
                case NOT_A_MEMBER -> null;
            };
            case ConfChangeIgnored e -> info("%s ignoring conf change %s at config %s: %s",
                    id, EtcdRaftText.describe(e.change()), Configuration.of(e.confState()), objection(e));
            case AutoLeave e -> e.proposed()
                    ? info("initiating automatic transition out of joint configuration %s",
                            Configuration.of(e.confState()))
                    : debug("not initiating automatic transition out of joint configuration %s: raft proposal dropped",
                            Configuration.of(e.confState()));
            case NoLeaderFor e -> info("%s no leader at term %d; dropping %s", id, e.term(), switch (e.type()) {
                case MsgTransferLeader -> "leader transfer msg";
                default -> "index reading msg";
            });
            case StrangerIgnored e -> debug("%s no progress available for %x", id, e.from());
            case QuorumLost e -> warn("%s stepped down to follower since quorum is not active", id);
            case TimeoutNowReceived e -> switch (e.role()) {
                case FOLLOWER ->
                        info("%s [term %d] received MsgTimeoutNow from %x and starts an election to get leadership.",
                        id, e.term(), e.from());
                default -> debug("%s [term %d state %s] ignored MsgTimeoutNow from %x",
                        id, e.term(), EtcdRaftText.role(e.role()), e.from());
            };
            case LeaderForgotten e -> e.forgotten()
                    ? info("%s forgetting leader %x at term %d", id, e.lead(), e.term())
                    : new Line(Level.ERROR, "ignoring MsgForgetLeader due to ReadOnlyLeaseBased");
            case InvalidReadIndexAnswer e -> new Line(Level.ERROR,
                    "%s invalid format of MsgReadIndexResp from %x, entries count: %d"
                            .formatted(id, e.from(), e.entries()));
            case Transfer e -> transfer(e);
            case SnapshotNotSent e -> e.inactive()
                    ? debug("ignore sending snapshot to %x since it is not recently active", e.to())
                    : debug("%s failed to send snapshot to %x because snapshot is temporarily unavailable", id, e.to());
            case SnapshotSent e ->
                    debug("%s [firstindex: %d, commit: %d] sent snapshot[index: %d, term: %d] to %x [%s]\n"
                    + "DEBUG %s paused sending replication messages to %x [%s]",
                    id, e.firstIndex(), e.commit(), e.snapshot().index(), e.snapshot().term(), e.before().id(),
                    EtcdRaftText.progress(e.before()), id, e.after().id(), EtcdRaftText.progress(e.after()));
            case SnapshotCaughtUp e ->
                    debug("%s recovered from needing snapshot, resumed sending replication messages to "
                    + "%x [%s]", id, e.progress().id(), EtcdRaftText.progress(e.progress()));
            case SnapshotReported e -> debug("%s snapshot %s, resumed sending replication messages to %x [%s]",
                    id, e.delivered() ? "succeeded" : "failed", e.progress().id(), EtcdRaftText.progress(e.progress()));
            case MemberUnreachable e -> debug("%s failed to send message to %x because it is unreachable [%s]",
                    id, e.progress().id(), EtcdRaftText.progress(e.progress()));
            case RejectionReceived e -> debug("%s received MsgAppResp(rejected, hint: (index %d, term %d)) from %x for "
                    + "index %d", id, e.hint().index(), e.hint().term(), e.from(), e.index());
            case ProgressDecreased e -> debug("%s decreased progress of %x to [%s]",
                    id, e.progress().id(), EtcdRaftText.progress(e.progress()));
            case AppendRejected e ->
                    debug("%s [logterm: %d, index: %d] rejected MsgApp [logterm: %d, index: %d] from %x",
                    id, e.ours(), e.behind().index(), e.behind().term(), e.behind().index(), e.from());
            case ConflictFound e -> info("found conflict at index %d [existing term: %d, conflicting term: %d]",
                    e.index(), e.existingTerm(), e.conflictingTerm());
            case UnstableTruncated e -> e.replaced()
                    ? info("replace the unstable entries from index %d", e.fromIndex())
                    : info("truncate the unstable entries before index %d", e.fromIndex());
            case StableIgnored e -> switch (e.reason()) {
                case MISSING -> info("entry at index %d missing from unstable log; ignoring", e.stable().index());
                case COVERED_BY_SNAPSHOT -> info("entry at index %d matched unstable snapshot; ignoring",
                        e.stable().index());
                case OTHER_TERM ->
                        info("entry at (index,term)=(%d,%d) mismatched with entry at (%d,%d) in unstable log; "
                        + "ignoring", e.stable().index(), e.stable().term(), e.stable().index(), e.term());
            };
            case PastAppendIgnored e ->
                    info("%s [term: %d] ignored entry appends from a MsgStorageAppendResp message with lower term "
                    + "[term: %d]", id, e.term(), e.appendTerm());
            case RestoreStarted e -> info("log [committed=%d, applied=%d, applying=%d, unstable.offset=%d, "
                    + "unstable.offsetInProgress=%d, len(unstable.Entries)=%d] starts to restore snapshot "
                    + "[index: %d, term: %d]", e.committed(), e.applied(), e.applying(), e.offset(),
                    e.offsetInProgress(), e.unstable(), e.snapshot().index(), e.snapshot().term());
            case Restored e ->
                    info("%s [commit: %d, lastindex: %d, lastterm: %d] restored snapshot [index: %d, term: %d]",
                    id, e.commit(), e.last().index(), e.last().term(), e.snapshot().index(), e.snapshot().term());
            case FastForwarded e ->
                    info("%s [commit: %d, lastindex: %d, lastterm: %d] fast-forwarded commit to snapshot "
                    + "[index: %d, term: %d]", id, e.commit(), e.last().index(), e.last().term(),
                    e.snapshot().index(), e.snapshot().term());
            case SnapshotOfStrangers e ->
                    warn("%s attempted to restore snapshot but it is not in the ConfState %s; should "
                    + "never happen", id, fields(e.confState()));
            case SnapshotHandled e -> info("%s [commit: %d] %s snapshot [index: %d, term: %d]",
                    id, e.commit(), e.installed() ? "restored" : "ignored", e.snapshot().index(), e.snapshot().term());
        };
    }

    private static String fields(ConfState state) {
        StringBuilder text = new StringBuilder();
        state.getVotersList().forEach(id -> text.append("voters:").append(id).append(' '));
        state.getLearnersList().forEach(id -> text.append("learners:").append(id).append(' '));
        state.getVotersOutgoingList().forEach(id -> text.append("voters_outgoing:").append(id).append(' '));
        state.getLearnersNextList().forEach(id -> text.append("learners_next:").append(id).append(' '));
        return text.append("auto_leave:").append(state.getAutoLeave()).toString();
    }

    private static String role(RoleTaken taken) {
        return switch (taken.role()) {
            case FOLLOWER -> "follower";
            case PRE_CANDIDATE -> "pre-candidate";
            case CANDIDATE -> "candidate";
            case LEADER -> "leader";
        };
    }

    private static String objection(ConfChangeIgnored ignored) {
        return switch (ignored.reason()) {
            case PENDING -> "possible unapplied conf change at index %d (applied to %d)"
                    .formatted(ignored.pendingIndex(), ignored.applied());
            case MUST_LEAVE_JOINT -> "must transition out of joint config first";
            case NOT_JOINT -> "not in joint state; refusing empty conf change";
        };
    }

    private Line transfer(Transfer e) {
        return switch (e.step()) {
            case STARTED -> info("%s [term %d] starts to transfer leadership to %x", id, e.term(), e.to());
            case IN_PROGRESS ->
                    info("%s [term %d] transfer leadership to %x is in progress, ignores request to same node %x",
                    id, e.term(), e.to(), e.to());
            case ABORTED_PREVIOUS -> info("%s [term %d] abort previous transferring leadership to %x",
                    id, e.term(), e.previous());
            case TO_LEARNER -> debug("%s is learner. Ignored transferring leadership", id);
            case TO_SELF -> debug("%s is already leader. Ignored transferring leadership to self", id);
            case TOLD_AT_ONCE -> info("%s sends MsgTimeoutNow to %x immediately as %x already has up-to-date log",
                    id, e.to(), e.to());
            case TOLD_AFTER_APPEND -> info("%s sent MsgTimeoutNow to %x after received MsgAppResp", id, e.to());
        };
    }

    private static Line debug(String format, Object... values) {
        return new Line(Level.DEBUG, format.formatted(values));
    }

    private static Line info(String format, Object... values) {
        return new Line(Level.INFO, format.formatted(values));
    }

    private static Line warn(String format, Object... values) {
        return new Line(Level.WARN, format.formatted(values));
    }
}
