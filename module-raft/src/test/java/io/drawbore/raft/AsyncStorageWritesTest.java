package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Asynchronous storage writes as a host sees them; step by step they are in the transcripts async_*. A failure of the
 * random schedules names its seed.
 */
class AsyncStorageWritesTest {
    private static final ConfState THREE =
            ConfState.newBuilder().addVoters(1).addVoters(2).addVoters(3).build();
    private static final int PATIENCE = 2_000;

    private static RaftConfig.Builder config(long id, SplittableRandom random) {
        return RaftConfig.builder(id, random)
                .electionTicks(5)
                .maxSizePerMessage(64)
                .maxCommittedSizePerReady(128)
                .maxInflightMessages(4)
                .asyncStorageWrites(true);
    }

    private static RaftNode node() {
        return RaftNode.create(config(1, new SplittableRandom(7)).build(), MemoryStorage.empty(THREE));
    }

    @Test
    void thereIsNothingToAdvance() {
        RaftNode node = node();
        node.campaign();
        node.ready();
        assertEquals(List.of(), node.ready().messages());
        assertThrows(IllegalStateException.class, node::advance);
    }

    @Test
    void anAnswerIsTakenFromItsThreadOnly() {
        RaftNode node = node();
        Message answer = Message.newBuilder()
                .setType(MessageType.MsgStorageAppendResp).setFrom(2).setTo(1).setIndex(9).setLogTerm(9).build();
        assertThrows(UnexpectedMessageException.class, () -> node.step(answer));
        assertThrows(UnexpectedMessageException.class,
                () -> node.step(answer.toBuilder().setFrom(LocalThreads.APPLY).build()));
        RaftNode other = RaftNode.create(RaftConfig.builder(1, new SplittableRandom(7)).build(),
                MemoryStorage.empty(THREE));
        assertThrows(UnexpectedMessageException.class,
                () -> other.step(answer.toBuilder().setFrom(LocalThreads.APPEND).build()));
    }

    @Test
    void noMemberIsCalledLikeAThread() {
        assertThrows(IllegalArgumentException.class,
                () -> RaftConfig.builder(LocalThreads.APPEND, new SplittableRandom(7)).build());
        assertThrows(IllegalArgumentException.class,
                () -> RaftConfig.builder(LocalThreads.APPLY, new SplittableRandom(7)).build());
    }

    @Test
    void whatAQuorumHasIsAppliedOnlyWhenItIsWrittenHere() {
        AsyncMember member = new AsyncMember(config(1, new SplittableRandom(7)), THREE, _ -> {
        });
        member.node().step(Message.newBuilder()
                .setType(MessageType.MsgApp).setFrom(2).setTo(1).setTerm(1).setCommit(1)
                .addEntries(Entry.newBuilder().setTerm(1).setIndex(1)).build());
        assertEquals(List.of(), member.ready());
        assertEquals(1, member.node().status().hardState().getCommit());
        assertFalse(member.node().hasReady(), "committed, and not yet to be applied");
        List<Message> toOthers = member.append();
        assertEquals(List.of(MessageType.MsgAppResp), toOthers.stream().map(Message::getType).toList());
        assertFalse(member.node().hasReady(), "the core does not know yet that it is written");
        member.hear();
        assertEquals(1, member.node().ready().committedEntries().size());
    }

    @Test
    void membersAgreeWhateverTheirThreadsDo() {
        long applied = 0;
        for (long seed = 1; seed <= 100; seed++) {
            try {
                applied += new Schedule(seed).run(2_000);
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError("seed " + seed, broken);
            }
        }
        assertTrue(applied > 1_000, "hardly anything was applied: " + applied);
    }

    /** A cluster of three whose every step a seed decides. */
    private static final class Schedule {
        private final SplittableRandom random;
        private final List<AsyncMember> members = new ArrayList<>();
        private final List<Message> network = new ArrayList<>();
        private final Map<Long, Entry> applied = new HashMap<>();
        private final Map<Long, Long> leaders = new HashMap<>();

