package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.RaftEvent.At;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The promises of figure 3.2 of the Raft thesis, each of them a check with its name, judged from outside: by what the
 * members of a simulated cluster hand out, hold and apply. A broken promise is an assertion error that begins with the
 * promise's name.
 *
 * <p>An entry counts as committed from the moment that some leader says so; everything is judged against that.
 */
final class RaftPromises {
    private final Map<Long, Long> leaders = new HashMap<>();
    private final Map<Ballot, Long> votes = new HashMap<>();
    private final Map<At, Link> everAppended = new HashMap<>();
    private final Map<Long, Long> leadsSince = new HashMap<>();
    private final List<Committed> committed = new ArrayList<>();
    private final Map<Long, ConfState> configurations = new HashMap<>();

    /** Who votes, and at which term. */
    private record Ballot(long voter, long term) {
    }

    /** An entry and the term of the one before it. */
    private record Link(Entry entry, long termBefore) {
    }

    /** An entry and the term of the leader that committed it. */
    private record Committed(Entry entry, long byTerm) {
    }

    /** The highest index that any leader has committed. */
    long committedIndex() {
        return committed.size();
    }

    /** To be called after whatever a member did. */
    void observe(SimulatedMember member) {
        RaftStatus status = member.node().status();
        if (status.softState().role() != RaftRole.LEADER) {
            leadsSince.remove(member.id());
            return;
        }
        long term = status.hardState().getTerm();
        if (electionSafety(member.id(), term)) {
            oneVoteATerm(member.id(), term, member.id());
            leaderCompleteness(member, term);
        }
        committedBy(member, term, status.hardState().getCommit());
    }

    /** To be called with each Ready, as soon as its entries are in the member's {@link SimulatedMember#log}. */
    void handedOut(SimulatedMember member, Ready ready, long lastBefore) {
        leaderAppendOnly(member, ready, lastBefore);
        ready.entries().forEach(entry -> logMatching(member, entry));
    }

    /** To be called with what was sent. */
    void sent(List<Message> messages) {
        messages.stream()
                .filter(message -> message.getType() == MessageType.MsgVoteResp && !message.getReject())
                .forEach(vote -> oneVoteATerm(vote.getFrom(), vote.getTerm(), vote.getTo()));
    }

    // Thesis 3.2, 3.4: at most one leader can be elected in a term. Whether this one is new.
    private boolean electionSafety(long leader, long term) {
        Long other = leaders.putIfAbsent(term, leader);
        assertTrue(other == null || other == leader,
                () -> "election safety: " + other + " and " + leader + " both lead in term " + term);
        return other == null;
    }

    // Thesis 3.4: what election safety rests on; a vote outlives a crash.
    private void oneVoteATerm(long voter, long term, long candidate) {
        Long other = votes.putIfAbsent(new Ballot(voter, term), candidate);
        assertTrue(other == null || other == candidate,
                () -> "one vote a term: " + voter + " votes for " + other + " and " + candidate + " in " + term);
    }

    // Thesis 3.5: a leader never overwrites or deletes an entry of its log, it only appends.
    private void leaderAppendOnly(SimulatedMember member, Ready ready, long lastBefore) {
        RaftStatus status = member.node().status();
        if (status.softState().role() != RaftRole.LEADER) {
            return;
        }
        long term = status.hardState().getTerm();
        Long since = leadsSince.put(member.id(), term);
        if (since != null && since == term && !ready.entries().isEmpty()) {
            assertEquals(lastBefore + 1, ready.entries().getFirst().getIndex(),
                    () -> "leader append-only: " + member.id() + " replaces what it wrote in term " + term);
        }
    }

    // Thesis 3.5: if two logs have an entry with the same index and term, they are the same up to it. By induction: an
    // entry with this index and term is always this entry, and always stands behind the same one.
    private void logMatching(SimulatedMember member, Entry entry) {
        At at = new At(entry.getTerm(), entry.getIndex());
        Link link = new Link(entry, member.log().term(entry.getIndex() - 1));
        Link known = everAppended.putIfAbsent(at, link);
        assertTrue(known == null || known.equals(link),
                () -> "log matching: " + member.id() + " has " + link + " where another had " + known);
    }

