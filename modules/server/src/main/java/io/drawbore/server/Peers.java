package io.drawbore.server;

import io.drawbore.proto.raftpb.Message;
import java.util.List;

/**
 * The way to the other members. What comes from them goes to {@link MemberServer#receive}, and what became of messages
 * to {@link MemberServer#unreachable} and {@link MemberServer#snapshotSent}.
 */
public interface Peers {
    /** A member without others. */
    Peers NONE = messages -> {};

    /**
     * Sends messages, those to one member in their order. They may get lost. Never waits. Raft thread only.
     *
     * @param messages each with its receiver; none to the sender itself
     */
    void send(List<Message> messages);
}