        Schedule(long seed) {
            random = new SplittableRandom(seed);
            boolean preVote = random.nextBoolean();
            for (long id : THREE.getVotersList()) {
                members.add(new AsyncMember(config(id, random.split()).preVote(preVote), THREE, this::onApply));
            }
        }

        private void onApply(Entry entry) {
            Entry known = applied.putIfAbsent(entry.getIndex(), entry);
            assertTrue(known == null || known.equals(entry), () -> known + " was applied elsewhere, now " + entry);
        }

        /** So many steps, then all get well; returns how many entries were applied. */
        long run(int steps) {
            for (int i = 0; i < steps; i++) {
                step(members.get(random.nextInt(members.size())));
                check();
            }
            for (int i = 0; i < PATIENCE; i++) {
                settle(i % 10 == 0);
                if (agreed()) {
                    return applied.size();
                }
            }
            throw new AssertionError("no recovery: " + members.stream().map(each -> each.node().status()).toList());
        }

        private void step(AsyncMember member) {
            if (random.nextInt(400) == 0) {
                member.crash();
                return;
            }
            switch (random.nextInt(40)) {
                case 0 -> member.compact();
                case 1, 2, 3 -> propose(member);
                case 4, 5 -> member.node().tick();
                case 6, 7, 8, 9, 10, 11 -> network.addAll(member.append());
                case 12, 13, 14 -> member.apply();
                case 15, 16, 17, 18, 19, 20 -> member.hear();
                case 21, 22, 23, 24, 25, 26 -> ready(member);
                default -> deliver();
            }
        }

        private void propose(AsyncMember member) {
            try {
                member.node().propose(ByteString.copyFromUtf8("p" + random.nextInt(1_000)));
            } catch (ProposalDroppedException dropped) {
                assertTrue(dropped.reason() != ProposalDroppedException.Reason.NOT_FORWARDED);
            }
        }

        private void ready(AsyncMember member) {
            if (member.node().hasReady()) {
                network.addAll(member.ready());
            }
        }

        private void deliver() {
            if (network.isEmpty()) {
                return;
            }
            int place = random.nextInt(Math.min(network.size(), 6));
            Message message = network.get(place);
            if (random.nextInt(20) != 0) {
                network.remove(place);
            }
            boolean delivered = random.nextInt(15) != 0;
            if (delivered) {
                step(message);
            }
            report(message, delivered);
        }

        private void step(Message message) {
            try {
                members.get((int) message.getTo() - 1).node().step(message);
            } catch (ProposalDroppedException dropped) {
                assertTrue(dropped.reason() != ProposalDroppedException.Reason.NOT_FORWARDED);
            }
        }

        private void report(Message message, boolean delivered) {
            if (message.getType() == MessageType.MsgSnap) {
                members.get((int) message.getFrom() - 1).node().reportSnapshot(message.getTo(), delivered);
            }
        }

        private void check() {
            for (AsyncMember member : members) {
                RaftStatus status = member.node().status();
                if (status.softState().role() == RaftRole.LEADER) {
                    Long other = leaders.putIfAbsent(status.hardState().getTerm(), status.id());
                    assertTrue(other == null || other == status.id(), () -> "two leaders: " + status);
                }
            }
        }

        private void settle(boolean propose) {
            members.forEach(member -> member.node().tick());
            if (propose) {
                members.forEach(this::propose);
            }
            for (int round = 0; round < 6; round++) {
                for (AsyncMember member : members) {
                    ready(member);
                    network.addAll(member.append());
                    member.apply();
                    for (int i = 0; i < 4; i++) {
                        member.hear();
                    }
                }
                List<Message> all = List.copyOf(network);
                network.clear();
                for (Message message : all) {
                    step(message);
                    report(message, true);
                }
            }
            check();
        }

        private boolean agreed() {
            long first = members.getFirst().applied();
            return first > 0 && first == applied.size() && members.stream().allMatch(each -> each.applied() == first);
        }
    }
}