    /** Thesis 3.5, word for word: compares every two logs as they are now, from their last common entry down. */
    void logMatching(Collection<SimulatedMember> members) {
        for (SimulatedMember one : members) {
            for (SimulatedMember other : members) {
                if (one.id() < other.id()) {
                    logMatching(one, other);
                }
            }
        }
    }

    private static void logMatching(SimulatedMember one, SimulatedMember other) {
        long first = Math.max(one.log().firstIndex(), other.log().firstIndex());
        long index = Math.min(one.log().lastIndex(), other.log().lastIndex());
        while (index >= first && one.log().term(index) != other.log().term(index)) {
            index--;
        }
        if (index >= first) {
            assertEquals(one.entries(first, index), other.entries(first, index),
                    "log matching: logs of " + one.id() + " and " + other.id() + " differ below " + index);
        }
    }

    // Thesis 3.6.3: what was committed in an earlier term is in the log of every leader of a later one.
    private void leaderCompleteness(SimulatedMember leader, long term) {
        MemoryStorage log = leader.log();
        long start = log.firstIndex() - 1;
        assertTrue(start <= committedIndex(), () -> "leader completeness: the log of " + leader.id() + " starts at "
                + start + " though only " + committedIndex() + " is committed");
        for (long index = Math.max(1, start); index <= committedIndex(); index++) {
            Committed known = committed(index);
            if (known.byTerm() >= term) {
                continue;
            }
            boolean has = index <= log.lastIndex() && (index == start
                    ? log.term(index) == known.entry().getTerm()
                    : leader.entry(index).equals(known.entry()));
            assertTrue(has,
                    () -> "leader completeness: " + leader.id() + ", elected in term " + term + ", lacks " + known);
        }
    }

    private void committedBy(SimulatedMember leader, long term, long commit) {
        while (committedIndex() < commit) {
            long index = committedIndex() + 1;
            assertTrue(index >= leader.log().firstIndex() && index <= leader.log().lastIndex(),
                    () -> "leader completeness: " + leader.id() + " commits " + index + " which it does not have");
            committed.add(new Committed(leader.entry(index), term));
        }
    }

    /** State machine safety, thesis 3.6.3: what is applied at an index is what was committed there, by all. */
    void stateMachineSafety(SimulatedMember member, Entry entry) {
        long index = entry.getIndex();
        assertEquals(member.applied() + 1, index, () -> "state machine safety: " + member.id() + " leaves a gap");
        assertTrue(index <= committedIndex(),
                () -> "state machine safety: " + member.id() + " applies " + index + ", which no leader committed");
        assertEquals(committed(index).entry(), entry,
                () -> "state machine safety: " + member.id() + " applies another entry at " + index);
    }

    /** State machine safety for what a snapshot stands for. */
    void stateMachineSafety(SimulatedMember member, Snapshot snapshot) {
        long index = snapshot.getMetadata().getIndex();
        assertTrue(index <= committedIndex() && committed(index).entry().getTerm() == snapshot.getMetadata().getTerm(),
                () -> "state machine safety: " + member.id() + " installs " + index + ", which was not committed so");
        sameConfiguration(member, index, snapshot.getMetadata().getConfState());
    }

    /** Thesis 4.1: the configuration is part of what is replicated: at an index it is the same everywhere. */
    void sameConfiguration(SimulatedMember member, long index, ConfState confState) {
        ConfState known = configurations.putIfAbsent(index, confState);
        assertTrue(known == null || known.equals(confState),
                () -> "same configuration: at " + index + " " + member.id() + " has " + confState + ", not " + known);
    }

    private Committed committed(long index) {
        return committed.get(Math.toIntExact(index - 1));
    }
}
