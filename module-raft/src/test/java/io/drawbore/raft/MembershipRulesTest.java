package io.drawbore.raft;

import static io.drawbore.raft.OneMember.ELECTION_TICKS;
import static io.drawbore.raft.OneMember.THREE;
import static io.drawbore.raft.OneMember.entry;
import static io.drawbore.raft.OneMember.hardState;
import static io.drawbore.raft.OneMember.message;
import static io.drawbore.raft.OneMember.plain;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeTransition;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.ProposalDroppedException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of configuration changes, one by one; the test plays the other members. */
public class MembershipRulesTest {
    private static final ConfState ALONE = ConfState.newBuilder().addVoters(1).build();
    private static final ConfState TWO = ConfState.newBuilder().addVoters(1).addVoters(2).build();
    private static final ConfChangeV2 LEAVE = ConfChangeV2.getDefaultInstance();

    private static ConfChangeSingle one(ConfChangeType type, long id) {
        return ConfChangeSingle.newBuilder().setType(type).setNodeId(id).build();
    }

    private static ConfChangeSingle add(long id) {
        return one(ConfChangeType.ConfChangeAddNode, id);
    }

    private static ConfChangeSingle learner(long id) {
        return one(ConfChangeType.ConfChangeAddLearnerNode, id);
    }

    private static ConfChangeSingle remove(long id) {
        return one(ConfChangeType.ConfChangeRemoveNode, id);
    }

    private static ConfChangeV2 change(ConfChangeSingle... changes) {
        return ConfChangeV2.newBuilder().addAllChanges(List.of(changes)).build();
    }

    private static ConfChangeV2 explicit(ConfChangeSingle... changes) {
        return change(changes).toBuilder()
                .setTransition(ConfChangeTransition.ConfChangeTransitionJointExplicit).build();
    }

    private static OneMember member(ConfState confState) {
        return new OneMember(plain(), confState, HardState.getDefaultInstance());
    }

    private static EntryType lastProposed(OneMember member) {
        return member.storage().entries(member.last(), member.last() + 1, Long.MAX_VALUE).getFirst().getType();
    }

    private static List<Long> known(OneMember member) {
        return member.node().status().progress().stream().map(RaftStatus.MemberProgress::id).toList();
    }

    @Test
    void twoVotersDoNotChangeAtOnceWithoutAJointConfiguration() {
        OneMember member = member(ALONE);
        member.node().applyConfChange(change(add(2)));
        member.node().applyConfChange(change(add(3), add(4)));
        assertEquals(2, member.confState().getVotersOutgoingCount());
        OneMember alone = member(ALONE);
        alone.node().applyConfChange(explicit(add(2), add(3), remove(1)));
        assertEquals(ConfState.newBuilder().addVoters(2).addVoters(3).addVotersOutgoing(1).build(), alone.confState());
    }

    @Test
    void somebodyDecides() {
        OneMember member = member(ALONE);
        assertThrows(InvariantException.class, () -> member.node().applyConfChange(change(remove(1))));
    }

    @Test
    void aVoterBecomesALearnerWhenTheJointConfigurationIsLeft() {
        OneMember member = member(THREE).elected(2);
        member.node().applyConfChange(explicit(learner(2), remove(3), add(4)));
        assertEquals(ConfState.newBuilder().addVoters(1).addVoters(4).addVotersOutgoing(1).addVotersOutgoing(2)
                .addVotersOutgoing(3).addLearnersNext(2).build(), member.confState());
        assertEquals(List.of(1L, 2L, 3L, 4L), known(member), "all get the log until then");
        member.node().applyConfChange(LEAVE);
        assertEquals(ConfState.newBuilder().addVoters(1).addVoters(4).addLearners(2).build(), member.confState());
        assertEquals(List.of(1L, 2L, 4L), known(member));
    }

    @Test
    void aPromotedLearnerIsALearnerNoMore() {
        OneMember member = member(ALONE.toBuilder().addLearners(2).build());
        member.node().applyConfChange(change(add(2)));
        assertEquals(TWO, member.confState());
    }

    @Test
    void aRestartKnowsTheLearners() {
        ConfState recorded = THREE.toBuilder().addLearners(4).build();
        assertEquals(recorded, member(recorded).confState());
    }

