package io.drawbore.raft;

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
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules by which a follower takes over its leader's log, one by one; the test plays the leader. */
public class FollowerRulesTest {
    /** Three entries of term 1, of which nothing is committed. */
    private static OneMember withThreeEntries() {
        return new OneMember(plain(), THREE, hardState(1, 0, 0), entry(1, 1), entry(1, 2), entry(1, 3));
    }

    private static List<Long> terms(OneMember member) {
        return member.storage().entries(1, member.storage().lastIndex() + 1, Long.MAX_VALUE).stream()
                .map(Entry::getTerm).toList();
    }

    private static Message only(List<Message> messages) {
        assertEquals(1, messages.size(), messages::toString);
        return messages.getFirst();
    }

    @Test
    void anAppendIsTakenBehindTheEntryItNames() {
        OneMember member = withThreeEntries();
        Message refusal = only(member.receive(append(2, 3, 2, 3, 0, entry(3, 4))));
        assertTrue(refusal.getReject());
        assertEquals(3, member.last());
        assertEquals(4, only(member.receive(append(2, 3, 1, 3, 0, entry(3, 4)))).getIndex());
        assertEquals(List.of(1L, 1L, 1L, 3L), terms(member));
    }

    @Test
    void whatContradictsAnAppendGoesAndTheRestStays() {
        OneMember member = withThreeEntries();
        member.receive(append(2, 3, 1, 1, 0, entry(1, 2)));
        assertEquals(List.of(1L, 1L, 1L), terms(member));
        member.receive(append(2, 3, 1, 1, 0, entry(3, 2)));
        assertEquals(List.of(1L, 3L), terms(member));
    }

    @Test
    void onlyWhatAnAppendCoversIsAcknowledgedAndCommitted() {
        OneMember member = withThreeEntries();
        Message acknowledged = only(member.receive(append(2, 3, 1, 1, 3, entry(1, 2))));
        assertEquals(2, acknowledged.getIndex());
        assertEquals(2, member.commit());
    }

    @Test
    void whatReplacesAnEntryThatIsBeingWrittenIsWrittenToo() {
        OneMember member = OneMember.ofThree();
        member.node().step(append(2, 1, 0, 0, 0, entry(1, 1), entry(1, 2)).build());
        Ready written = member.node().ready();
        member.node().step(append(3, 2, 1, 1, 0, entry(2, 2)).build());
        member.storage().append(written.entries());
        member.node().advance();
        member.work();
        assertEquals(List.of(1L, 2L), terms(member));
    }

    @Test
    void whatReplacesEverythingThatIsBeingWrittenIsWrittenToo() {
        OneMember member = OneMember.ofThree();
        member.node().step(append(2, 1, 0, 0, 0, entry(1, 1), entry(1, 2)).build());
        Ready written = member.node().ready();
        member.node().step(append(3, 2, 0, 0, 0, entry(2, 1)).build());
        member.storage().append(written.entries());
        member.node().advance();
        member.work();
        assertEquals(List.of(2L), terms(member));
    }

    @Test
    void aHeartbeatIsAnsweredWithItsContext() {
        OneMember member = OneMember.ofThree();
        Message.Builder heartbeat = message(MessageType.MsgHeartbeat, 2, 1).setContext(ByteString.copyFromUtf8("c"));
        assertEquals("c", only(member.receive(heartbeat)).getContext().toStringUtf8());
    }

    @Test
    void aSnapshotBringsItsConfiguration() {
        OneMember member = withThreeEntries();
        ConfState four = THREE.toBuilder().addVoters(4).build();
        assertEquals(9, only(member.receive(snapshot(2, 2, 9, four))).getIndex());
        assertEquals(four, member.confState());
        assertEquals(9, member.commit());
        assertEquals(List.of(), member.applied());
        assertEquals(10, only(member.receive(append(2, 2, 2, 9, 10, entry(2, 10)))).getIndex());
        assertEquals(List.of(entry(2, 10)), member.applied());
    }

    @Test
    void nothingIsAppliedBeforeTheSnapshotIs() {
        OneMember member = OneMember.ofThree();
        member.node().step(snapshot(2, 2, 9, THREE).build());
        member.node().step(append(2, 2, 2, 9, 10, entry(2, 10)).build());
        Ready ready = member.node().ready();
        assertEquals(9, ready.snapshot().getMetadata().getIndex());
        assertEquals(List.of(entry(2, 10)), ready.entries());
        assertEquals(List.of(), ready.committedEntries());
        assertFalse(member.node().hasReady(), "each is handed out once");
    }

    @Test
    void aSecondSnapshotIsInstalledThoughTheFirstIsBeingWritten() {
        OneMember member = OneMember.ofThree();
        member.node().step(snapshot(2, 2, 9, THREE).build());
        Ready first = member.node().ready();
        member.storage().applySnapshot(first.snapshot());
        member.node().step(snapshot(2, 2, 20, THREE).build());
        member.node().advance();
        assertEquals(20, member.node().ready().snapshot().getMetadata().getIndex());
    }

    @Test
    void aSnapshotThatFitsTheLogCommitsItAndLeavesTheRest() {
        OneMember member = withThreeEntries();
        Message answer = only(member.receive(snapshot(2, 1, 2, THREE)));
        assertEquals(2, answer.getIndex());
        assertEquals(2, member.commit());
        assertEquals(List.of(1L, 1L, 1L), terms(member));
        assertEquals(3, member.last());
    }

    @Test
    void aSnapshotFromBeforeTheCommitIndexIsNotInstalled() {
        OneMember member = withThreeEntries();
        member.receive(append(2, 1, 1, 3, 3));
        assertEquals(3, only(member.receive(snapshot(2, 5, 2, THREE))).getIndex());
        assertEquals(3, member.commit());
        assertEquals(3, member.last());
    }

    @Test
    void aSnapshotOfStrangersIsNotInstalled() {
        OneMember member = withThreeEntries();
        ConfState strangers = ConfState.newBuilder().addVoters(2).addVoters(3).build();
        assertEquals(0, only(member.receive(snapshot(2, 2, 9, strangers))).getIndex());
        assertEquals(THREE, member.confState());
    }

    @Test
    void entriesAreAppliedOnceEvenAfterARestart() {
        OneMember member = withThreeEntries();
        member.receive(append(2, 1, 1, 3, 2));
        member.receive(append(2, 1, 1, 3, 3));
        member.restart();
        member.receive(append(2, 1, 1, 3, 3, entry(1, 4)));
        member.receive(append(2, 1, 1, 4, 4));
        assertEquals(List.of(1L, 2L, 3L, 4L), member.applied().stream().map(Entry::getIndex).toList());
    }

    @Test
    void entriesAreHandedOutOnce() {
        OneMember member = withThreeEntries();
        member.node().step(append(2, 1, 1, 3, 3).build());
        assertEquals(3, member.node().ready().committedEntries().size());
        assertFalse(member.node().hasReady());
    }

    @Test
    void noMoreIsHandedOutToBeAppliedThanTheLimitAllows() {
        OneMember member = new OneMember(plain().maxCommittedSizePerReady(1), THREE, hardState(1, 0, 0),
                entry(1, 1), entry(1, 2), entry(1, 3));
        member.node().step(append(2, 1, 1, 3, 3).build());
        assertEquals(List.of(entry(1, 1)), member.node().ready().committedEntries());
        assertFalse(member.node().hasReady(), "the rest has to wait");
        member.node().advance();
        assertEquals(List.of(entry(1, 2)), member.node().ready().committedEntries());
    }
}
