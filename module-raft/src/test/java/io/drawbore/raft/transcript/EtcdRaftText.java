package io.drawbore.raft.transcript;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.LocalThreads;
import io.drawbore.raft.ProgressState;
import io.drawbore.raft.RaftRole;
import io.drawbore.raft.RaftStatus.MemberProgress;
import io.drawbore.raft.Ready;
import io.drawbore.raft.internal.ConfChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Raft's values in the words of etcd's transcripts. */
final class EtcdRaftText {
    private EtcdRaftText() {
    }

    static String ready(Ready ready) {
        StringBuilder text = new StringBuilder();
        if (ready.softState() != null) {
            text.append("Lead:%d State:%s\n".formatted(ready.softState().lead(), role(ready.softState().role())));
        }
        if (!ready.hardState().equals(HardState.getDefaultInstance())) {
            text.append("HardState ").append(hardState(ready.hardState())).append('\n');
        }
        if (!ready.readStates().isEmpty()) {
            text.append("ReadStates ").append(ready.readStates().stream()
                    .map(read -> "{" + read.index() + " " + quoted(read.context()) + "}")
                    .collect(Collectors.joining(" ", "[", "]\n")));
        }
        if (!ready.entries().isEmpty()) {
            text.append("Entries:\n").append(entries(ready.entries()));
        }
        if (ready.snapshot().getMetadata().getIndex() != 0) {
            text.append("Snapshot ").append(snapshot(ready.snapshot())).append('\n');
        }
        if (!ready.committedEntries().isEmpty()) {
            text.append("CommittedEntries:\n").append(entries(ready.committedEntries()));
        }
        if (!ready.messages().isEmpty()) {
            text.append("Messages:\n");
            ready.messages().forEach(message -> text.append(message(message)).append('\n'));
        }
        return text.isEmpty() ? "<empty Ready>" : "Ready MustSync=%b:\n%s".formatted(ready.mustSync(), text);
    }

    static String hardState(HardState state) {
        return "Term:" + state.getTerm() + (state.getVote() == 0 ? "" : " Vote:" + state.getVote())
                + " Commit:" + state.getCommit();
    }

    static String role(RaftRole role) {
        return switch (role) {
            case FOLLOWER -> "StateFollower";
            case PRE_CANDIDATE -> "StatePreCandidate";
            case CANDIDATE -> "StateCandidate";
            case LEADER -> "StateLeader";
        };
    }

    static String entries(List<Entry> entries) {
        return entries.stream().map(entry -> entry(entry) + "\n").collect(Collectors.joining());
    }

    static String entry(Entry entry) {
        ConfChangeV2 change = ConfChanges.of(entry);
        String data = change == null ? quoted(entry.getData()) : changes(change);
        return "%d/%d %s%s".formatted(entry.getTerm(), entry.getIndex(), entry.getType(),
                data.isEmpty() ? "" : " " + data);
    }

    static String message(Message message) {
        StringBuilder text = new StringBuilder("%s->%s %s Term:%d Log:%d/%d".formatted(
                target(message.getFrom()), target(message.getTo()), message.getType(), message.getTerm(),
                message.getLogTerm(), message.getIndex()));
        if (message.getReject()) {
            text.append(" Rejected (Hint: %d)".formatted(message.getRejectHint()));
        }
        if (message.getCommit() != 0) {
            text.append(" Commit:").append(message.getCommit());
        }
        if (message.getVote() != 0) {
            text.append(" Vote:").append(message.getVote());
        }
        if (message.getEntriesCount() == 1) {
            text.append(" Entries:[").append(entry(message.getEntries(0))).append(']');
        } else if (message.getEntriesCount() > 1) {
            text.append(" Entries:[");
            message.getEntriesList().forEach(entry -> text.append("\n  ").append(entry(entry)));
            text.append("\n]");
        }
        if (message.getSnapshot().getMetadata().getIndex() != 0) {
            text.append("\n  Snapshot: ").append(snapshot(message.getSnapshot()));
        }
        if (message.getResponsesCount() > 0) {
            text.append(" Responses:[\n");
            message.getResponsesList().forEach(response -> text.append(message(response).indent(2)));
            text.append(']');
        }
        return text.toString();
    }

