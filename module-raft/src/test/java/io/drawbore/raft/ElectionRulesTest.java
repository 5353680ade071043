package io.drawbore.raft;

import static io.drawbore.raft.OneMember.ELECTION_TICKS;
import static io.drawbore.raft.OneMember.THREE;
import static io.drawbore.raft.OneMember.append;
import static io.drawbore.raft.OneMember.entry;
import static io.drawbore.raft.OneMember.hardState;
import static io.drawbore.raft.OneMember.message;
import static io.drawbore.raft.OneMember.plain;
import static io.drawbore.raft.OneMember.snapshot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules about terms and votes, one by one; the test plays the other members. */
public class ElectionRulesTest {
    private static Message.Builder voteRequest(long from, long term, long lastTerm, long last) {
        return message(MessageType.MsgVote, from, term).setLogTerm(lastTerm).setIndex(last);
    }

    private static boolean granted(List<Message> answers) {
        assertEquals(1, answers.size(), answers::toString);
        return !answers.getFirst().getReject();
    }

    @Test
    void aMemberVotesOnceATermEvenIfItRestarts() {
        OneMember member = OneMember.ofThree();
        assertTrue(granted(member.receive(voteRequest(2, 1, 0, 0))));
        assertFalse(granted(member.receive(voteRequest(3, 1, 0, 0))));
        member.restart();
        assertEquals(1, member.term());
        assertFalse(granted(member.receive(voteRequest(3, 1, 0, 0))));
        assertTrue(granted(member.receive(voteRequest(2, 1, 0, 0))), "an answer that was lost is given again");
        assertTrue(granted(member.receive(voteRequest(3, 2, 0, 0))), "a new term is a new vote");
    }

    @Test
    void aVoteIsRememberedThoughItsTermWasKnownBefore() {
        OneMember member = new OneMember(plain(), THREE, hardState(1, 0, 0));
        assertTrue(granted(member.receive(voteRequest(2, 1, 0, 0))));
        member.restart();
        assertFalse(granted(member.receive(voteRequest(3, 1, 0, 0))));
    }

    @Test
    void aTermIsRememberedThoughNoVoteWasGivenInIt() {
        OneMember member = OneMember.ofThree();
        member.receive(message(MessageType.MsgHeartbeat, 2, 5));
        member.restart();
        assertEquals(5, member.term());
    }

    @Test
    void aCandidateThatLostKeepsItsVote() {
        OneMember member = OneMember.ofThree();
        member.node().campaign();
        member.work();
        member.receive(message(MessageType.MsgVoteResp, 2, 1).setReject(true));
        assertEquals(RaftRole.CANDIDATE, member.role(), "the third may still agree");
        member.receive(message(MessageType.MsgVoteResp, 3, 1).setReject(true));
        assertEquals(RaftRole.FOLLOWER, member.role());
        assertFalse(granted(member.receive(voteRequest(2, 1, 0, 0))));
    }

    @Test
    void onlyALogThatIsAsCompleteGetsTheVote() {
        for (long[] last : new long[][] {{1, 9}, {2, 2}, {2, 3}, {2, 4}, {3, 1}}) {
            OneMember member =
                    new OneMember(plain(), THREE, hardState(2, 0, 0), entry(1, 1), entry(2, 2), entry(2, 3));
            boolean complete = last[0] > 2 || (last[0] == 2 && last[1] >= 3);
            assertEquals(complete, granted(member.receive(voteRequest(2, 3, last[0], last[1]))), () -> last[0] + "/"
                    + last[1]);
        }
    }

    @Test
    void aPreVoteChangesNothing() {
        OneMember member = new OneMember(plain().preVote(true), THREE, hardState(4, 0, 0));
        List<Message> answer = member.receive(message(MessageType.MsgPreVote, 2, 5));
        assertTrue(granted(answer));
        assertEquals(5, answer.getFirst().getTerm());
        assertEquals(hardState(4, 0, 0), member.node().status().hardState());
        assertTrue(granted(member.receive(message(MessageType.MsgPreVote, 3, 5))), "it may be told to several");
        List<Message> late = member.receive(message(MessageType.MsgPreVote, 3, 3));
        assertFalse(granted(late));
        assertEquals(4, late.getFirst().getTerm(), "who fell behind learns the term");
    }

    @Test
    void preVotesAreNoVotes() {
        OneMember member = new OneMember(plain().preVote(true), THREE, hardState(4, 0, 0));
        member.node().campaign();
        List<Message> asked = member.work();
        assertTrue(asked.stream().allMatch(message -> message.getType() == MessageType.MsgPreVote
                && message.getTerm() == 5), asked::toString);
        assertEquals(4, member.term());
        asked = member.receive(message(MessageType.MsgPreVoteResp, 2, 5));
        assertTrue(asked.stream().allMatch(message -> message.getType() == MessageType.MsgVote), asked::toString);
        assertEquals(5, member.term());
        member.receive(message(MessageType.MsgPreVoteResp, 3, 5));
        assertEquals(RaftRole.CANDIDATE, member.role(), "the answer was to another question");
        member.receive(message(MessageType.MsgVoteResp, 3, 5));
        assertEquals(RaftRole.LEADER, member.role());
    }

