package io.drawbore.bench.micro;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.MemoryStorage;
import io.drawbore.raft.RaftConfig;
import io.drawbore.raft.RaftNode;
import io.drawbore.raft.Ready;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Member 1 of a cluster of three, without disk and network: what its core hands out goes to a log in memory, of which
 * the same number of entries is kept. One thread.
 */
final class RaftMember {
    private static final long SEED = 3;
    private static final long OLD_TERM = 1;
    private static final long TERM = 2;

    private final MemoryStorage storage;
    private final RaftNode node;
    private final int length;
    private @Nullable Ready pending;

    /** A member that has applied all of a log of this many entries, which share their data. */
    RaftMember(final int length, final ByteString data) {
        this.length = length;
        storage = MemoryStorage.of(
                Applied.NONE,
                ConfState.newBuilder().addVoters(1).addVoters(2).addVoters(3).build(),
                HardState.newBuilder().setTerm(OLD_TERM).setCommit(length).build(),
                entries(1, OLD_TERM, length, data));
        node = RaftNode.create(
                RaftConfig.builder(1, new SplittableRandom(SEED))
                        .preVote(false)
                        .applied(length)
                        .build(),
                storage);
    }

    RaftNode node() {
        return node;
    }

    /** The last index of the log. */
    long last() {
        return storage.lastIndex();
    }

    /** Becomes the leader. */
    void lead() {
        node.campaign();
        settle(List.of(answer(MessageType.MsgVoteResp, 2, 0)));
        settle(List.of(acknowledgement(2, last()), acknowledgement(3, last())));
    }

    /** What is to be done now; {@link #done} has to follow. */
    Ready ready() {
        final Ready ready = node.ready();
        pending = ready;
        return ready;
    }

    /** Does it. */
    void done() {
        final Ready ready = pending;
        if (ready != null) {
            if (!ready.hardState().equals(HardState.getDefaultInstance())) {
                storage.setHardState(ready.hardState());
            }
            storage.append(ready.entries());
            node.advance();
            pending = null;
        }
    }

    /** Takes answers, does all that there is to do, and lets go of what makes the log too long. */
    void settle(final List<Message> answers) {
        done();
        answers.forEach(node::step);
        while (node.hasReady()) {
            ready();
            done();
        }
        final long end = last() - length;
        if (end >= storage.firstIndex()) {
            storage.compact(end);
        }
    }

    /** Another member has the log up to an index. */
    static Message acknowledgement(final long from, final long index) {
        return answer(MessageType.MsgAppResp, from, index);
    }

    private static Message answer(final MessageType type, final long from, final long index) {
        return Message.newBuilder()
                .setType(type)
                .setFrom(from)
                .setTo(1)
                .setTerm(TERM)
                .setIndex(index)
                .build();
    }

    /** What member 3 sends as leader: so many entries behind all that are here, which are committed. */
    Message append(final int count, final ByteString data) {
        return Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setFrom(3)
                .setTo(1)
                .setTerm(TERM)
                .setIndex(last())
                .setLogTerm(storage.term(last()))
                .setCommit(last())
                .addAllEntries(entries(last() + 1, TERM, count, data))
                .build();
    }

    private static List<Entry> entries(final long first, final long term, final int count, final ByteString data) {
        final var entries = new ArrayList<Entry>(count);
        for (int i = 0; i < count; i++) {
            entries.add(Entry.newBuilder()
                    .setType(EntryType.EntryNormal)
                    .setTerm(term)
                    .setIndex(first + i)
                    .setData(data)
                    .build());
        }
        return entries;
    }
}