    private static String target(long id) {
        if (LocalThreads.has(id)) {
            return id == LocalThreads.APPEND ? "AppendThread" : "ApplyThread";
        }
        return id == 0 ? "None" : Long.toHexString(id);
    }

    static String snapshot(Snapshot snapshot) {
        return "Index:%d Term:%d ConfState:%s".formatted(snapshot.getMetadata().getIndex(),
                snapshot.getMetadata().getTerm(), confState(snapshot.getMetadata().getConfState()));
    }

    private static String confState(ConfState state) {
        return "Voters:%s VotersOutgoing:%s Learners:%s LearnersNext:%s AutoLeave:%b".formatted(
                list(state.getVotersList()), list(state.getVotersOutgoingList()), list(state.getLearnersList()),
                list(state.getLearnersNextList()), state.getAutoLeave());
    }

    private static String list(List<Long> ids) {
        return ids.stream().map(Long::toUnsignedString).collect(Collectors.joining(" ", "[", "]"));
    }

    static String progress(List<MemberProgress> rows) {
        return rows.stream().map(row -> row.id() + ": " + progress(row) + "\n").collect(Collectors.joining());
    }

    static String progress(MemberProgress row) {
        return state(row.state()) + " match=" + row.match() + " next=" + row.next()
                + (row.learner() ? " learner" : "")
                + (row.paused() ? " paused" : "")
                + (row.pendingSnapshot() > 0 ? " pendingSnap=" + row.pendingSnapshot() : "")
                + (row.recentlyActive() ? "" : " inactive")
                + (row.inflight() > 0 ? " inflight=" + row.inflight() + (row.inflightFull() ? "[full]" : "") : "");
    }

    private static String state(ProgressState state) {
        return switch (state) {
            case PROBE -> "StateProbe";
            case REPLICATE -> "StateReplicate";
            case SNAPSHOT -> "StateSnapshot";
        };
    }

    /** Changes in short: {@code v1 l2 r3 u4}. */
    static String changes(ConfChangeV2 change) {
        return change.getChangesList().stream()
                .map(single -> letter(single.getType()) + Long.toUnsignedString(single.getNodeId()))
                .collect(Collectors.joining(" "));
    }

    private static String letter(ConfChangeType type) {
        return switch (type) {
            case ConfChangeAddNode -> "v";
            case ConfChangeAddLearnerNode -> "l";
            case ConfChangeRemoveNode -> "r";
            case ConfChangeUpdateNode -> "u";
        };
    }

    static List<ConfChangeSingle> parseChanges(String input) {
        List<ConfChangeSingle> changes = new ArrayList<>();
        for (String word : input.strip().split(" ")) {
            if (word.isEmpty()) {
                continue;
            }
            ConfChangeType type = switch (word.charAt(0)) {
                case 'v' -> ConfChangeType.ConfChangeAddNode;
                case 'l' -> ConfChangeType.ConfChangeAddLearnerNode;
                case 'r' -> ConfChangeType.ConfChangeRemoveNode;
                case 'u' -> ConfChangeType.ConfChangeUpdateNode;
                default -> throw new IllegalArgumentException(word);
            };
            changes.add(ConfChangeSingle.newBuilder().setType(type)
                    .setNodeId(Long.parseUnsignedLong(word.substring(1))).build());
        }
        return changes;
    }

    /** A change with all its fields. */
    static String describe(ConfChangeV2 change) {
        return "transition:" + change.getTransition() + change.getChangesList().stream()
                .map(single -> " changes:{type:%s node_id:%d}".formatted(single.getType(), single.getNodeId()))
                .collect(Collectors.joining())
                + (change.getContext().isEmpty() ? "" : " context:" + quoted(change.getContext()));
    }

    /** Text in quotes; what is not plain is escaped. */
    static String quoted(@Nullable ByteString data) {
        StringBuilder text = new StringBuilder("\"");
        String plain = data == null ? "" : data.toStringUtf8();
        for (char c : plain.toCharArray()) {
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                text.append("\\x%02x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }
}