    @Test
    void oneChangeAtATime() {
        OneMember member = member(TWO).elected(2);
        member.acknowledged(2, 1);
        member.propose(change(learner(3)));
        assertEquals(EntryType.EntryConfChangeV2, lastProposed(member));
        member.propose(change(learner(4)));
        assertEquals(EntryType.EntryNormal, lastProposed(member));
        // Committed, and not applied yet.
        member.node().step(message(MessageType.MsgAppResp, 2, 1).setIndex(3).build());
        assertEquals(3, member.commit());
        member.node().proposeConfChange(change(learner(4)));
        member.work();
        assertEquals(EntryType.EntryNormal, lastProposed(member));
        member.propose(change(learner(4)));
        assertEquals(EntryType.EntryConfChangeV2, lastProposed(member));
    }

    @Test
    void aChangeThatWasTakenOverCountsAsUnapplied() {
        Entry inherited = entry(1, 1).toBuilder().setType(EntryType.EntryConfChangeV2)
                .setData(change(learner(3)).toByteString()).build();
        OneMember member = new OneMember(plain(), TWO, hardState(1, 0, 0), inherited).elected(2);
        member.propose(change(learner(4)));
        assertEquals(EntryType.EntryNormal, lastProposed(member));
    }

    @Test
    void aJointConfigurationIsLeftBeforeAnotherChange() {
        OneMember member = member(ALONE).elected();
        member.propose(explicit(learner(2)));
        assertEquals(1, member.confState().getVotersOutgoingCount());
        member.propose(change(learner(3)));
        assertEquals(EntryType.EntryNormal, lastProposed(member));
        member.propose(LEAVE);
        assertEquals(ALONE.toBuilder().addLearners(2).build(), member.confState());
    }

    @Test
    void aJointConfigurationIsLeftByItselfUnlessItIsExplicit() {
        OneMember member = member(ALONE).elected();
        member.propose(change(learner(2), learner(3)));
        assertEquals(ALONE.toBuilder().addLearners(2).addLearners(3).build(), member.confState());
        long last = member.last();
        member.propose(explicit(learner(4)));
        assertEquals(1, member.confState().getVotersOutgoingCount());
        assertEquals(last + 1, member.last());
    }

    @Test
    void whatFewerVotersSufficeForIsCommittedAtOnce() {
        OneMember member = member(TWO).elected(2);
        member.acknowledged(2, 1);
        member.propose("a");
        assertEquals(1, member.commit());
        member.node().applyConfChange(change(remove(2)));
        assertEquals(2, member.commit());
    }

    @Test
    void aHandOverToWhoIsRemovedEnds() {
        OneMember member = member(THREE).elected(2);
        member.node().transferLeadership(3);
        assertEquals(3, member.node().status().transferee());
        member.node().applyConfChange(change(remove(3)));
        assertEquals(0, member.node().status().transferee());
    }

    @Test
    void aRemovedLeaderLeadsOnWithoutProposals() {
        OneMember member = member(TWO).elected(2);
        member.acknowledged(2, 1);
        member.node().applyConfChange(change(remove(1)));
        assertEquals(RaftRole.LEADER, member.role());
        assertEquals(Reason.NOT_A_MEMBER,
                assertThrows(ProposalDroppedException.class, () -> member.propose("a")).reason());
        member.read("r");
        assertEquals(List.of(), member.reads(), "the one voter that is left is not this member");
    }

    @Test
    void aRemovedLeaderStepsDownIfItIsTo() {
        for (ConfChangeSingle gone : List.of(remove(1), learner(1))) {
            OneMember member = new OneMember(plain().stepDownOnRemoval(true), TWO, HardState.getDefaultInstance())
                    .elected(2);
            member.node().applyConfChange(change(gone));
            assertEquals(RaftRole.FOLLOWER, member.role());
        }
    }

    @Test
    void aNewcomerHasAnElectionTimeoutToSaySomething() {
        OneMember member = new OneMember(plain().checkQuorum(true), ALONE, HardState.getDefaultInstance()).elected();
        member.node().applyConfChange(change(add(2)));
        member.tick(ELECTION_TICKS);
        assertEquals(RaftRole.LEADER, member.role());
        member.tick(ELECTION_TICKS);
        assertEquals(RaftRole.FOLLOWER, member.role());
    }
}
