package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.wal.DiskVfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** etcd issue 15247: a sync of the leader's log blocks. Three members on threads, each on a disk that can be halted. */
@Timeout(240)
class BlockedDiskTest {
    private static final long LEASE = 7;

    @TempDir
    private Path folder;

    private final List<HaltingVfs> disks =
            List.of(new HaltingVfs(new DiskVfs()), new HaltingVfs(new DiskVfs()), new HaltingVfs(new DiskVfs()));

    private static CompletableFuture<LeaseKeepAliveResponse> renewal(MemberServer member) {
        return member.leaseKeepAlive(
                LeaseKeepAliveRequest.newBuilder().setID(LEASE).build(), Caller.SELF);
    }

    private static void assertTimesOut(CompletableFuture<?> asked) {
        EtcdException refused = assertThrows(EtcdException.class, () -> TestMember.await(asked));
        assertEquals(EtcdError.TIMEOUT.text(), refused.text());
    }

    /** Puts until it is done: a member may not have heard yet who leads. */
    private static PutResponse insist(MemberServer member, String key) {
        List<PutResponse> done = new ArrayList<>();
        TestMember.until(() -> {
            try {
                return done.add(TestMember.await(member.put(TestMember.putRequest(key, "v"), Caller.SELF)));
            } catch (EtcdException again) {
                return false;
            }
        });
        return done.getFirst();
    }

    @Test
    void aLeaderWhoseDiskBlocksIsFollowedByAnotherAndLeavesNobodyWaiting() {
        try (JoinedMembers cluster = new JoinedMembers(folder, disks)) {
            int old = cluster.leaderBut(-1);
            MemberServer blocked = cluster.member(old);
            TestMember.await(blocked.leaseGrant(
                    LeaseGrantRequest.newBuilder().setID(LEASE).setTTL(600).build(), Caller.SELF));

            // when a sync of the leader blocks
            disks.get(old).halt();
            CompletableFuture<PutResponse> before = blocked.put(TestMember.putRequest("a", "v"), Caller.SELF);
            disks.get(old).awaitHalted();
            CompletableFuture<PutResponse> put = blocked.put(TestMember.putRequest("b", "v"), Caller.SELF);
            CompletableFuture<RangeResponse> read = blocked.range(TestMember.rangeRequest("a"), Caller.SELF);
            CompletableFuture<LeaseKeepAliveResponse> renewal = renewal(blocked);

            // then another leads, writes and renews
            MemberServer next = cluster.member(cluster.leaderBut(old));
            insist(next, "c");
            assertEquals(600, TestMember.await(renewal(next)).getTTL());

            // and who asked the blocked one is told that it took too long, while it still blocks
            assertTimesOut(before);
            assertTimesOut(put);
            assertTimesOut(read);
            assertTimesOut(renewal);

            // and it does not lead when it goes on
            disks.get(old).goOn();
            TestMember.until(() -> !cluster.leads(old));
            insist(blocked, "d");
            assertEquals(1, TestMember.await(blocked.range(TestMember.rangeRequest("c"), Caller.SELF)).getCount());
            assertFalse(blocked.failed().isDone());
        }
    }
}
