package io.drawbore.raft;

import static io.drawbore.raft.OneMember.ELECTION_TICKS;
import static io.drawbore.raft.OneMember.THREE;
import static io.drawbore.raft.OneMember.append;
import static io.drawbore.raft.OneMember.entry;
import static io.drawbore.raft.OneMember.hardState;
import static io.drawbore.raft.OneMember.message;
import static io.drawbore.raft.OneMember.plain;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.ProposalDroppedException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules that bind a leader, one by one; the test plays the other members. */
public class LeaderRulesTest {
    private static final ConfState FIVE = THREE.toBuilder().addVoters(4).addVoters(5).build();

    private static List<Message> of(MessageType type, List<Message> messages) {
        return messages.stream().filter(message -> message.getType() == type).toList();
    }

    private static Reason whyDropped(OneMember member, String data) {
        return assertThrows(ProposalDroppedException.class, () -> member.propose(data)).reason();
    }

    @Test
    void aMajorityCommits() {
        OneMember four = new OneMember(plain(), THREE.toBuilder().addVoters(4).build(), HardState.getDefaultInstance())
                .elected(2);
        assertEquals(RaftRole.CANDIDATE, four.role(), "two of four are no majority");
        four.receive(message(MessageType.MsgVoteResp, 3, 1));
        four.acknowledged(2, 1);
        assertEquals(0, four.commit());
        four.acknowledged(3, 1);
        assertEquals(1, four.commit(), "three of four are");
    }

    @Test
    void learnersCommitNothing() {
        OneMember member = new OneMember(plain(), THREE.toBuilder().addLearners(4).addLearners(5).build(),
                HardState.getDefaultInstance()).elected(2);
        member.acknowledged(4, 1);
        member.acknowledged(5, 1);
        assertEquals(0, member.commit());
        member.acknowledged(3, 1);
        assertEquals(1, member.commit());
    }

    @Test
    void bothHalvesOfAJointConfigurationCommit() {
        OneMember member = new OneMember(plain(),
                THREE.toBuilder().addVotersOutgoing(1).addVotersOutgoing(4).addVotersOutgoing(5).build(),
                HardState.getDefaultInstance()).elected(2, 4);
        member.acknowledged(2, 1);
        assertEquals(0, member.commit());
        member.acknowledged(4, 1);
        assertEquals(1, member.commit());
    }

    @Test
    void theOwnCopyCountsWhenItIsOnDisk() {
        OneMember member = OneMember.ofThree().elected(2);
        member.acknowledged(2, 1);
        member.node().propose(ByteString.copyFromUtf8("a"));
        member.node().step(message(MessageType.MsgAppResp, 2, 1).setIndex(2).build());
        assertEquals(1, member.commit());
        member.work();
        assertEquals(2, member.commit());
    }

    @Test
    void entriesOfEarlierTermsAreCommittedWithTheFirstOfTheOwn() {
        OneMember member = new OneMember(plain(), THREE, hardState(1, 0, 0), entry(1, 1), entry(1, 2)).elected(2);
        assertEquals(3, member.last(), "the term begins with an entry of its own");
        member.acknowledged(2, 2);
        assertEquals(0, member.commit());
        member.acknowledged(2, 3);
        assertEquals(3, member.commit());
    }

    @Test
    void aNewTermKnowsNothingOfTheOthersLogs() {
        OneMember member = OneMember.ofThree().elected(2);
        member.propose("a");
        member.acknowledged(2, 2);
        assertEquals(2, member.progress(2).match());
        member.receive(message(MessageType.MsgHeartbeat, 3, 5));
        member.elected(3);
        assertEquals(0, member.progress(2).match());
    }

    @Test
    void whoHearsFromNoQuorumStepsDown() {
        OneMember member = new OneMember(plain().checkQuorum(true), FIVE, HardState.getDefaultInstance()).elected(2, 3);
        for (int i = 0; i < 3; i++) {
            member.receive(message(MessageType.MsgHeartbeatResp, 2, 1), message(MessageType.MsgHeartbeatResp, 5, 1));
            member.tick(ELECTION_TICKS);
            assertEquals(RaftRole.LEADER, member.role());
        }
        member.receive(message(MessageType.MsgHeartbeatResp, 2, 1));
        member.tick(ELECTION_TICKS);
        assertEquals(RaftRole.FOLLOWER, member.role());
    }

    @Test
    void othersHearFromItAtEveryHeartbeat() {
        OneMember member = OneMember.ofThree().elected(2);
        assertEquals(6, of(MessageType.MsgHeartbeat, member.tick(3)).size());
    }

    @Test
    void aHeartbeatTellsNobodyToCommitWhatItLacks() {
        OneMember member = OneMember.ofThree().elected(2);
        member.propose("a");
        member.acknowledged(2, 2);
        assertEquals(2, member.commit());
        List<Message> heartbeats = of(MessageType.MsgHeartbeat, member.tick(1));
        assertEquals(List.of(2L, 0L), heartbeats.stream().map(Message::getCommit).toList());
    }

    @Test
    void aHandOverWaitsForTheLogAndKeepsProposalsAway() {
        OneMember member = OneMember.ofThree().elected(2);
        member.acknowledged(2, 1);
        member.propose("a");
        member.node().transferLeadership(2);
        assertEquals(List.of(), of(MessageType.MsgTimeoutNow, member.work()));
        assertEquals(Reason.TRANSFERRING, whyDropped(member, "b"));
        assertEquals(1, of(MessageType.MsgTimeoutNow, member.acknowledged(2, 2)).size());
        assertEquals(Reason.TRANSFERRING, whyDropped(member, "b"));
        member.tick(ELECTION_TICKS);
        member.propose("b");
        assertEquals(3, member.last(), "it was given up");
    }

