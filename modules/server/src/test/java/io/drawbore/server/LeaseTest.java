package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.lease.Leases;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Leases through the front door of one member, on a clock that moves by hand. */
@Timeout(120)
class LeaseTest {
    @TempDir
    private Path folder;

    private final MemoryBackendProvider backends = new MemoryBackendProvider();
    private final FaultVfs disk = new FaultVfs();

    private LeaseMember start() {
        return LeaseMember.start(folder, disk, backends);
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static void assertRefused(EtcdError error, Executable request) {
        assertEquals(error.text(), assertThrows(EtcdException.class, request).text());
    }

    @Test
    void aLeaseIsGrantedUnderTheIdAskedForOrUnderAPositiveOne() {
        try (LeaseMember member = start()) {
            assertEquals(-7, member.grant(-7, 60).getID());
            LeaseGrantResponse chosen = member.grant(0, 60);
            assertTrue(chosen.getID() > 0, () -> "not positive: " + chosen.getID());
            assertEquals(60, chosen.getTTL());
            assertEquals(1, chosen.getHeader().getRevision());
            assertEquals(member.server.identity().memberId(), chosen.getHeader().getMemberId());
            assertRefused(EtcdError.LEASE_EXIST, () -> member.grant(-7, 60));
            assertRefused(EtcdError.LEASE_TTL_TOO_LARGE, () -> member.grant(0, Leases.MAX_TTL_SECONDS + 1));
        }
    }

    @Test
    void noLeaseIsShorterThanOneAndAHalfElectionTimeouts() {
        try (LeaseMember member = start()) {
            assertEquals(1, member.grant(7, 0).getTTL());
            assertEquals(1, member.timeToLive(7).getGrantedTTL());
        }
    }

    @Test
    void aLeaseTellsWhatIsLeftOfItAndWhatHangsOnIt() {
        try (LeaseMember member = start()) {
            member.grant(7, 60);
            member.put("b", 7);
            member.put("a", 7);
            member.time.pass(Duration.ofMillis(20_001));
            LeaseTimeToLiveResponse left = member.timeToLive(7);
            assertEquals(39, left.getTTL());
            assertEquals(60, left.getGrantedTTL());
            assertEquals(3, left.getHeader().getRevision());
            assertEquals(List.of("a", "b"), member.keys(7));
        }
    }

    @Test
    void whatIsNotThereIsSaidInEachRequestsOwnWay() {
        try (LeaseMember member = start()) {
            assertEquals(-1, member.timeToLive(9).getTTL());
            assertEquals(9, member.timeToLive(9).getID());
            assertEquals(0, member.keepAlive(9));
            assertRefused(EtcdError.LEASE_NOT_FOUND, () -> member.revoke(9));
            assertRefused(EtcdError.LEASE_NOT_FOUND, () -> member.put("a", 9));
        }
    }

    @Test
    void aRevokeDeletesWhatHangsOnTheLease() {
        try (LeaseMember member = start()) {
            member.grant(7, 60);
            member.put("a", 7);
            member.put("b", 7);
            member.put("c", 0);
            assertEquals(5, member.revoke(7).getHeader().getRevision());
            assertFalse(member.has("a") || member.has("b"));
            assertTrue(member.has("c"));
            assertEquals(List.of(), member.leases());
            assertEquals(0, member.expired());
        }
    }

    @Test
    void leasesAreListedInTheOrderInWhichTheyExpire() {
        try (LeaseMember member = start()) {
            member.grant(1, 60);
            member.grant(2, 20);
            member.grant(3, 30);
            assertEquals(List.of(2L, 3L, 1L), member.leases());
            member.time.pass(seconds(15));
            member.keepAlive(2);
            assertEquals(List.of(3L, 2L, 1L), member.leases());
        }
    }

    @Test
    void aLeaseThatNobodyRenewsExpiresAndTakesItsKeysAlong() {
        try (LeaseMember member = start()) {
            member.grant(7, 60);
            member.grant(8, 600);
            member.put("a", 7);
            member.put("b", 8);
            member.time.pass(Duration.ofMillis(59_400));
            assertEquals(0, member.timeToLive(7).getTTL());
            assertTrue(member.has("a"));
            member.time.pass(seconds(1));
            LeaseMember.until(() -> !member.has("a"));
            LeaseMember.until(() -> member.expired() == 1);
            assertEquals(List.of(8L), member.leases());
            assertTrue(member.has("b"));
        }
    }

    @Test
    void aRenewedLeaseStays() {
        try (LeaseMember member = start()) {
            member.grant(7, 60);
            member.put("a", 7);
            for (int i = 0; i < 10; i++) {
                member.time.pass(seconds(50));
                assertEquals(60, member.keepAlive(7));
            }
            assertTrue(member.has("a"));
            assertEquals(60, member.timeToLive(7).getTTL());
            assertEquals(0, member.expired());
        }
    }

    @Test
    void whoRenewsTooLateIsToldSoWhenTheLeaseHasGone() {
        try (LeaseMember member = start()) {
            member.grant(7, 60);
            member.put("a", 7);
            // between two ticks, so that it has expired and nobody has seen it yet
            member.time.pass(Duration.ofMillis(59_900));
            member.time.pass(Duration.ofMillis(99));
            CompletableFuture<LeaseKeepAliveResponse> inTime = member.keepingAlive(7);
            assertEquals(60, TestMember.await(inTime).getTTL());
            member.time.pass(Duration.ofMillis(59_501));
            assertTrue(member.has("a"));
            member.time.pass(Duration.ofMillis(499));
            CompletableFuture<LeaseKeepAliveResponse> late = member.keepingAlive(7);
            member.time.pass(seconds(1));
            assertEquals(0, TestMember.await(late).getTTL());
            assertFalse(member.has("a"));
        }
    }

    @Test
    void leasesAndWhatHangsOnThemSurviveARestartWithAllTheirTime() {
        try (LeaseMember member = start()) {
            member.grant(7, 60);
            member.grant(8, 1);
            member.put("a", 7);
            member.put("b", 7);
            member.put("b", 0);
            member.time.pass(Duration.ofMillis(900));
        }
        try (LeaseMember again = start()) {
            assertEquals(List.of("a"), again.keys(7));
            // an election timeout more, because a client may count from an answer of before
            assertEquals(60, again.timeToLive(7).getTTL());
            assertEquals(8, again.leases().getFirst());
            again.time.pass(seconds(61));
            LeaseMember.until(() -> again.expired() == 2);
            assertFalse(again.has("a"));
            assertTrue(again.has("b"));
        }
    }

    /** etcd issue 13508: a start began all leases anew. */
    @Test
    void whatIsLeftOfALongLeaseSurvivesARestartUnlessItIsRenewed() {
        try (LeaseMember member = LeaseMember.startWithCheckpoints(folder, disk, backends)) {
            member.grant(7, 400);
            member.grant(8, 400);
            member.time.pass(seconds(301));
            LeaseMember.until(() -> member.checkpoints() == 2);
            assertEquals(400, member.keepAlive(8));
        }
        try (LeaseMember again = LeaseMember.startWithCheckpoints(folder, disk, backends)) {
            long left = again.timeToLive(7).getTTL();
            assertTrue(left >= 99 && left <= 101, () -> "left: " + left);
            assertTrue(again.timeToLive(8).getTTL() >= 400);
            again.time.pass(seconds(102));
            LeaseMember.until(() -> again.expired() == 1);
            assertEquals(List.of(8L), again.leases());
        }
    }

    /** etcd issue 15247: a leader whose disk stood still revoked leases that nobody had been able to renew. */
    @Test
    void leaseIsNotRevokedWhileTheLeaderIsBlockedNorAfterwards() {
        HaltingVfs halting = new HaltingVfs(disk);
        try (LeaseMember member = LeaseMember.start(folder, halting, backends)) {
            member.grant(7, 60);
            member.put("a", 7);

            // when a sync blocks for longer than the lease lives, and than an election takes
            halting.halt();
            CompletableFuture<?> blocked = member.server.put(TestMember.putRequest("b", "v"), Caller.SELF);
            halting.awaitHalted();
            member.time.pass(seconds(30));
            CompletableFuture<LeaseKeepAliveResponse> renewal = member.keepingAlive(7);
            member.time.pass(seconds(90));
            assertFalse(renewal.isDone());
            member.raftStoodStill(seconds(90));
            halting.goOn();

            // then nobody loses what could not be renewed
            TestMember.await(blocked);
            assertEquals(60, TestMember.await(renewal).getTTL());
            member.time.pass(seconds(30));
            assertTrue(member.has("a"));
            assertEquals(0, member.expired());

            // and time goes on
            member.time.pass(seconds(60));
            LeaseMember.until(() -> !member.has("a"));
        }
    }

    @Test
    void aLeaderThatStoodStillGivesAllLeasesTheirTimeAnew() {
        try (LeaseMember member = start()) {
            member.grant(7, 60);
            member.time.pass(Duration.ofMillis(59_900));
            member.raftStoodStill(seconds(1));
            assertEquals(60, member.timeToLive(7).getTTL());
            member.time.pass(Duration.ofMillis(59_900));
            assertEquals(List.of(7L), member.leases());
        }
    }

    @Test
    void aRevokeThatReachesARaftThreadWhichStoodStillIsNotProposed() {
        try (LeaseMember member = start()) {
            member.grant(7, 60);
            member.put("a", 7);
            member.time.pass(Duration.ofMillis(59_900));
            long committed = member.committed();

            member.raftStandsStillAtTheNextProposal();
            member.time.pass(Duration.ofMillis(500));
            LeaseMember.until(member::stoodStillAtAProposal);

            assertEquals(60, member.timeToLive(7).getTTL());
            assertEquals(committed, member.committed());
            assertEquals(60, member.keepAlive(7));
        }
    }

    @Test
    void moreLeasesThanATickRevokesGoOneTickAfterTheOther() {
        int count = 1_300;
        try (LeaseMember member = start()) {
            List<CompletableFuture<LeaseGrantResponse>> grants = new ArrayList<>();
            for (int id = 1; id <= count; id++) {
                grants.add(member.granting(id, 60));
            }
            grants.forEach(TestMember::await);
            member.time.pass(Duration.ofMillis(59_900));
            for (int expected : new int[] {500, 1_000, 1_300}) {
                member.time.pass(Duration.ofMillis(500));
                LeaseMember.until(() -> member.expired() >= expected);
                assertEquals(expected, member.expired());
                assertEquals(count - expected, member.leases().size());
            }
        }
    }

    @Test
    @Tag("full")
    @Timeout(600)
    void aHundredThousandLeasesThatAreRenewedStayAndThenExpireOnSchedule() {
        int count = 100_000;
        int ttl = 300;
        try (LeaseMember member = start()) {
            inBatches(count, id -> member.granting(id, ttl));
            for (int round = 0; round < 4; round++) {
                member.time.pass(seconds(ttl / 3));
                inBatches(count, member::keepingAlive);
            }
            assertEquals(count, member.leases().size());
            assertEquals(0, member.expired());

            // nobody renews any more
            member.time.pass(seconds(ttl).minusMillis(1));
            assertEquals(0, member.expired());
            for (long expected = 500; expected <= count; expected += 500) {
                long now = expected;
                member.time.pass(Duration.ofMillis(500));
                LeaseMember.until(() -> member.expired() >= now);
                assertEquals(now, member.expired());
            }
            assertEquals(List.of(), member.leases());
        }
    }

    private static void inBatches(int count, LongFunction<CompletableFuture<?>> request) {
        int batch = 2_000;
        for (long from = 1; from <= count; from += batch) {
            List<CompletableFuture<?>> answers = new ArrayList<>();
            for (long id = from; id < from + batch; id++) {
                answers.add(request.apply(id));
            }
            answers.forEach(TestMember::await);
        }
    }
}
