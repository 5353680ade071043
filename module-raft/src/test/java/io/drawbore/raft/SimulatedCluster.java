package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A cluster of up to five members whose every step a seed decides.
 *
 * <p>Checked: at most one leader a term; at every index all members apply the same entry; nothing that was applied
 * anywhere is ever replaced; a read is never answered with less than was applied anywhere when it was asked for; once
 * nothing fails any more, the cluster elects a leader and all members apply the same.
 *
 * <p>Not checked: how fast any of it happens.
 */
final class SimulatedCluster {
    private static final int MEMBERS = 5;
    private static final int PATIENCE = 5_000;

    private final SplittableRandom random;
    private final Map<Long, SimulatedMember> members = new TreeMap<>();
    private final List<Message> network = new ArrayList<>();
    private final Set<Long> cutOff = new HashSet<>();
    private final Map<Long, Long> leaders = new HashMap<>();
    private final Map<Long, Entry> applied = new HashMap<>();
    private final Map<ByteString, Long> reads = new HashMap<>();
    private long highestApplied;
    private int requests;

    SimulatedCluster(long seed) {
        random = new SplittableRandom(seed);
        ConfState.Builder confState = ConfState.newBuilder();
        int voters = 1 + 2 * random.nextInt(3);
        for (long id = 1; id <= voters; id++) {
            confState.addVoters(id);
        }
        boolean preVote = random.nextBoolean();
        boolean checkQuorum = random.nextBoolean();
        for (long id = 1; id <= MEMBERS; id++) {
            RaftConfig.Builder config = RaftConfig.builder(id, random.split())
                    .electionTicks(5)
                    .maxSizePerMessage(64)
                    .maxCommittedSizePerReady(256)
                    .maxInflightMessages(4)
                    .preVote(preVote)
                    .checkQuorum(checkQuorum);
            members.put(id, new SimulatedMember(config, confState.build(), this::onApply));
        }
    }

    /** So many steps, each of which may be a fault. */
    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            check();
        }
    }

    /** All faults end; returns how many entries the cluster committed in its life. */
    long heal() {
        cutOff.clear();
        ByteString last = ByteString.copyFromUtf8("last");
        for (int i = 0; i < PATIENCE; i++) {
            members.values().forEach(member -> member.node().tick());
            for (int round = 0; round < 5; round++) {
                members.values().forEach(this::work);
                List<Message> all = List.copyOf(network);
                network.clear();
                all.forEach(this::deliver);
            }
            if (i % 20 == 0) {
                members.values().forEach(member -> propose(member, last));
            }
            check();
            if (i > 200 && agreed()) {
                return highestApplied;
            }
        }
        throw new AssertionError("the cluster does not recover: "
                + members.values().stream().map(member -> member.node().status().toString()).toList());
    }

    private boolean agreed() {
        return members.values().stream()
                .filter(member -> member.node().status().softState().role() == RaftRole.LEADER)
                .anyMatch(leader -> leader.node().status().progress().stream().allMatch(row ->
                        members.get(row.id()).applied() == leader.applied()) && leader.applied() == highestApplied);
    }

    private void step() {
        SimulatedMember member = members.get(1L + random.nextInt(MEMBERS));
        switch (random.nextInt(100)) {
            case 0 -> member.crash();
            case 1 -> cutOff.add(member.id());
            case 2, 3, 4 -> cutOff.remove(member.id());
            case 5 -> changeConfiguration(member);
            case 6 -> member.node().transferLeadership(1L + random.nextInt(MEMBERS));
            case 7 -> member.node().forgetLeader();
            case 8 -> member.compact();
            case 9, 10 -> readIndex(member);
            case 11, 12, 13, 14, 15, 16 -> propose(member, ByteString.copyFromUtf8("p" + requests++));
            default -> {
                if (random.nextInt(3) == 0) {
                    member.node().tick();
                }
                work(member);
                deliverSome();
            }
        }
    }

    private void deliverSome() {
        for (int i = random.nextInt(6); i > 0 && !network.isEmpty(); i--) {
            int place = random.nextInt(Math.min(network.size(), 10));
            Message message = network.get(place);
            if (random.nextInt(50) != 0) {
                network.remove(place);
            }
            if (random.nextInt(20) != 0) {
                deliver(message);
            } else {
                report(message, false);
            }
        }
    }

    private void deliver(Message message) {
        if (cutOff.contains(message.getTo()) || cutOff.contains(message.getFrom())) {
            report(message, false);
            return;
        }
        try {
            members.get(message.getTo()).node().step(message);
            report(message, true);
        } catch (UnexpectedMessageException | ProposalDroppedException refused) {
            // As if it had been lost.
            assertTrue(refused.getStackTrace().length == 0);
        }
    }

    private void report(Message message, boolean delivered) {
        if (message.getType() == MessageType.MsgSnap) {
            members.get(message.getFrom()).node().reportSnapshot(message.getTo(), delivered);
        }
    }

    private void work(SimulatedMember member) {
        if (member.node().hasReady()) {
            SimulatedMember.Done done = member.work(random.nextInt(40) == 0);
            network.addAll(done.messages());
            done.reads().forEach(this::onRead);
        }
    }

    private void propose(SimulatedMember member, ByteString data) {
        try {
            member.node().propose(data);
        } catch (ProposalDroppedException dropped) {
            assertTrue(dropped.reason() != ProposalDroppedException.Reason.NOT_FORWARDED);
        }
    }

    private void changeConfiguration(SimulatedMember member) {
        ConfChangeV2.Builder change = ConfChangeV2.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            ConfChangeType type = switch (random.nextInt(4)) {
                case 0 -> ConfChangeType.ConfChangeRemoveNode;
                case 1 -> ConfChangeType.ConfChangeAddLearnerNode;
                default -> ConfChangeType.ConfChangeAddNode;
            };
            // Member 1 stays, so that there always is a voter.
            change.addChanges(ConfChangeSingle.newBuilder().setType(type).setNodeId(2L + random.nextInt(MEMBERS - 1)));
        }
        ConfState now = member.node().status().confState();
        if (!now.getVotersList().contains(1L) || now.getVotersOutgoingCount() > 0) {
            change.clearChanges();
        }
        try {
            member.node().proposeConfChange(change.build());
        } catch (ProposalDroppedException dropped) {
            assertTrue(dropped.getMessage() != null);
        }
    }

    private void readIndex(SimulatedMember member) {
        ByteString context = ByteString.copyFromUtf8("r" + requests++);
        reads.put(context, highestApplied);
        member.node().readIndex(context);
    }

    private void onRead(ReadState read) {
        long atLeast = reads.getOrDefault(read.context(), 0L);
        assertTrue(read.index() >= atLeast, "a read is answered with " + read.index() + " though " + atLeast
                + " was applied before it was asked for");
    }

    private void onApply(Entry entry) {
        Entry known = applied.putIfAbsent(entry.getIndex(), entry);
        if (known != null) {
            assertEquals(known, entry, "two entries are applied at index " + entry.getIndex());
        }
        highestApplied = Math.max(highestApplied, entry.getIndex());
    }

    private void check() {
        for (SimulatedMember member : members.values()) {
            RaftStatus status = member.node().status();
            if (status.softState().role() == RaftRole.LEADER) {
                Long other = leaders.putIfAbsent(status.hardState().getTerm(), member.id());
                assertTrue(other == null || other == member.id(),
                        "two leaders in term " + status.hardState().getTerm());
            }
        }
    }
}
