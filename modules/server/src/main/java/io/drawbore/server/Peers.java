package io.drawbore.server;

import io.drawbore.proto.raftpb.Message;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The way to the other members. What comes from them goes to {@link MemberServer#receive} and {@link
 * MemberServer#receiveSnapshot}, and that messages were probably lost to {@link MemberServer#unreachable}.
 */
public interface Peers {
    /** A member without others. */
    Peers NONE = new Peers() {
        @Override
        public void send(List<Message> messages) {
            // there is nobody
        }

        @Override
        public CompletableFuture<Void> sendSnapshot(MemberSnapshot snapshot) {
            return CompletableFuture.failedFuture(new IllegalStateException("there are no other members"));
        }
    };

    /**
     * Sends messages, those to one member in their order. They may get lost. Never waits. Raft thread only.
     *
     * @param messages each with its receiver; none to the sender itself, and none that is a snapshot
     */
    void send(List<Message> messages);

    /**
     * Sends a snapshot to the receiver of its message: the message, and all bytes of the file. Never waits. Any thread,
     * one snapshot at a time.
     *
     * @return completes once the receiver has said that it took it; where it refuses, or all of it can't be got there,
     *     fails. The member cancels it where it takes too long, and deletes the file whatever comes of it
     */
    CompletableFuture<Void> sendSnapshot(MemberSnapshot snapshot);
}
