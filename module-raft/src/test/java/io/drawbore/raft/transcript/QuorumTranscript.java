package io.drawbore.raft.transcript;

import io.drawbore.raft.internal.IdSet;
import io.drawbore.raft.internal.JointQuorum;
import io.drawbore.raft.internal.MajorityQuorum;
import io.drawbore.raft.internal.VoteResult;
import io.drawbore.raft.internal.Votes.Vote;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Answers etcd's transcripts about quorums: which index is committed, how a vote stands. */
final class QuorumTranscript implements Transcript {
    @Override
    public String run(Directive directive) {
        List<Long> ids = ids(directive, "cfg");
        List<Long> jointIds = ids(directive, "cfgj");
        boolean joint = !directive.values("cfgj").isEmpty();
        MajorityQuorum one = new MajorityQuorum(IdSet.of(ids));
        MajorityQuorum other = new MajorityQuorum(IdSet.of(jointIds));
        Collection<Long> voters = new LinkedHashSet<>(ids);
        voters.addAll(jointIds);
        return switch (directive.command()) {
            case "committed" -> committed(one, other, joint, byVoter(voters, directive.values("idx")));
            case "vote" -> vote(one, other, byVoter(voters, directive.values("votes")));
            default -> throw new IllegalArgumentException(directive.command());
        };
    }

    private static List<Long> ids(Directive directive, String key) {
        return directive.values(key).stream().map(String::strip).filter(id -> !id.equals("zero"))
                .map(Long::parseLong).toList();
    }

    private static Map<Long, String> byVoter(Collection<Long> voters, List<String> values) {
        if (voters.size() != values.size()) {
            throw new IllegalArgumentException(values + " for " + voters);
        }
        Map<Long, String> byVoter = new HashMap<>();
        int place = 0;
        for (long voter : voters) {
            String value = values.get(place++).strip();
            if (!value.equals("_")) {
                byVoter.put(voter, value);
            }
        }
        return byVoter;
    }

    private static String committed(MajorityQuorum one, MajorityQuorum other, boolean joint, Map<Long, String> given) {
        Map<Long, Long> acked = new HashMap<>();
        given.forEach((id, index) -> acked.put(id, Long.parseLong(index)));
        JointQuorum quorum = new JointQuorum(one, other);
        long index = committed(quorum, acked);
        StringBuilder text = new StringBuilder(chart(quorum.voters(), acked));
        same(text, index, committed(new JointQuorum(other, one), acked), "via symmetry");
        if (!joint) {
            same(text, index, committed(new JointQuorum(one, one), acked), "via self-joint quorum");
            for (Map.Entry<Long, Long> voter : acked.entrySet()) {
                if (voter.getValue() < index) {
                    // Who is below the committed index anyhow may as well be at 0.
                    Map<Long, Long> lower = new HashMap<>(acked);
                    lower.put(voter.getKey(), 0L);
                    same(text, index, committed(quorum, lower), "overlaying " + voter.getKey() + "->0");
                }
            }
        }
        return text.append(index == MajorityQuorum.EVERYTHING ? "∞" : index).append('\n').toString();
    }

    private static long committed(JointQuorum quorum, Map<Long, Long> acked) {
        return quorum.committedIndex(id -> acked.getOrDefault(id, 0L));
    }

    private static String vote(MajorityQuorum one, MajorityQuorum other, Map<Long, String> given) {
        VoteResult result = vote(new JointQuorum(one, other), given);
        StringBuilder text = new StringBuilder();
        same(text, result, vote(new JointQuorum(other, one), given), "via symmetry");
        return text + switch (result) {
            case PENDING -> "VotePending\n";
            case LOST -> "VoteLost\n";
            case WON -> "VoteWon\n";
        };
    }

    private static VoteResult vote(JointQuorum quorum, Map<Long, String> given) {
        return quorum.voteResult(id -> switch (given.get(id)) {
            case null -> Vote.MISSING;
            case "y" -> Vote.GRANTED;
            default -> Vote.REJECTED;
        });
    }

    private static void same(StringBuilder text, Object expected, Object actual, String how) {
        if (!expected.equals(actual)) {
            text.append(actual).append(" <-- ").append(how).append('\n');
        }
    }

    // One row a voter; its bar is as long as the number of voters that are further back.
    private static String chart(IdSet voters, Map<Long, Long> acked) {
        if (voters.isEmpty()) {
            return "<empty majority quorum>";
        }
        int width = voters.size();
        StringBuilder text = new StringBuilder(" ".repeat(width)).append("    idx\n");
        for (long id : voters.toList()) {
            long index = acked.getOrDefault(id, 0L);
            int bar = (int) voters.toList().stream().filter(each -> acked.getOrDefault(each, 0L) < index).count();
            String drawn = acked.containsKey(id)
                    ? "x".repeat(bar) + ">" + " ".repeat(width - bar)
                    : "?" + " ".repeat(width);
            text.append(drawn).append(" %5d    (id=%x)\n".formatted(index, id));
        }
        return text.toString();
    }
}
