package io.drawbore.peer.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.FrontDoor;
import io.drawbore.membership.Member;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.server.EtcdVersion;
import io.drawbore.server.MemberServer;
import io.drawbore.server.MemberSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The member that the port belongs to.
 *
 * @param server the member
 */
public record ServedMember(MemberServer server) implements LocalMember {
    @Override
    public void receive(Message message) {
        server.receive(message);
    }

    @Override
    public void unreachable(long member) {
        server.unreachable(member);
    }

    @Override
    public void gone(long member) {
        server.gone(member);
    }

    @Override
    public Path newSnapshotFile() {
        return server.newSnapshotFile();
    }

    @Override
    public CompletableFuture<Void> receiveSnapshot(MemberSnapshot snapshot) {
        return server.receiveSnapshot(snapshot);
    }

    @Override
    public boolean isRemoved(long member) {
        return server.isRemoved(member);
    }

    @Override
    public void toldRemoved() {
        server.toldRemoved();
    }

    @Override
    public List<Member> members() {
        return server.members();
    }

    @Override
    public CompletableFuture<List<Member>> promote(long learner, @Nullable String token) {
        MemberPromoteRequest request =
                MemberPromoteRequest.newBuilder().setID(learner).build();
        return server.memberPromote(request, new Caller("peer", token, false))
                .thenApply(answer ->
                        answer.getMembersList().stream().map(Member::fromMessage).toList());
    }

    @Override
    public CompletableFuture<Long> renewLease(long lease) {
        return server.renewLease(lease);
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(LeaseTimeToLiveRequest request) {
        return server.timeToLive(request);
    }

    @Override
    public CompletableFuture<HashKVResponse> hashKv(long revision) {
        return server.hashKv(HashKVRequest.newBuilder().setRevision(revision).build(), Caller.SELF);
    }

    @Override
    public CompletableFuture<Boolean> downgradeEnabled() {
        return server.downgradeEnabled();
    }

    @Override
    public EtcdVersion version() {
        return server.version();
    }

    @Override
    public FrontDoor.Versions versions() {
        return server.versions();
    }
}
