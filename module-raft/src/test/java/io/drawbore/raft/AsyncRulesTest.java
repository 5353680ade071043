package io.drawbore.raft;

import static io.drawbore.raft.OneMember.THREE;
import static io.drawbore.raft.OneMember.append;
import static io.drawbore.raft.OneMember.entry;
import static io.drawbore.raft.OneMember.message;
import static io.drawbore.raft.OneMember.plain;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of asynchronous storage writes, one by one; the test plays the storage and the other members. */
public class AsyncRulesTest {
    private final MemoryStorage storage = MemoryStorage.empty(THREE);
    private final RaftNode node = RaftNode.create(plain().asyncStorageWrites(true).build(), storage);

    /** What is asked of the append thread now; nothing else may go out. */
    private Message asked() {
        List<Message> messages = node.ready().messages();
        assertEquals(List.of(MessageType.MsgStorageAppend), messages.stream().map(Message::getType).toList());
        return messages.getFirst();
    }

    private void write(Message request) {
        storage.append(request.getEntriesList());
    }

    private void answer(Message request) {
        request.getResponsesList().stream().filter(each -> each.getType() == MessageType.MsgStorageAppendResp)
                .forEach(node::step);
    }

    /** Whether the log has an entry: a leader's append behind it is taken. */
    private boolean has(long term, long index, long leader, long leaderTerm) {
        node.step(append(leader, leaderTerm, term, index, 0).build());
        return asked().getResponsesList().stream()
                .noneMatch(each -> each.getType() == MessageType.MsgAppResp && each.getReject());
    }

    @Test
    void promisesLeaveWithTheWriteTheyDependOn() {
        node.step(append(2, 1, 0, 0, 0, entry(1, 1)).build());
        assertTrue(asked().getResponsesList().stream().anyMatch(each -> each.getType() == MessageType.MsgAppResp));
        node.step(message(MessageType.MsgVote, 3, 2).setLogTerm(1).setIndex(1).build());
        Message vote = asked();
        assertTrue(vote.getResponsesList().stream().anyMatch(each -> each.getType() == MessageType.MsgVoteResp));
        assertEquals(3, vote.getVote());
    }

    @Test
    void aWriteOfAPastTermSaysNothingOfTheEntriesThatCameBack() {
        node.step(append(2, 1, 0, 0, 0, entry(1, 1), entry(1, 2)).build());
        Message first = asked();
        node.step(append(3, 2, 1, 1, 0, entry(2, 2)).build());
        Message second = asked();
        node.step(append(2, 3, 1, 1, 0, entry(1, 2)).build());
        Message third = asked();
        write(first);
        answer(first);
        write(second);
        answer(second);
        assertTrue(has(1, 2, 2, 3), "the storage has another entry there, for a while");
        write(third);
        answer(third);
        assertTrue(has(1, 2, 2, 3));
    }

    @Test
    void aWriteSaysNothingOfTheEntriesThatReplaceItsOwn() {
        node.step(append(2, 1, 0, 0, 0, entry(1, 1), entry(1, 2)).build());
        write(asked());
        node.step(message(MessageType.MsgVote, 3, 3).setLogTerm(1).setIndex(2).build());
        Message vote = asked();
        node.step(append(3, 3, 1, 1, 0, entry(3, 2)).build());
        answer(vote);
        assertTrue(has(3, 2, 3, 3));
    }

    @Test
    void aNewTermAsksAgainWhetherTheEntriesOfTheLastAreWritten() {
        node.step(append(2, 1, 0, 0, 1, entry(1, 1)).build());
        Message first = asked();
        node.step(message(MessageType.MsgHeartbeat, 3, 2).build());
        Message second = node.ready().messages().stream()
                .filter(each -> each.getType() == MessageType.MsgStorageAppend).findFirst().orElseThrow();
        write(first);
        answer(first);
        assertFalse(node.hasReady());
        answer(second);
        assertEquals(1, node.ready().committedEntries().size());
    }
}
