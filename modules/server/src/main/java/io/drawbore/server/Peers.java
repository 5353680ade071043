package io.drawbore.server;

import io.drawbore.api.EtcdError;
import io.drawbore.membership.Member;
import io.drawbore.proto.raftpb.Message;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * The way to the other members. What comes from them goes to {@link MemberServer#receive}, and what became of messages
 * to {@link MemberServer#unreachable} and {@link MemberServer#snapshotSent}.
 *
 * <p>Requests to another member complete with its answer, or with an {@link io.drawbore.api.EtcdException}: what it
 * refused, or {@link EtcdError#TIMEOUT} where nobody knows what became of it. They never wait.
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

    /**
     * Tells who the members are, this one among them unless it was removed: once before anything is sent, and again
     * after each change. Messages to others need not be sent. Never waits. One thread at a time.
     */
    default void members(List<Member> members) {}

    /**
     * Since when, without a break, this member has been in touch with another; empty where it isn't. Any thread.
     *
     * @return in the time of the member's {@link io.drawbore.api.Workers#nanoTime}
     */
    default OptionalLong activeSince(long member) {
        return OptionalLong.empty();
    }

    /**
     * Asks the leader to give a learner a vote. Any thread.
     *
     * @return the members after it
     */
    default CompletableFuture<List<Member>> promote(long leader, long learner) {
        return CompletableFuture.failedFuture(EtcdError.TIMEOUT.exception());
    }
}
