package io.drawbore.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.InvariantException;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.etcdserverpb.LeaseCheckpoint;
import io.drawbore.proto.leasepb.Lease;
import io.drawbore.testkit.MemoryDisk;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LeasesTest {
    private static final long MIN_TTL = 2;
    private static final long ELECTION = 1_000;
    private static final long START = 1_000_000;

    private final Leases leases = empty();
    private long revision = 1;

    static Leases empty() {
        try (Backend backend = new MemoryDisk().open(1);
                ReadTx tx = backend.read()) {
            return Leases.load(tx, MIN_TTL);
        }
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private void put(String key, long lease) {
        revision++;
        leases.rowApplied(
                KeyRow.put(new Revision(revision, 0), bytes(key), revision, 1, lease, ByteString.EMPTY));
    }

    private void delete(String key) {
        revision++;
        leases.rowApplied(KeyRow.tombstone(new Revision(revision, 0), bytes(key)));
    }

    private List<String> keys(long lease) {
        return leases.keys(lease).stream().map(ByteString::toStringUtf8).toList();
    }

    private static void assertRefused(EtcdError error, Executable request) {
        assertEquals(error.text(), assertThrows(EtcdException.class, request).text());
    }

    private LeaseInfo info(long id, long now) {
        return Objects.requireNonNull(leases.find(id, now, false));
    }

    // ---- which leases there are

    @Test
    void aLeaseIsGrantedOnceAndNotForEver() {
        assertEquals(60, leases.grant(7, 60).getTTL());
        assertRefused(EtcdError.LEASE_EXIST, () -> leases.grant(7, 60));
        assertRefused(EtcdError.LEASE_TTL_TOO_LARGE, () -> leases.grant(8, Leases.MAX_TTL_SECONDS + 1));
        assertRefused(EtcdError.LEASE_NOT_FOUND, () -> leases.grant(0, 60));
        assertTrue(leases.exists(7));
        assertFalse(leases.exists(8));
    }

    @Test
    void theTimeGrantedIsKeptAsItWasAskedForAndClientsAreToldTheMinimum() {
        Lease row = leases.grant(-7, 1);
        leases.promote(START, 0);
        assertEquals(1, row.getTTL());
        assertEquals(MIN_TTL, leases.ttlSeconds(1));
        assertEquals(MIN_TTL, info(-7, START).grantedSeconds());
        assertEquals(MIN_TTL, leases.renew(-7, START).seconds());
    }

    @Test
    void keysHangOnTheLeaseOfTheirNewestRow() {
        leases.grant(1, 60);
        leases.grant(2, 60);
        put("b", 1);
        put("a", 1);
        put("c", 1);
        assertEquals(List.of("a", "b", "c"), keys(1));
        put("b", 2);
        put("a", 0);
        delete("c");
        assertEquals(List.of(), keys(1));
        assertEquals(List.of("b"), keys(2));
        put("b", 2);
        assertEquals(List.of("b"), keys(2));
        assertRefused(EtcdError.LEASE_NOT_FOUND, () -> leases.keys(3));
    }

    @Test
    void aLeaseIsNotForgottenWhileKeysHangOnIt() {
        leases.grant(1, 60);
        put("a", 1);
        assertThrows(InvariantException.class, () -> leases.revoke(1));
    }

    @Test
    void rowsOfALeaseThatHasGoneHangOnNothing() {
        put("a", 9);
        leases.grant(9, 60);
        assertEquals(List.of(), keys(9));
    }

    @Test
    void leasesAreReadFromTheirTable() {
        Backend backend = new MemoryDisk().open(1);
        try (WriteTx tx = backend.begin()) {
            for (long id : new long[] {5, -5}) {
                Lease row = Lease.newBuilder().setID(id).setTTL(100).setRemainingTTL(id == 5 ? 30 : 0).build();
                tx.put(Table.LEASE, LeaseTable.key(id), LeaseTable.value(row));
            }
            tx.commit(new Applied(1, 1));
        }
        try (ReadTx tx = backend.read()) {
            Leases loaded = Leases.load(tx, MIN_TTL);
            loaded.promote(START, ELECTION);
            assertEquals(List.of(5L, -5L), loaded.ids());
            assertEquals(31_000, Objects.requireNonNull(loaded.find(5, START, false)).remainingMillis());
            assertEquals(101_000, Objects.requireNonNull(loaded.find(-5, START, false)).remainingMillis());
        }
    }

    // ---- when they expire

    @Test
    void nothingExpiresWhereNobodyKeepsTheTime() {
        leases.grant(1, 60);
        assertFalse(leases.anyExpired(Long.MAX_VALUE));
        assertNull(leases.find(1, START, false));
        assertEquals(Renewal.Result.NOT_PRIMARY, leases.renew(1, START).result());
        leases.promote(START, ELECTION);
        leases.demote();
        assertEquals(List.of(), leases.expired(Long.MAX_VALUE, 10));
    }

    @Test
    void aLeaseExpiresWhenItsTimeIsOverAndNotBefore() {
        leases.promote(START, ELECTION);
        leases.grant(1, 60);
        leases.schedule(START);
        assertFalse(leases.anyExpired(START + 59_999));
        assertEquals(List.of(), leases.expired(START + 59_999, 10));
        assertTrue(leases.anyExpired(START + 60_000));
        assertEquals(List.of(1L), leases.expired(START + 60_000, 10));
    }

    @Test
    void aRenewedLeaseBeginsItsTimeAnew() {
        leases.promote(START, ELECTION);
        leases.grant(1, 60);
        leases.schedule(START);
        assertEquals(new Renewal(Renewal.Result.RENEWED, 60), leases.renew(1, START + 59_999));
        assertFalse(leases.anyExpired(START + 119_998));
        assertTrue(leases.anyExpired(START + 119_999));
    }

    @Test
    void anExpiredLeaseIsNotRenewedButStillThere() {
        leases.promote(START, ELECTION);
        leases.grant(1, 60);
        leases.schedule(START);
        assertEquals(Renewal.Result.EXPIRED, leases.renew(1, START + 60_000).result());
        assertEquals(0, info(1, START + 70_000).remainingMillis());
        leases.revoke(1);
        assertEquals(Renewal.Result.UNKNOWN, leases.renew(1, START + 60_000).result());
        assertEquals(List.of(), leases.expired(START + 60_000, 10));
    }

    @Test
    void anExpiredLeaseThatStaysIsNamedAgain() {
        leases.promote(START, 0);
        leases.grant(1, 60);
        leases.schedule(START);
        assertEquals(List.of(1L), leases.expired(START + 60_000, 10));
        assertEquals(List.of(), leases.expired(START + 60_000 + Leases.RETRY_MILLIS - 1, 10));
        assertEquals(List.of(1L), leases.expired(START + 60_000 + Leases.RETRY_MILLIS, 10));
    }

    @Test
    void aLeaseRenewedBeforeItsTimeWasToldHasItOnce() {
        leases.promote(START, 0);
        leases.grant(1, 60);
        assertEquals(60_000, info(1, START).remainingMillis());
        leases.renew(1, START + 10);
        leases.schedule(START);
        assertEquals(60_000, info(1, START + 10).remainingMillis());
        leases.revoke(1);
        assertFalse(leases.anyExpired(START + 100_000));
    }

    @Test
    void aPromotionGivesEveryLeaseAllItsTimeAndAnElectionTimeout() {
        leases.promote(START, ELECTION);
        leases.grant(1, 60);
        leases.grant(2, 60);
        leases.schedule(START);
        leases.checkpoint(2, 20);
        leases.demote();
        leases.promote(START + 50_000, ELECTION);
        assertEquals(61_000, info(1, START + 50_000).remainingMillis());
        assertEquals(21_000, info(2, START + 50_000).remainingMillis());
    }

    @Test
    void aRenewalGivesAllTheTimeWhateverACheckpointLeft() {
        leases.grant(1, 60);
        assertEquals(20, Objects.requireNonNull(leases.checkpoint(1, 20)).getRemainingTTL());
        assertNull(leases.checkpoint(2, 20));
        assertTrue(leases.checkpointed(1));
        leases.promote(START, 0);
        leases.renew(1, START);
        assertEquals(60_000, info(1, START).remainingMillis());
        leases.checkpoint(1, 0);
        assertFalse(leases.checkpointed(1));
    }

    @Test
    void aCheckpointNeverLeavesMoreThanWasGranted() {
        leases.grant(1, 60);
        leases.checkpoint(1, Long.MAX_VALUE);
        leases.promote(START, 0);
        assertEquals(60_000, info(1, START).remainingMillis());
    }

    private static LeaseCheckpoint left(long id, long seconds) {
        return LeaseCheckpoint.newBuilder().setID(id).setRemainingTTL(seconds).build();
    }

    @Test
    void whatIsLeftOfLongLeasesIsToldAgainAndAgain() {
        leases.grant(1, 1_000);
        leases.grant(2, 300);
        leases.promote(START, 0);
        leases.grant(3, 700);
        leases.schedule(START + 100_000);
        assertEquals(List.of(), leases.checkpointsDue(START + 299_999, 9));
        assertEquals(List.of(left(1, 700)), leases.checkpointsDue(START + 300_000, 9));
        assertEquals(List.of(), leases.checkpointsDue(START + 300_000, 9));
        assertEquals(List.of(left(3, 400)), leases.checkpointsDue(START + 400_500, 9));
        assertEquals(List.of(left(1, 400)), leases.checkpointsDue(START + 600_001, 9));
        assertEquals(List.of(left(3, 100)), leases.checkpointsDue(START + 700_600, 9));
        assertEquals(List.of(left(1, 100)), leases.checkpointsDue(START + 900_400, 9));
    }

    @Test
    void whatIsLeftIsToldAnewAtEveryPromotionAndNotOfWhatHasGone() {
        leases.grant(1, 1_000);
        leases.grant(2, 1_000);
        leases.grant(3, 1_000);
        leases.promote(START, 0);
        leases.demote();
        assertEquals(List.of(), leases.checkpointsDue(START + 300_000, 9));
        leases.checkpoint(1, 500);
        leases.promote(START, ELECTION);
        leases.revoke(2);
        leases.renew(3, START + 300_000);
        assertEquals(List.of(left(1, 201)), leases.checkpointsDue(START + 300_000, 9));
    }

    @Test
    void noMoreLeasesAreToldOfThanWasAskedFor() {
        for (int id = 1; id <= 5; id++) {
            leases.grant(id, 1_000);
        }
        leases.promote(START, 0);
        assertEquals(2, leases.checkpointsDue(START + 300_000, 2).size());
        assertEquals(3, leases.checkpointsDue(START + 300_000, 9).size());
    }

    @Test
    void whatCheckpointsSaidIsForgottenForAll() {
        leases.grant(1, 600);
        leases.grant(2, 600);
        leases.grant(3, 600);
        leases.checkpoint(3, 20);
        leases.checkpoint(1, 20);
        assertEquals(
                List.of(1L, 3L),
                leases.forgetCheckpoints().stream().map(Lease::getID).toList());
        assertFalse(leases.checkpointed(1) || leases.checkpointed(3));
        assertEquals(List.of(), leases.forgetCheckpoints());
    }

    @Test
    void idsComeInTheOrderInWhichTheyExpire() {
        leases.grant(3, 30);
        leases.grant(1, 60);
        leases.grant(2, 10);
        assertEquals(List.of(1L, 2L, 3L), leases.ids());
        leases.promote(START, 0);
        assertEquals(List.of(2L, 3L, 1L), leases.ids());
        assertEquals(3, leases.size());
    }

    @Test
    void theLongestTimeOfAllDoesNotOverflow() {
        leases.grant(1, Leases.MAX_TTL_SECONDS);
        leases.promote(START, ELECTION);
        assertEquals(Leases.MAX_TTL_SECONDS * 1_000 + ELECTION, info(1, START).remainingMillis());
        leases.grant(2, Long.MIN_VALUE);
        leases.schedule(START);
        assertEquals(MIN_TTL * 1_000, info(2, START).remainingMillis());
    }

    @Test
    void keysAreToldWhereTheyAreAskedFor() {
        leases.grant(1, 60);
        put("b", 1);
        put("a", 1);
        leases.promote(START, 0);
        assertEquals(List.of(), info(1, START).keys());
        LeaseInfo asked = leases.find(1, START, true);
        assertNotNull(asked);
        assertEquals(List.of(bytes("a"), bytes("b")), asked.keys());
    }

    // ---- many at once

    @Test
    void leasesThatWouldExpireTogetherAfterAPromotionAreSpreadAndNoneIsEarly() {
        int count = 10_000;
        for (long id = 1; id <= count; id++) {
            leases.grant(id, 60);
        }
        leases.promote(START, ELECTION);
        long last = 0;
        for (long id = 1; id <= count; id++) {
            long remaining = info(id, START).remainingMillis();
            assertTrue(remaining >= 61_000, () -> "early: " + remaining);
            last = Math.max(last, remaining);
        }
        assertEquals(61_000 + (count - 1) / Leases.SPREAD_PER_SECOND * 1_000, last);
    }

    @Test
    void aHundredThousandLeasesExpireOnScheduleAtAThousandASecond() {
        int count = 100_000;
        leases.promote(START, ELECTION);
        for (long id = 1; id <= count; id++) {
            leases.grant(id, 60);
            leases.schedule(START + id);
        }
        // one a millisecond: as many as can be revoked
        long tick = 500;
        long named = 0;
        for (long now = START; named < count; now += tick) {
            List<Long> ids = leases.expired(now, Leases.REVOKED_PER_SECOND / 2);
            for (long id : ids) {
                long expiry = START + id + 60_000;
                long late = now - expiry;
                assertTrue(late >= 0, () -> "lease " + id + " is early by " + -late);
                assertTrue(late <= 2 * tick, () -> "lease " + id + " is late by " + late);
                leases.revoke(id);
            }
            named += ids.size();
        }
        assertEquals(0, leases.size());
    }
}
