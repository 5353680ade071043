package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a host can rely on; the rules of raft itself are in the transcripts. */
public class RaftNodeTest {
    private static final ConfState ALONE = ConfState.newBuilder().addVoters(1).build();

    private static RaftConfig.Builder config() {
        return RaftConfig.builder(1, new SplittableRandom(7));
    }

    private static MemoryStorage storage(HardState hardState, Entry... entries) {
        return MemoryStorage.of(Applied.NONE, ALONE, hardState, List.of(entries));
    }

    private static Entry entry(long term, long index) {
        return Entry.newBuilder().setTerm(term).setIndex(index).build();
    }

    private static HardState hardState(long term, long commit) {
        return HardState.newBuilder().setTerm(term).setVote(1).setCommit(commit).build();
    }

    private static RaftNode leader(MemoryStorage storage) {
        RaftNode node = RaftNode.create(config().build(), storage);
        node.campaign();
        settle(node, storage);
        assertEquals(RaftRole.LEADER, node.status().softState().role());
        return node;
    }

    private static void settle(RaftNode node, MemoryStorage storage) {
        while (node.hasReady()) {
            Ready ready = node.ready();
            storage.append(ready.entries());
            node.advance();
        }
    }

    @Test
    void readyIsNotGivenTwice() {
        RaftNode node = RaftNode.create(config().build(), storage(HardState.getDefaultInstance()));
        node.campaign();
        node.ready();
        assertThrows(IllegalStateException.class, node::ready);
        node.advance();
        assertThrows(IllegalStateException.class, node::advance);
    }

    @Test
    void listsOfAReadyStayAsTheyAre() {
        MemoryStorage storage = storage(HardState.getDefaultInstance());
        RaftNode node = leader(storage);
        node.propose(ByteString.copyFromUtf8("a"));
        Ready written = node.ready();
        List<Entry> entries = List.copyOf(written.entries());
        storage.append(written.entries());
        node.advance();
        Ready applied = node.ready();
        node.advance();
        for (int i = 0; i < 1_000; i++) {
            node.propose(ByteString.copyFromUtf8("more " + i));
            settle(node, storage);
        }
        storage.compact(900);
        assertEquals(entries, written.entries());
        assertEquals(entries, applied.committedEntries());
    }

    @Test
    void aLogThatIsNotEmptyIsNotBootstrapped() {
        RaftNode node = RaftNode.create(config().build(), storage(hardState(1, 1), entry(1, 1)));
        List<Peer> peers = List.of(new Peer(1, ByteString.EMPTY));
        assertThrows(IllegalStateException.class, () -> node.bootstrap(peers));
        RaftNode empty = RaftNode.create(config().build(), MemoryStorage.empty());
        assertThrows(IllegalArgumentException.class, () -> empty.bootstrap(List.of()));
    }

    @Test
    void aBootstrapEntryCarriesWhatTheHostGave() throws Exception {
        RaftNode node = RaftNode.create(config().build(), MemoryStorage.empty());
        node.bootstrap(List.of(new Peer(1, ByteString.copyFromUtf8("one")), new Peer(2, ByteString.EMPTY)));
        List<Entry> entries = node.ready().entries();
        ConfChange first = ConfChange.parseFrom(entries.getFirst().getData());
        assertEquals(ConfChangeType.ConfChangeAddNode, first.getType());
        assertEquals(1, first.getNodeId());
        assertEquals("one", first.getContext().toStringUtf8());
        assertEquals(List.of(1L, 2L), node.status().confState().getVotersList());
    }

    @Test
    void aStoreAheadOfItsLogIsRefused() {
        MemoryStorage storage = storage(hardState(1, 1), entry(1, 1), entry(1, 2));
        RaftConfig config = config().applied(3).build();
        assertThrows(InvariantException.class, () -> RaftNode.create(config, storage));
        MemoryStorage cut = storage(hardState(1, 3), entry(1, 1), entry(1, 2));
        RaftConfig plain = config().build();
        assertThrows(InvariantException.class, () -> RaftNode.create(plain, cut));
    }

