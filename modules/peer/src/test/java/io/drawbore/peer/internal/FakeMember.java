package io.drawbore.peer.internal;

import io.drawbore.api.EtcdError;
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
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A member that keeps what it is told. */
public final class FakeMember implements LocalMember {
    public final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    public final BlockingQueue<Long> unreachable = new LinkedBlockingQueue<>();
    public final BlockingQueue<Long> gone = new LinkedBlockingQueue<>();
    public final BlockingQueue<MemberSnapshot> snapshots = new LinkedBlockingQueue<>();
    public final Set<Long> removed = ConcurrentHashMap.newKeySet();
    public final AtomicBoolean toldRemoved = new AtomicBoolean();
    public volatile CompletableFuture<Void> takesSnapshot = CompletableFuture.completedFuture(null);
    public volatile EtcdVersion version = EtcdVersion.NEWEST;
    private final AtomicInteger files = new AtomicInteger();
    private final Path folder;
    private final List<Member> members;

    /** A member of some, with its files in a folder. */
    public FakeMember(Path folder, List<Member> members) {
        this.folder = folder;
        this.members = members;
    }

    @Override
    public void receive(Message message) {
        received.add(message);
    }

    @Override
    public void unreachable(long member) {
        unreachable.add(member);
    }

    @Override
    public void gone(long member) {
        gone.add(member);
    }

    @Override
    public Path newSnapshotFile() {
        return folder.resolve("snapshot-" + files.incrementAndGet());
    }

    @Override
    public CompletableFuture<Void> receiveSnapshot(MemberSnapshot snapshot) {
        snapshots.add(snapshot);
        return takesSnapshot;
    }

    @Override
    public boolean isRemoved(long member) {
        return removed.contains(member);
    }

    @Override
    public void toldRemoved() {
        toldRemoved.set(true);
    }

    @Override
    public List<Member> members() {
        return members;
    }

    @Override
    public CompletableFuture<List<Member>> promote(long learner, @Nullable String token) {
        return learner == 5
                ? CompletableFuture.completedFuture(members)
                : CompletableFuture.failedFuture(
                        (learner == 6 ? EtcdError.MEMBER_NOT_LEARNER : EtcdError.MEMBER_NOT_FOUND).exception());
    }

    @Override
    public CompletableFuture<Long> renewLease(long lease) {
        return lease < 0
                ? CompletableFuture.failedFuture(EtcdError.NOT_LEADER.exception())
                : CompletableFuture.completedFuture(lease == 5 ? 60L : 0L);
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(LeaseTimeToLiveRequest request) {
        LeaseTimeToLiveResponse.Builder answer =
                LeaseTimeToLiveResponse.newBuilder().setID(request.getID());
        return CompletableFuture.completedFuture(
                request.getID() == 5
                        ? answer.setTTL(59).setGrantedTTL(60).build()
                        : answer.setTTL(-1).build());
    }

    @Override
    public CompletableFuture<HashKVResponse> hashKv(long revision) {
        return revision > 9
                ? CompletableFuture.failedFuture(EtcdError.FUTURE_REV.exception())
                : CompletableFuture.completedFuture(HashKVResponse.newBuilder()
                        .setHash(-1)
                        .setCompactRevision(2)
                        .setHashRevision(revision)
                        .build());
    }

    @Override
    public CompletableFuture<Boolean> downgradeEnabled() {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public EtcdVersion version() {
        return version;
    }

    @Override
    public FrontDoor.Versions versions() {
        return new FrontDoor.Versions("3.7.1", "3.7.0", "3.7.0");
    }
}
