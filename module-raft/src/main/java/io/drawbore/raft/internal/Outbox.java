package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.Message;
import io.drawbore.raft.ReadState;
import java.util.ArrayList;
import java.util.List;

/**
 * What the core wants done since the last {@code Ready}. Votes and acknowledgements promise what must first be on disk,
 * so they are kept apart from what may go out at once (Raft thesis 3.8). Among them are those that the core gives to
 * itself.
 */
public final class Outbox {
    private List<Message> messages = new ArrayList<>();
    private List<Message> promises = new ArrayList<>();
    private List<ReadState> readStates = new ArrayList<>();

    void send(Message message) {
        messages.add(message);
    }

    void promise(Message message) {
        promises.add(message);
    }

    void answerRead(ReadState state) {
        readStates.add(state);
    }

    /** Whether there is anything at all. */
    public boolean isEmpty() {
        return messages.isEmpty() && promises.isEmpty() && readStates.isEmpty();
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

    /** Takes what may go out at once, as a list for the caller to add to. */
    public List<Message> takeMessages() {
        List<Message> taken = messages;
        messages = new ArrayList<>();
        return taken;
    }

    /** Takes what promises something that has to be on disk first. */
    public List<Message> takePromises() {
        List<Message> taken = promises;
        if (taken.isEmpty()) {
            return List.of();
        }
        promises = new ArrayList<>();
        return taken;
    }
}
