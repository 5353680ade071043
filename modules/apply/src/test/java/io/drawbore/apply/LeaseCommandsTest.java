package io.drawbore.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.Backend;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.api.V2Translator;
import io.drawbore.api.WriteTx;
import io.drawbore.lease.KeptCheckpoints;
import io.drawbore.lease.LeaseTable;
import io.drawbore.lease.Leases;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.leasepb.Lease;
import io.drawbore.testkit.MemoryDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LeaseCommandsTest {
    private final Backend backend = new MemoryDisk().open(4);
    private final Leases leases = Rooms.leases(backend);
    private final Applier applier = new Applier(backend, Keyspace.load(backend, leases::rowApplied), leases);
    private final Log log = new Log();
    private int done;

    /** Applies what the log got since the last time, in one batch. */
    private List<Outcome> apply() {
        List<Outcome> outcomes = applier.apply(log.entries.subList(done, log.entries.size()), _ -> true);
        done += outcomes.size();
        return outcomes;
    }

    private static List<String> refusals(List<Outcome> outcomes) {
        List<String> texts = new ArrayList<>();
        outcomes.forEach(outcome -> texts.add(outcome.refusal() == null ? "" : outcome.refusal().text()));
        return texts;
    }

    private Lease row(long id) {
        return row(backend, id);
    }

    private static Lease row(Backend backend, long id) {
        try (ReadTx tx = backend.read()) {
            return Lease.parseFrom(Objects.requireNonNull(tx.get(Table.LEASE, LeaseTable.key(id))));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private EntryDigest digest() {
        try (ReadTx tx = backend.read()) {
            return tx.digest();
        }
    }

    private static List<String> keys(Leases leases, long id) {
        return leases.keys(id).stream().map(ByteString::toStringUtf8).toList();
    }

    @Test
    void aGrantedLeaseIsARowWithTheTimeAskedFor() {
        log.grant(7, 1).grant(-7, 600);
        Outcome granted = apply().getFirst();
        LeaseGrantResponse response = (LeaseGrantResponse) Objects.requireNonNull(granted.response());
        assertEquals(7, response.getID());
        assertEquals(1, response.getTTL());
        assertEquals(1, response.getHeader().getRevision());
        assertEquals(Lease.newBuilder().setID(7).setTTL(1).build(), row(7));
        assertEquals(600, row(-7).getTTL());
    }

    @Test
    void whatIsRefusedChangesNothing() {
        log.grant(7, 60);
        apply();
        EntryDigest before = digest();
        log.put("a", "1").grant(7, 60).grant(8, Leases.MAX_TTL_SECONDS + 1).revoke(8).grant(0, 5);
        assertEquals(
                List.of(
                        "",
                        EtcdError.LEASE_EXIST.text(),
                        EtcdError.LEASE_TTL_TOO_LARGE.text(),
                        EtcdError.LEASE_NOT_FOUND.text(),
                        EtcdError.LEASE_NOT_FOUND.text()),
                refusals(apply()));
        assertEquals(before.tables(), digest().tables());
        assertEquals(1, leases.size());
    }

    @Test
    void aRevokeDeletesInKeyOrderAtOneRevisionWhatHangsOnTheLease() {
        log.grant(7, 60).putWithLease("c", "1", 7).putWithLease("a", "1", 7).put("b", "1");
        log.putWithLease("d", "1", 7).put("d", "no more").revoke(7);
        Outcome revoked = apply().getLast();
        assertEquals(List.of("a", "c"), revoked.changes().stream().map(row -> row.key().toStringUtf8()).toList());
        assertTrue(revoked.changes().stream().allMatch(KeyRow::tombstone));
        assertTrue(revoked.changes().stream().allMatch(row -> row.revision().main() == revoked.revision()));
        assertEquals(
                revoked.revision(),
                ((LeaseRevokeResponse) Objects.requireNonNull(revoked.response())).getHeader().getRevision());
        try (ReadTx tx = backend.read()) {
            assertNull(tx.get(Table.LEASE, LeaseTable.key(7)));
        }
    }

    @Test
    void aRevokeOfALeaseWithoutKeysTakesNoRevision() {
        log.put("a", "1").grant(7, 60).revoke(7);
        List<Outcome> outcomes = apply();
        assertEquals(List.of(2L, 2L, 2L), outcomes.stream().map(Outcome::revision).toList());
        assertEquals(List.of(), outcomes.getLast().changes());
    }

    @Test
    void aKeyMayHangOnALeaseThatTheSameBatchGrantedAndNotOnOneItRevoked() {
        log.putWithLease("a", "1", 7).grant(7, 60).putWithLease("a", "2", 7).revoke(7).putWithLease("a", "3", 7);
        log.grant(7, 60).putWithLease("a", "4", 7);
        String missing = EtcdError.LEASE_NOT_FOUND.text();
        assertEquals(List.of(missing, "", "", "", missing, "", ""), refusals(apply()));
        assertEquals(List.of("a"), keys(leases, 7));
    }

    @Test
    void aPutThatKeepsTheLeaseHangsOnIt() {
        log.grant(7, 60).putWithLease("a", "1", 7).putKeepingLease("a", "2").put("b", "1").putKeepingLease("b", "2");
        apply();
        assertEquals(List.of("a"), keys(leases, 7));
    }

    @Test
    void aCheckpointIsKeptAndOneOfNoLeaseIsPassedOver() {
        log.clusterVersion("3.6.0");
        apply();
        log.grant(7, 60).checkpoint(7, 20).checkpoint(8, 20);
        assertEquals(List.of("", "", ""), refusals(apply()));
        assertEquals(20, row(7).getRemainingTTL());
        assertTrue(leases.checkpointed(7));
    }

    /** Below cluster version 3.6 a flag decides whether a checkpoint is stored, and all members have one digest. */
    @Test
    void membersThatKeepCheckpointsAndOthersHaveOneDigestAtAnyVersion() {
        Backend keeping = new MemoryDisk().open(4);
        Leases kept = Rooms.leases(keeping);
        Applier keeper = new Applier(
                keeping,
                Keyspace.load(keeping, kept::rowApplied),
                kept,
                new ApplyOptions(ApplyOptions.MAX_LEARNERS, V2Translator.REJECT, KeptCheckpoints.ALWAYS));
        log.grant(7, 600).grant(8, 600).checkpoint(7, 500).clusterVersion("3.5.0").checkpoint(7, 400);
        apply();
        keeper.apply(log.entries, _ -> false);
        assertEquals(0, row(7).getRemainingTTL());
        assertEquals(400, row(keeping, 7).getRemainingTTL());
        assertTrue(leases.checkpointed(7) && kept.checkpointed(7));
        int before = done;
        // when one is started again, the versions pass by, and the log is cut into other batches
        log.clusterVersion("3.6.0").checkpoint(8, 300).clusterVersion("3.7.0").checkpoint(7, 200);
        log.clusterVersion("3.5.0").checkpoint(8, 100).revoke(8).clusterVersion("3.6.0").checkpoint(7, 50);
        apply();
        Leases found = Rooms.leases(keeping);
        Applier again = new Applier(
                keeping,
                Keyspace.load(keeping, found::rowApplied),
                found,
                new ApplyOptions(ApplyOptions.MAX_LEARNERS, V2Translator.REJECT, KeptCheckpoints.ALWAYS));
        log.entries.subList(before, done).forEach(entry -> again.apply(List.of(entry), _ -> false));
        assertEquals(50, row(7).getRemainingTTL());
        try (ReadTx one = backend.read();
                ReadTx other = keeping.read()) {
            assertEquals(one.digests(1), other.digests(1));
            assertEquals(one.all(Table.LEASE), other.all(Table.LEASE));
            assertEquals(one.digest().tables(), Digests.anchor(1, one).tables());
        }
    }

    /** What was said before a renewal must not be found again by a start, whatever the flag says then. */
    @Test
    void thatAllOfALeaseIsLeftIsAlwaysKept() {
        log.clusterVersion("3.6.0").grant(7, 600).checkpoint(7, 300).clusterVersion("3.5.0");
        apply();
        assertEquals(0, row(7).getRemainingTTL());
        try (WriteTx tx = backend.begin()) {
            tx.put(
                    Table.LEASE,
                    LeaseTable.key(7),
                    LeaseTable.value(row(7).toBuilder().setRemainingTTL(300).build()));
            tx.commitUnchanged();
        }
        log.checkpoint(7, 0);
        apply();
        assertEquals(0, row(7).getRemainingTTL());
    }

    @Test
    void theDigestOfTheTablesFollowsLeases() {
        log.clusterVersion("3.7.0").put("a", "1");
        apply();
        long without = digest().tables();
        log.grant(7, 60);
        apply();
        long with = digest().tables();
        assertNotEquals(without, with);
        log.checkpoint(7, 20);
        apply();
        assertNotEquals(with, digest().tables());
        log.revoke(7);
        apply();
        assertEquals(without, digest().tables());
    }

    @Test
    void leasesAndWhatHangsOnThemAreFoundAgainInTheStore() {
        log.grant(7, 60).grant(8, 60).grant(9, 60);
        log.putWithLease("a", "1", 7).putWithLease("b", "1", 7).putWithLease("b", "2", 8).putWithLease("c", "1", 7);
        log.delete("c", "d").putWithLease("d", "1", 9).revoke(9).putWithLease("e", "1", 8).put("e", "2");
        apply();
        Leases found = Rooms.leases(backend);
        Keyspace.load(backend, found::rowApplied);
        assertEquals(2, found.size());
        assertEquals(List.of("a"), keys(found, 7));
        assertEquals(List.of("b"), keys(found, 8));
    }
}