    @Test
    void leadershipIsNotHandedToALearner() {
        OneMember member = new OneMember(plain(), THREE.toBuilder().addLearners(4).build(),
                HardState.getDefaultInstance()).elected(2);
        member.acknowledged(4, 1);
        member.node().transferLeadership(4);
        assertEquals(List.of(), of(MessageType.MsgTimeoutNow, member.work()));
        member.propose("a");
    }

    @Test
    void whatIsUncommittedIsLimited() {
        OneMember member = new OneMember(plain().maxUncommittedSize(10), THREE, HardState.getDefaultInstance())
                .elected(2);
        member.propose("a proposal of any size is taken");
        assertEquals(Reason.TOO_MUCH_UNCOMMITTED, whyDropped(member, "b"));
        member.acknowledged(2, 2);
        member.propose("12345");
        assertEquals(Reason.TOO_MUCH_UNCOMMITTED, whyDropped(member, "123456"));
        member.propose("67890");
        assertEquals(4, member.last());
    }

    @Test
    void aReadWaitsForTheFirstCommitOfTheTerm() {
        OneMember member = new OneMember(plain(), THREE, hardState(1, 0, 1), entry(1, 1)).elected(2);
        assertEquals(List.of(), member.read("r"));
        List<Message> heartbeats = of(MessageType.MsgHeartbeat, member.acknowledged(2, 2));
        assertEquals(2, heartbeats.size());
        answer(member, 3, heartbeats);
        assertEquals(List.of("2 r"), member.reads());
    }

    @Test
    void aReadIsAnsweredWhenAQuorumHasConfirmedTheLeader() {
        OneMember member =
                new OneMember(plain().checkQuorum(true), FIVE, HardState.getDefaultInstance()).elected(2, 3);
        member.acknowledged(2, 1);
        member.acknowledged(3, 1);
        List<Message> first = member.read("r1");
        answer(member, 2, first);
        assertEquals(List.of(), member.reads(), "one answer is not enough");
        List<Message> second = member.read("r2");
        answer(member, 3, first);
        assertEquals(List.of("1 r1"), member.reads(), "r2 came in after that heartbeat");
        answer(member, 2, second);
        answer(member, 2, first);
        answer(member, 3, second);
        assertEquals(List.of("1 r2"), member.reads(), "that an earlier answer comes late says nothing");
    }

    private static void answer(OneMember leader, long from, List<Message> heartbeats) {
        leader.receive(message(MessageType.MsgHeartbeatResp, from, leader.term())
                .setContext(heartbeats.getFirst().getContext()));
    }

    @Test
    void whoGrantsLeasesKeepsItsLeader() {
        for (ReadOnlyMode mode : ReadOnlyMode.values()) {
            OneMember member = new OneMember(plain().checkQuorum(true).readOnly(mode), THREE,
                    HardState.getDefaultInstance());
            member.receive(append(2, 1, 0, 0, 0));
            member.node().forgetLeader();
            boolean kept = member.node().status().softState().lead() == 2;
            assertEquals(mode == ReadOnlyMode.LEASE_BASED, kept);
        }
    }

    @Test
    void whatMayBeLostIsSentAgain() {
        OneMember member = OneMember.ofThree().elected(2);
        member.acknowledged(2, 1);
        member.propose("lost");
        assertEquals(ProgressState.REPLICATE, member.progress(2).state());
        List<Message> again = member.receive(message(MessageType.MsgHeartbeatResp, 2, 1));
        assertEquals(1, of(MessageType.MsgApp, again).size());
        member.node().reportUnreachable(2);
        assertEquals(ProgressState.PROBE, member.progress(2).state());
        assertEquals(2, member.progress(2).next());
    }

    @Test
    void aProbeWaitsForItsAnswer() {
        OneMember member = OneMember.ofThree().elected(2);
        assertTrue(member.progress(3).paused());
        assertFalse(member.propose("a").stream().anyMatch(message -> message.getTo() == 3));
        List<Message> behind = member.acknowledged(3, 1);
        assertTrue(behind.stream().anyMatch(message -> message.getTo() == 3 && message.getEntriesCount() == 1));
    }

    @Test
    void aCommitIsToldAtOnceToWhoHasTheEntries() {
        OneMember member = OneMember.ofThree().elected(2);
        member.acknowledged(3, 1);
        List<Message> news = member.acknowledged(2, 1);
        assertTrue(news.stream().anyMatch(message -> message.getTo() == 2 && message.getCommit() == 1), news::toString);
    }

    @Test
    void aMemberBehindTheLogsStartGetsASnapshotAndThenTheRest() {
        OneMember member = OneMember.ofThree().elected(2);
        for (String data : List.of("a", "b", "c")) {
            member.propose(data);
        }
        member.acknowledged(2, 4);
        member.storage().createSnapshot(3, THREE, ByteString.EMPTY);
        member.storage().compact(3);
        List<Message> sent = member.receive(message(MessageType.MsgHeartbeatResp, 3, 1));
        assertEquals(1, of(MessageType.MsgSnap, sent).size(), sent::toString);
        assertEquals(ProgressState.SNAPSHOT, member.progress(3).state());
        assertFalse(member.propose("d").stream().anyMatch(message -> message.getTo() == 3));
        member.node().reportSnapshot(3, false);
        assertEquals(1, member.progress(3).next(), "nothing is known to be there");
        sent = member.receive(message(MessageType.MsgHeartbeatResp, 3, 1));
        assertEquals(1, of(MessageType.MsgSnap, sent).size(), sent::toString);
        List<Message> rest = member.acknowledged(3, 3);
        assertEquals(ProgressState.REPLICATE, member.progress(3).state());
        assertTrue(rest.stream().anyMatch(message -> message.getTo() == 3 && message.getIndex() == 3), rest::toString);
    }
}