    @Test
    void whatWasAppliedIsCommittedThoughTheHardStateWasLost() {
        MemoryStorage storage = storage(hardState(1, 1), entry(1, 1), entry(1, 2));
        RaftNode node = RaftNode.create(config().applied(2).build(), storage);
        assertEquals(2, node.status().hardState().getCommit());
        Ready ready = node.ready();
        assertEquals(hardState(1, 2), ready.hardState());
        assertFalse(ready.mustSync());
        assertTrue(ready.committedEntries().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(value = MessageType.class, names = {"MsgHup", "MsgBeat", "MsgUnreachable", "MsgSnapStatus",
            "MsgCheckQuorum", "MsgStorageAppend", "MsgStorageAppendResp", "MsgStorageApply", "MsgStorageApplyResp"})
    void messagesThatMembersNeverSendAreRefused(MessageType type) {
        RaftNode node = RaftNode.create(config().build(), storage(HardState.getDefaultInstance()));
        Message message = Message.newBuilder().setType(type).setFrom(2).setTerm(9).build();
        assertThrows(UnexpectedMessageException.class, () -> node.step(message));
        assertEquals(0, node.status().hardState().getTerm());
    }

    @ParameterizedTest
    @EnumSource(value = MessageType.class, names = {"MsgAppResp", "MsgVoteResp", "MsgPreVoteResp", "MsgHeartbeatResp",
            "MsgReadIndexResp"})
    void answersOfStrangersAreRefused(MessageType type) {
        RaftNode node = RaftNode.create(config().build(), storage(HardState.getDefaultInstance()));
        Message message = Message.newBuilder().setType(type).setFrom(2).setTerm(9).build();
        assertThrows(UnexpectedMessageException.class, () -> node.step(message));
        assertEquals(0, node.status().hardState().getTerm());
    }

    @Test
    void aSnapshotWithAConfigurationThatCannotBeBreaksARule() {
        RaftNode node = RaftNode.create(config().build(), storage(HardState.getDefaultInstance()));
        ConfState leavingWhatIsNotJoint = ALONE.toBuilder().setAutoLeave(true).build();
        Message message = Message.newBuilder()
                .setType(MessageType.MsgSnap)
                .setFrom(2)
                .setTerm(9)
                .setSnapshot(Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder()
                                .setIndex(9)
                                .setTerm(9)
                                .setConfState(leavingWhatIsNotJoint)))
                .build();
        assertThrows(InvariantException.class, () -> node.step(message));
    }

    @Test
    void aDroppedProposalSaysWhyAndCostsNoStackTrace() {
        RaftNode node = RaftNode.create(config().build(), storage(HardState.getDefaultInstance()));
        ProposalDroppedException dropped =
                assertThrows(ProposalDroppedException.class, () -> node.propose(ByteString.EMPTY));
        assertEquals(ProposalDroppedException.Reason.NO_LEADER, dropped.reason());
        assertEquals(0, dropped.getStackTrace().length);
    }

    @Test
    void anEntryIsNotCommittedBeforeItIsOnDisk() {
        MemoryStorage storage = storage(HardState.getDefaultInstance());
        RaftNode node = leader(storage);
        long before = node.status().hardState().getCommit();
        node.propose(ByteString.copyFromUtf8("a"));
        Ready ready = node.ready();
        assertTrue(ready.mustSync());
        assertTrue(ready.committedEntries().isEmpty());
        assertEquals(before, node.status().hardState().getCommit());
        storage.append(ready.entries());
        node.advance();
        assertEquals(before + 1, node.status().hardState().getCommit());
    }

    @Test
    void electionTimeoutsSpreadOverTheWholeRange() {
        Set<Integer> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            RaftConfig config = RaftConfig.builder(1, new SplittableRandom(seed)).electionTicks(10).build();
            RaftNode node = RaftNode.create(config, storage(HardState.getDefaultInstance()));
            int ticks = 0;
            while (!node.hasReady()) {
                node.tick();
                ticks++;
            }
            seen.add(ticks);
        }
        assertEquals(10, seen.size());
        assertTrue(seen.stream().allMatch(ticks -> ticks >= 10 && ticks < 20), seen::toString);
    }

    @Test
    void aConfigurationThatCannotWorkIsRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> RaftConfig.builder(0, new SplittableRandom(1)).build());
        assertThrows(IllegalArgumentException.class, () -> config().electionTicks(1).heartbeatTicks(1).build());
        assertThrows(IllegalArgumentException.class,
                () -> config().readOnly(ReadOnlyMode.LEASE_BASED).checkQuorum(false).build());
        assertThrows(IllegalArgumentException.class, () -> config().maxInflightMessages(0).build());
    }
}
