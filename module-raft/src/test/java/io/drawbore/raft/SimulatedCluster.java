package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeTransition;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.SimulatedMember.Crash;
import io.drawbore.raft.SimulatedNetwork.Sent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A cluster of three, five or seven voters and two members more, whose every step a seed decides. After every step
 * {@link RaftPromises} and {@link SimulatedReads} judge it; once nothing fails any more, it has to elect a leader and
 * to make progress within {@link #PATIENCE} ticks.
 */
final class SimulatedCluster {
    /** Ticks after the last fault within which all members have applied what was proposed after it. */
    static final int PATIENCE = 100 * SimulatedSchedule.ELECTION_TICKS;

    private static final int COMPARE_LOGS_EVERY = 100;
    // Older messages are lost where a lease counts on it.
    private static final long OLDEST_TICKS = 20;
    private static final long STALE_TICKS = OLDEST_TICKS + 2 * SimulatedSchedule.ELECTION_TICKS;

    private final SplittableRandom random;
    private final SimulatedSchedule schedule;
    private final SimulatedNetwork network;
    private final RaftPromises promises = new RaftPromises();
    private final SimulatedReads reads;
    private final Map<Long, SimulatedMember> members = new TreeMap<>();
    private long tick;
    private int requests;

    SimulatedCluster(long seed) {
        random = new SplittableRandom(seed);
        schedule = SimulatedSchedule.draw(random);
        network = new SimulatedNetwork(random, schedule.members());
        reads = new SimulatedReads(schedule.readOnly() == ReadOnlyMode.LEASE_BASED ? STALE_TICKS : 0);
        ConfState.Builder confState = ConfState.newBuilder();
        for (long id = 1; id <= schedule.voters(); id++) {
            confState.addVoters(id);
        }
        for (long id = 1; id <= schedule.members(); id++) {
            members.put(id, new SimulatedMember(id, schedule.config(id, random.split()), confState.build(), promises,
                    random.split()));
        }
    }

    /** So many steps, each of which may be a fault. */
    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            if (i % COMPARE_LOGS_EVERY == 0) {
                promises.logMatching(members.values());
            }
        }
    }

    /** All faults end; returns how many entries the cluster committed in its life. */
    long heal() {
        network.mendAll();
        long before = promises.committedIndex();
        for (int i = 0; i < PATIENCE; i++) {
            tickAll();
            for (int round = 0; round < 5; round++) {
                members.values().forEach(this::workAll);
                network.takeAll().forEach(this::deliver);
            }
            if (promises.committedIndex() > before && agreed()) {
                promises.logMatching(members.values());
                return promises.committedIndex();
            }
            if (i % 20 == 0) {
                members.values().forEach(this::propose);
                members.values().forEach(this::leaveJoint);
                members.values().forEach(this::moveLeadership);
            }
        }
        if (stranded()) {
            return promises.committedIndex();
        }
        throw new AssertionError("liveness: no progress within " + PATIENCE + " ticks, " + schedule + ": "
                + members.values().stream().map(member -> member.node().status().toString()).toList());
    }

    /**
     * Whether a change of the configuration left the cluster without a way to elect anybody, which etcd's raft does not
     * prevent: a leader that is no voter by the change it has just applied went on appending, and stopped before it
     * told anybody that the change is committed. The voters still need its vote, which it refuses since its log is
     * longer; and it may not stand itself. Operators move leadership away before they demote or remove a leader.
     */
    boolean stranded() {
        return members.values().stream().noneMatch(SimulatedMember::leads)
                && members.values().stream().anyMatch(leftOver -> !leftOver.votes()
                        && members.values().stream().filter(SimulatedMember::votes).noneMatch(leftOver::grants)
                        && members.values().stream().anyMatch(other -> other.votes() && other.needs(leftOver.id())));
    }

    // What an operator does with a leader that is no voter: it may lead, but a removed one takes no proposals.
    private void moveLeadership(SimulatedMember member) {
        if (member.leads() && !member.votes()) {
            List<Long> voters = member.confState().getVotersList();
            member.node().transferLeadership(voters.get(random.nextInt(voters.size())));
            promises.observe(member);
        }
    }

    private boolean agreed() {
        return members.values().stream().filter(SimulatedMember::leads).anyMatch(leader ->
                leader.applied() == promises.committedIndex()
                && leader.node().status().progress().stream().allMatch(row ->
                        members.get(row.id()).applied() == leader.applied()));
    }

    private void step() {
        SimulatedMember member = any();
        if (random.nextInt(1_000) < schedule.shortLeaderships()) {
            shortLeadership(member);
            return;
        }
        switch (random.nextInt(100)) {
            case 0 -> member.crash();
            case 1 -> network.fail(member.id());
            case 2, 3 -> network.mend(member.id());
            case 4 -> mendAllNowAndThen();
            case 5 -> changeConfiguration(member);
            case 6 -> transferOrForget(member);
            case 7 -> member.compact();
            case 8, 9 -> readIndex(member);
            case 10, 11, 12, 13, 14, 15, 16 -> propose(member);
            default -> {
                passTime(member);
                work(member, crash());
                if (random.nextBoolean()) {
                    carryOut(member, crash());
                }
                deliverSome();
            }
        }
        promises.observe(member);
    }

    private SimulatedMember any() {
        return member(1L + random.nextInt(schedule.members()));
    }

    private SimulatedMember member(long id) {
        return members.get(id);
    }

    private Crash crash() {
        return random.nextInt(40) == 0 ? Crash.values()[random.nextInt(Crash.values().length)] : Crash.NOT;
    }

    private void passTime(SimulatedMember member) {
        if (schedule.oneClock()) {
            if (random.nextInt(3 * schedule.members()) == 0) {
                tickAll();
            }
        } else if (random.nextInt(3) == 0) {
            member.node().tick();
        }
    }

    private void tickAll() {
        tick++;
        reads.tick(promises.committedIndex());
        members.values().forEach(member -> {
            member.node().tick();
            promises.observe(member);
        });
    }

    private void mendAllNowAndThen() {
        if (random.nextInt(4) == 0) {
            network.mendAll();
        }
    }

    /**
     * A leader is elected by force and stopped after part of its work, so that entries of several terms stand on few
     * members each: what figure 3.7 of the thesis needs.
     */
    private void shortLeadership(SimulatedMember leader) {
        Set<Long> electors = someBeside(leader.id());
        electors.forEach(elector -> member(elector).node().forgetLeader());
        leader.node().campaign();
        talk(electors, (schedule.preVote() ? 4 : 2) + random.nextInt(6));
        propose(leader);
        Set<Long> followers = someBeside(leader.id());
        followers.retainAll(electors);
        talk(followers, random.nextInt(5));
        switch (random.nextInt(3)) {
            case 0 -> leader.crash();
            case 1 -> network.isolate(leader.id());
            default -> network.mendAll();
        }
    }

    private Set<Long> someBeside(long id) {
        Set<Long> some = new TreeSet<>(Set.of(id));
        for (long other : members.keySet()) {
            if (random.nextInt(5) < 3) {
                some.add(other);
            }
        }
        return some;
    }

    /** Only these members work, and only their messages to each other arrive, whatever links are cut. */
    private void talk(Set<Long> group, int rounds) {
        for (int i = 0; i < rounds; i++) {
            group.forEach(id -> workAll(member(id)));
            network.takeWithin(group).stream()
                    .filter(sent -> !tooOld(sent))
                    .forEach(sent -> receive(sent.message()));
        }
    }

    private void deliverSome() {
        for (int i = random.nextInt(6); i > 0 && !network.isEmpty(); i--) {
            Sent sent = network.takeOne();
            if (random.nextInt(20) != 0) {
                deliver(sent);
            } else {
                report(sent.message(), false);
            }
        }
    }

    private void deliver(Sent sent) {
        if (tooOld(sent) || !network.reaches(sent.message())) {
            report(sent.message(), false);
        } else {
            receive(sent.message());
        }
    }

    private boolean tooOld(Sent sent) {
        return schedule.oneClock() && sent.tick() < tick - OLDEST_TICKS;
    }

    private void receive(Message message) {
        SimulatedMember to = member(message.getTo());
        try {
            to.node().step(message);
            report(message, true);
        } catch (UnexpectedMessageException | ProposalDroppedException refused) {
            // As if it had been lost.
            assertTrue(refused.getStackTrace().length == 0);
        }
        promises.observe(to);
    }

    private void report(Message message, boolean delivered) {
        SimulatedMember from = member(message.getFrom());
        if (message.getType() == MessageType.MsgSnap) {
            from.node().reportSnapshot(message.getTo(), delivered);
        } else if (!delivered && random.nextInt(4) == 0) {
            from.node().reportUnreachable(message.getTo());
        }
        promises.observe(from);
    }

    private void work(SimulatedMember member, Crash crash) {
        if (member.node().hasReady()) {
            SimulatedMember.Done done = member.work(crash);
            network.send(done.messages(), tick);
            done.reads().forEach(reads::answered);
            promises.observe(member);
        }
    }

    private void carryOut(SimulatedMember member, Crash crash) {
        if (member.hasRequest()) {
            network.send(member.carryOut(crash), tick);
            promises.observe(member);
        }
    }

    private void workAll(SimulatedMember member) {
        work(member, Crash.NOT);
        while (member.hasRequest()) {
            work(member, Crash.NOT);
            carryOut(member, Crash.NOT);
        }
    }

    private void propose(SimulatedMember member) {
        offer(() -> member.node().propose(ByteString.copyFromUtf8("p" + requests++)));
        promises.observe(member);
    }

    private static void offer(Runnable proposal) {
        try {
            proposal.run();
        } catch (ProposalDroppedException dropped) {
            assertTrue(dropped.getStackTrace().length == 0);
        }
    }

    // With a lease a hand-over is not safe: it begins a term without waiting for the lease's end.
    private void transferOrForget(SimulatedMember member) {
        if (schedule.readOnly() == ReadOnlyMode.LEASE_BASED) {
            return;
        }
        if (random.nextBoolean()) {
            member.node().transferLeadership(any().id());
        } else {
            member.node().forgetLeader();
        }
    }

    private void changeConfiguration(SimulatedMember member) {
        SimulatedMember at = random.nextInt(4) == 0 ? member
                : members.values().stream().filter(SimulatedMember::leads).findAny().orElse(member);
        if (at.node().status().confState().getVotersOutgoingCount() > 0) {
            leaveJoint(at);
        } else if (random.nextInt(4) == 0) {
            ConfChangeSingle one = change();
            offer(() -> at.node().proposeConfChange(
                    ConfChange.newBuilder().setType(one.getType()).setNodeId(one.getNodeId()).build()));
        } else {
            ConfChangeV2.Builder many = ConfChangeV2.newBuilder()
                    .setTransition(ConfChangeTransition.forNumber(random.nextInt(3)));
            for (int i = random.nextInt(4); i >= 0; i--) {
                many.addChanges(change());
            }
            offer(() -> at.node().proposeConfChange(many.build()));
        }
        promises.observe(at);
    }

    private ConfChangeSingle change() {
        ConfChangeType type = switch (random.nextInt(5)) {
            case 0 -> ConfChangeType.ConfChangeRemoveNode;
            case 1 -> ConfChangeType.ConfChangeAddLearnerNode;
            default -> ConfChangeType.ConfChangeAddNode;
        };
        return ConfChangeSingle.newBuilder().setType(type).setNodeId(any().id()).build();
    }

    private void leaveJoint(SimulatedMember member) {
        if (member.leads() && member.node().status().confState().getVotersOutgoingCount() > 0) {
            offer(() -> member.node().proposeConfChange(ConfChangeV2.getDefaultInstance()));
            promises.observe(member);
        }
    }

    private void readIndex(SimulatedMember member) {
        ByteString context = ByteString.copyFromUtf8("r" + requests++);
        reads.asked(context, promises.committedIndex());
        member.node().readIndex(context);
    }

    @Override
    public String toString() {
        return schedule.toString();
    }
}
