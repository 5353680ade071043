package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.raft.ReadState;
import java.util.ArrayList;
import java.util.List;

/**
 * What the core wants done since the last {@code Ready}. Votes and acknowledgements promise what must first be on disk,
 * so they are kept apart from what may go out at once (Raft thesis 3.8); those that the core gives to itself come back
 * to it with {@code advance}.
 */
public final class Outbox {
    private List<Message> messages = new ArrayList<>();
    private List<Message> afterAppend = new ArrayList<>();
    private List<ReadState> readStates = new ArrayList<>();
    // The leader's acknowledgement of its own entries: only the last one counts, so it is not a message for each.
    private long ownAckTerm;
    private long ownAckIndex;

    void send(Message message) {
        messages.add(message);
    }

    void sendAfterAppend(Message message) {
        afterAppend.add(message);
    }

    void acknowledgeOwn(long term, long index) {
        ownAckTerm = term;
        ownAckIndex = index;
    }

    void answerRead(ReadState state) {
        readStates.add(state);
    }

    /** Whether there is anything at all. */
    public boolean isEmpty() {
        return messages.isEmpty() && afterAppend.isEmpty() && readStates.isEmpty() && ownAckIndex == 0;
    }

    /** Takes the reads that are answered. */
    public List<ReadState> takeReadStates() {
        List<ReadState> taken = readStates;
        if (taken.isEmpty()) {
            return List.of();
        }
        readStates = new ArrayList<>();
        return taken;
    }

    /**
     * Takes all messages.
     *
     * @param self this member
     * @param toSelf where what it tells itself goes, to be stepped once the log is synced
     * @return what goes to others, those that promise something last
     */
    public List<Message> takeMessages(long self, List<Message> toSelf) {
        if (ownAckIndex != 0) {
            toSelf.add(Message.newBuilder()
                    .setType(MessageType.MsgAppResp)
                    .setFrom(self)
                    .setTo(self)
                    .setTerm(ownAckTerm)
                    .setIndex(ownAckIndex)
                    .build());
            ownAckIndex = 0;
        }
        List<Message> others = messages;
        for (Message message : afterAppend) {
            (message.getTo() == self ? toSelf : others).add(message);
        }
        if (!others.isEmpty()) {
            messages = new ArrayList<>();
        }
        afterAppend.clear();
        return others.isEmpty() ? List.of() : others;
    }
}