    @Test
    void whileALeaderLivesNobodyElseIsElected() {
        OneMember member = new OneMember(plain().checkQuorum(true), THREE, hardState(1, 0, 0));
        member.receive(message(MessageType.MsgHeartbeat, 2, 1));
        assertEquals(List.of(), member.receive(voteRequest(3, 2, 0, 0)));
        assertEquals(1, member.term());
        assertTrue(granted(member.receive(
                voteRequest(3, 2, 0, 0).setContext(ByteString.copyFromUtf8("CampaignTransfer")))),
                "the leader itself wants it");
    }

    @Test
    void afterAnElectionTimeoutOfSilenceALeaderProtectsNobody() {
        OneMember member = new OneMember(plain().checkQuorum(true),
                ConfState.newBuilder().addVoters(2).addVoters(3).addLearners(1).build(), hardState(1, 0, 0));
        member.receive(message(MessageType.MsgHeartbeat, 2, 1));
        member.tick(ELECTION_TICKS);
        assertTrue(granted(member.receive(voteRequest(3, 2, 0, 0))));
    }

    @Test
    void aLeaderOfAPastTermIsToldWhereItsVotersAreKeptFromVoting() {
        for (RaftConfig.Builder config : List.of(plain().checkQuorum(true), plain().preVote(true))) {
            OneMember member = new OneMember(config, THREE, hardState(3, 0, 0));
            List<Message> answer = member.receive(append(2, 2, 0, 0, 0, entry(2, 1)));
            assertEquals(1, answer.size(), answer::toString);
            assertEquals(3, answer.getFirst().getTerm());
            assertEquals(0, member.last());
        }
        OneMember plain = new OneMember(plain(), THREE, hardState(3, 0, 0));
        assertEquals(List.of(), plain.receive(append(2, 2, 0, 0, 0, entry(2, 1))));
    }

    @Test
    void aCandidateFollowsWhoWonItsTerm() {
        OneMember member = OneMember.ofThree();
        member.node().campaign();
        member.work();
        member.receive(append(2, 1, 0, 0, 0, entry(1, 1)));
        assertEquals(new SoftState(2, RaftRole.FOLLOWER), member.node().status().softState());
        assertEquals(1, member.last());
    }

    @Test
    void aHigherTermEndsALeadership() {
        OneMember member = OneMember.ofThree().elected(2);
        member.receive(message(MessageType.MsgHeartbeat, 3, 7));
        assertEquals(new SoftState(3, RaftRole.FOLLOWER), member.node().status().softState());
        assertEquals(7, member.term());
    }

    @Test
    void whoHasAConfigurationChangeToApplyDoesNotStand() {
        OneMember member = OneMember.ofThree();
        Entry change = entry(1, 1).toBuilder().setType(EntryType.EntryConfChangeV2).setData(ConfChangeV2.newBuilder()
                .addChanges(ConfChangeSingle.newBuilder().setType(ConfChangeType.ConfChangeAddNode).setNodeId(4))
                .build().toByteString()).build();
        member.node().step(append(2, 1, 0, 0, 1, change).build());
        member.node().campaign();
        assertEquals(RaftRole.FOLLOWER, member.role());
        member.work();
        member.node().campaign();
        assertEquals(RaftRole.CANDIDATE, member.role());
    }

    @Test
    void whoDecidesNothingOrIsAboutToGetAnotherLogDoesNotStand() {
        ConfState learning = ConfState.newBuilder().addVoters(2).addVoters(3).addLearners(1).build();
        OneMember learner = new OneMember(plain(), learning, HardState.getDefaultInstance());
        assertEquals(List.of(), learner.tick(4 * ELECTION_TICKS));
        OneMember member = OneMember.ofThree();
        member.node().step(snapshot(2, 1, 5, THREE).build());
        member.node().campaign();
        assertEquals(RaftRole.FOLLOWER, member.role());
    }

    @Test
    void whoHearsFromItsLeaderDoesNotStand() {
        OneMember member = OneMember.ofThree();
        for (int i = 0; i < 4; i++) {
            member.receive(append(2, 1, 0, 0, 0));
            member.tick(ELECTION_TICKS - 1);
        }
        assertEquals(1, member.term());
    }

    @Test
    void learnersHaveNoPartInAnElection() {
        OneMember member = new OneMember(plain(), THREE.toBuilder().addLearners(4).addLearners(5).build(),
                HardState.getDefaultInstance());
        member.elected(2);
        assertEquals(RaftRole.LEADER, member.role());
    }

    @Test
    void anElectionOfAJointConfigurationNeedsBothHalves() {
        OneMember member = new OneMember(plain(),
                THREE.toBuilder().addVotersOutgoing(1).addVotersOutgoing(4).addVotersOutgoing(5).build(),
                HardState.getDefaultInstance());
        member.elected(2, 3);
        assertEquals(RaftRole.CANDIDATE, member.role());
        member.receive(message(MessageType.MsgVoteResp, 4, 1));
        assertEquals(RaftRole.LEADER, member.role());
    }
}
