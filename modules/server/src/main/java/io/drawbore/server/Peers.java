package io.drawbore.server;

import io.drawbore.api.EtcdError;
import io.drawbore.membership.Member;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.raftpb.Message;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * The way to the other members. What comes from them goes to {@link MemberServer#receive} and {@link
 * MemberServer#receiveSnapshot}, and that messages were probably lost to {@link MemberServer#unreachable}.
 *
 * <p>Requests to another member complete with its answer, or with an {@link io.drawbore.api.EtcdException}: what it
 * refused, or {@link EtcdError#TIMEOUT} where nobody knows what became of it. They never wait.
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

    /**
     * Asks the leader to renew a lease: its {@link MemberServer#renewLease}. Any thread.
     *
     * @return its time in seconds, 0 where there is none
     */
    default CompletableFuture<Long> renewLease(long leader, long lease) {
        return CompletableFuture.failedFuture(EtcdError.TIMEOUT.exception());
    }

    /**
     * Asks the leader what is left of a lease: its {@link MemberServer#timeToLive}. Any thread.
     *
     * @return its answer; of the header nothing is read
     */
    default CompletableFuture<LeaseTimeToLiveResponse> timeToLive(long leader, LeaseTimeToLiveRequest request) {
        return CompletableFuture.failedFuture(EtcdError.TIMEOUT.exception());
    }

    /**
     * Asks a member which etcd it is compatible with, {@code X.Y.Z}: its {@link MemberServer#versions}. Any thread.
     */
    default CompletableFuture<String> version(long member) {
        return CompletableFuture.failedFuture(EtcdError.TIMEOUT.exception());
    }
}
