package io.drawbore.peer.internal;

import io.drawbore.api.FrontDoor;
import io.drawbore.membership.Member;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.server.EtcdVersion;
import io.drawbore.server.MemberSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The member behind a peer port: what the port tells it and asks it. Any thread; nothing waits but for the store. */
public interface LocalMember {
    /** Takes a message from another member. */
    void receive(Message message);

    /** The last messages to a member were probably lost. */
    void unreachable(long member);

    /** The process of a member has ended: a connection to it that was open has, and its machine refuses the next. */
    void gone(long member);

    /** A name for the file of a snapshot that begins to come in. */
    Path newSnapshotFile();

    /** Takes a snapshot that has come in whole; its file too, whatever comes of it. */
    CompletableFuture<Void> receiveSnapshot(MemberSnapshot snapshot);

    /** Whether a member was removed. */
    boolean isRemoved(long member);

    /** Another member says that this one was removed. */
    void toldRemoved();

    /** The members. */
    List<Member> members();

    /**
     * Gives a learner a vote.
     *
     * @param token who asks, where that was said
     */
    CompletableFuture<List<Member>> promote(long learner, @Nullable String token);

    /** Renews a lease where this member leads: its time in seconds, 0 where there is none. */
    CompletableFuture<Long> renewLease(long lease);

    /** What is left of a lease, where this member leads. */
    CompletableFuture<LeaseTimeToLiveResponse> timeToLive(LeaseTimeToLiveRequest request);

    /** The hash of the history up to a revision, as this member's store has it. */
    CompletableFuture<HashKVResponse> hashKv(long revision);

    /** Which etcd it takes the place of; never changes. */
    EtcdVersion version();

    /** Which versions it is compatible with. */
    FrontDoor.Versions versions();

    /** See {@link io.drawbore.server.MemberServer#downgradeEnabled}. */
    CompletableFuture<Boolean> downgradeEnabled();
}
