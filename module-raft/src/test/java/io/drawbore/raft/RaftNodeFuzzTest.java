package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.Applied;
import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever messages arrive, in whatever order: a member takes them, refuses them unchanged, or stops because a rule of
 * raft was broken. Its term and what it has committed never go back.
 */
class RaftNodeFuzzTest {
    private static final ConfState THREE =
            ConfState.newBuilder().addVoters(1).addVoters(2).addVoters(3).build();
    private static final int MOST_STEPS = 60;
    private static final int TICK = 0;
    private static final int CAMPAIGN = 1;
    private static final int PROPOSE = 2;
    private static final int READ = 3;

    /** Steps: 0 to 3 are the host's; else a message, two bytes for its length before it. */
    static Stream<byte[]> seeds() {
        Entry second = Entry.newBuilder().setTerm(2).setIndex(2).build();
        Message append = from(2, MessageType.MsgApp)
                .setTerm(2)
                .setLogTerm(1)
                .setIndex(1)
                .addEntries(second)
                .setCommit(2)
                .build();
        Message heartbeat = from(2, MessageType.MsgHeartbeat).setTerm(2).setCommit(1).build();
        Message snapshot = from(3, MessageType.MsgSnap)
                .setTerm(3)
                .setSnapshot(Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setIndex(9).setTerm(3).setConfState(THREE)))
                .build();
        Message vote = from(2, MessageType.MsgVote).setTerm(4).setIndex(9).setLogTerm(3).build();
        Message granted = from(2, MessageType.MsgVoteResp).setTerm(2).build();
        Message preGranted = from(2, MessageType.MsgPreVoteResp).setTerm(2).build();
        Message acknowledged = from(2, MessageType.MsgAppResp).setTerm(2).setIndex(2).build();
        Message rejected = from(3, MessageType.MsgAppResp).setTerm(2).setIndex(1).setReject(true).setRejectHint(7)
                .setLogTerm(1).build();
        Message transfer = from(2, MessageType.MsgTransferLeader).setTerm(2).build();
        Message read = from(3, MessageType.MsgReadIndex).setTerm(2)
                .addEntries(Entry.newBuilder().setData(ByteString.copyFromUtf8("r"))).build();
        Message beaten = from(2, MessageType.MsgHeartbeatResp).setTerm(2).setContext(ByteString.copyFromUtf8("r"))
                .build();
        return Stream.of(
                steps(append, heartbeat, TICK, snapshot, TICK),
                steps(heartbeat, snapshot, append, vote, TICK, TICK),
                steps(CAMPAIGN, preGranted, granted, acknowledged, PROPOSE, rejected, READ, read, beaten, TICK),
                steps(CAMPAIGN, preGranted, granted, acknowledged, transfer, TICK, PROPOSE, rejected, vote),
                steps(from(9, MessageType.MsgAppResp).build(), from(2, MessageType.MsgTimeoutNow).setTerm(1).build()),
                steps(from(2, MessageType.MsgApp).setTerm(-1).setIndex(-1).setCommit(Long.MAX_VALUE).build()));
    }

    private static Message.Builder from(long member, MessageType type) {
        return Message.newBuilder().setType(type).setFrom(member).setTo(1);
    }

    private static byte[] steps(Object... steps) {
        ByteBuffer bytes = ByteBuffer.allocate(10_000);
        for (Object step : steps) {
            if (step instanceof Message message) {
                bytes.put((byte) 9).putShort((short) message.getSerializedSize()).put(message.toByteArray());
            } else {
                bytes.put(((Integer) step).byteValue());
            }
        }
        return ByteString.copyFrom(bytes.flip()).toByteArray();
    }

    @MethodSource("seeds")
    @FuzzTest
    void noMessageBreaksAMember(byte[] data) {
        MemoryStorage storage = MemoryStorage.of(
                Applied.NONE,
                THREE,
                HardState.newBuilder().setTerm(1).setCommit(1).build(),
                List.of(Entry.newBuilder().setTerm(1).setIndex(1).build()));
        RaftNode node = RaftNode.create(RaftConfig.builder(1, new SplittableRandom(7)).build(), storage);
        ByteBuffer steps = ByteBuffer.wrap(data);
        HardState last = node.status().hardState();
        try {
            for (int count = 0; steps.hasRemaining() && count < MOST_STEPS; count++) {
                step(node, steps);
                settle(node, storage);
                HardState now = node.status().hardState();
                assertTrue(Long.compareUnsigned(now.getTerm(), last.getTerm()) >= 0, "term " + last + " to " + now);
                assertTrue(Long.compareUnsigned(now.getCommit(), last.getCommit()) >= 0, last + " to " + now);
                last = now;
            }
        } catch (InvariantException stopped) {
            assertTrue(!String.valueOf(stopped.getMessage()).isEmpty());
        }
    }

    private static void step(RaftNode node, ByteBuffer steps) {
        RaftStatus before = node.status();
        try {
            switch (steps.get()) {
                case TICK -> node.tick();
                case CAMPAIGN -> node.campaign();
                case PROPOSE -> node.propose(ByteString.copyFromUtf8("p"));
                case READ -> node.readIndex(ByteString.copyFromUtf8("r"));
                default -> node.step(message(steps));
            }
        } catch (UnexpectedMessageException refused) {
            assertEquals(before, node.status());
        } catch (ProposalDroppedException dropped) {
            // one of a later term brings that term with it, as in etcd
            assertEquals(before.lastIndex(), node.status().lastIndex());
        } catch (InvalidProtocolBufferException noMessage) {
            assertEquals(before, node.status());
        }
    }

    private static Message message(ByteBuffer steps) throws InvalidProtocolBufferException {
        int length = steps.remaining() < Short.BYTES ? 0 : steps.getShort() & 0xffff;
        byte[] message = new byte[Math.min(length, steps.remaining())];
        steps.get(message);
        return Message.parseFrom(message);
    }

    private static void settle(RaftNode node, MemoryStorage storage) {
        while (node.hasReady()) {
            Ready ready = node.ready();
            if (ready.snapshot().getMetadata().getIndex() != 0) {
                storage.applySnapshot(ready.snapshot());
            }
            storage.append(ready.entries());
            if (!ready.hardState().equals(HardState.getDefaultInstance())) {
                storage.setHardState(ready.hardState());
            }
            node.advance();
        }
    }
}
