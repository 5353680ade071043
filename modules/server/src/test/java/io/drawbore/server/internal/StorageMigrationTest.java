package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import io.drawbore.apply.Applier;
import io.drawbore.lease.Leases;
import io.drawbore.membership.StorageVersion;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.testkit.MemoryDisk;
import io.drawbore.testkit.PassedOnBackend;
import io.drawbore.testkit.PassedOnTx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StorageMigrationTest {
    private static final MinorVersion V5 = TwoValues.V5;
    private static final MinorVersion V6 = TwoValues.V6;
    private static final MinorVersion V7 = TwoValues.V7;
    private static final StorageMigrator TWO_VALUES = new TwoValues();

    private final MemoryDisk disk = new MemoryDisk();

    /** A member's store, opened; its entries go on where it is. */
    private static final class Opened {
        final Backend backend;
        final Applier applier;
        final StorageMigration migration;

        Opened(Backend backend) {
            this(backend, TWO_VALUES);
        }

        Opened(Backend backend, StorageMigrator migrator) {
            this(backend, migrator, V7);
        }

        Opened(Backend backend, StorageMigrator migrator, MinorVersion own) {
            this.backend = backend;
            Leases leases;
            try (ReadTx view = backend.read()) {
                leases = Leases.load(view, 1);
            }
            applier = new Applier(backend, Keyspace.load(backend), leases);
            migration = new StorageMigration(backend, applier, migrator, own);
        }

        /** Sets the cluster's version by an entry. */
        Opened clusterIsOf(String version) {
            InternalRaftRequest request = InternalRaftRequest.newBuilder()
                    .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer(version))
                    .build();
            Entry entry = Entry.newBuilder()
                    .setTerm(1)
                    .setIndex(applied().index() + 1)
                    .setData(request.toByteString())
                    .build();
            applier.apply(List.of(entry), _ -> false);
            return this;
        }

        Applied applied() {
            try (ReadTx view = backend.read()) {
                return view.applied();
            }
        }

        /** Does all steps that are due. */
        Opened migrate() {
            while (migration.dueInNanos(0) <= 0) {
                migration.step();
            }
            return this;
        }

        @Nullable MinorVersion version() {
            try (ReadTx view = backend.read()) {
                assertEquals(StorageVersion.of(view), migration.stored());
                return migration.stored();
            }
        }
    }

    private Opened open() {
        return new Opened(disk.open(4));
    }

    @Test
    void aNewStoreIsOfNoVersionAndOneWithoutARecordOfTheLastThatWroteNone() {
        Opened store = open();
        assertEquals(null, store.version());
        assertEquals(V5, new Opened(store.clusterIsOf("3.0.0").migrate().backend).version());
    }

    @Test
    void theStoreFollowsTheClusterUpAtOnceAStepATime() {
        Opened store = open().clusterIsOf("3.7.0");
        store.migration.step();
        assertEquals(V6, store.version());
        assertEquals(Optional.empty(), TwoValues.halfDone(store.backend));
        store.migration.followUp();
        assertEquals(V7, store.version());
        assertEquals(UpkeepTask.NEVER, store.migration.dueInNanos(0));
        assertEquals(new Applied(1, 1), store.applied());
    }

    @Test
    void theStoreGoesDownOnlyWhenItIsAllowedTo() {
        Opened store = open().clusterIsOf("3.7.0").migrate().clusterIsOf("3.5.0").migrate();
        assertEquals(V7, store.version());
        store.migration.allowDown(V6);
        assertEquals(V7, store.migrate().version());
        store.migration.allowDown(V5);
        assertEquals(V5, store.migrate().version());
        assertEquals(Optional.empty(), TwoValues.halfDone(store.backend));
        // and what was allowed once is not allowed for ever
        store.clusterIsOf("3.6.0").migrate();
        assertEquals(V6, store.version());
    }

    @Test
    void whoOnlyGoesUpNeverGoesDown() {
        Opened store = new Opened(disk.open(4), StorageMigrator.UP_ONLY).clusterIsOf("3.7.0").migrate();
        store.clusterIsOf("3.6.0");
        store.migration.allowDown(V6);
        assertEquals(V7, store.migrate().version());
    }

    @Test
    void theStoreIsNeverLedAboveTheMember() {
        Opened store = new Opened(disk.open(4), TWO_VALUES, V6).clusterIsOf("3.6.0").migrate();
        assertEquals(V6, store.clusterIsOf("3.7.0").migrate().version());
    }

    @Test
    void aVersionThatNobodyKnowsIsNotFollowed() {
        Opened store = open().clusterIsOf("3.7.0").migrate();
        assertEquals(V7, store.clusterIsOf("3.4.0").migrate().version());
        assertEquals(V7, store.clusterIsOf("4.0.0").migrate().version());
    }

    @Test
    void digestsAreThoseOfAStoreThatDidNotFollow() {
        Opened store = open().clusterIsOf("3.7.0");
        EntryDigest before = digest(store);
        store.migrate();
        assertEquals(before, digest(store));
        assertEquals(before.tables(), digest(store.clusterIsOf("3.7.0")).tables());
    }

    private static EntryDigest digest(Opened store) {
        try (ReadTx view = store.backend.read()) {
            return view.digest();
        }
    }

    /** A store stops working at a write of small tables, or at a commit that is no entry's. */
    private static final class StoppingBackend extends PassedOnBackend {
        private int left;

        StoppingBackend(Backend inner, int left) {
            super(inner);
            this.left = left;
        }

        private void count() {
            if (left-- == 0) {
                throw new StorageException("stopped");
            }
        }

        @Override
        public WriteTx begin() {
            return new PassedOnTx(super.begin()) {
                @Override
                public void put(Table table, ByteString key, ByteString value) {
                    count();
                    super.put(table, key, value);
                }

                @Override
                public void delete(Table table, ByteString key) {
                    count();
                    super.delete(table, key);
                }

                @Override
                public void commitUnchanged() {
                    count();
                    super.commitUnchanged();
                    count();
                }
            };
        }

        @Override
        public Applied makeDurable() {
            count();
            return super.makeDurable();
        }
    }

    /** Up and down again, stopped at every write, with and without the power. */
    @Test
    void aStopAtAnyWriteLeavesAStoreOfOneVersionThatGoesOn() {
        for (boolean powerLost : new boolean[] {false, true}) {
            List<String> wrong = new ArrayList<>();
            int stops = 0;
            boolean stopped = true;
            for (int at = 0; stopped; at++) {
                MemoryDisk some = new MemoryDisk();
                new Opened(some.open(4)).clusterIsOf("3.5.0").backend.close();
                stopped = !runs(new StoppingBackend(some.open(4), at));
                if (powerLost) {
                    some.losePower(Math.min(1, some.unsyncedCommits()));
                } else {
                    some.kill();
                }
                Opened again = new Opened(some.open(4));
                String after = "stop " + at + ": ";
                TwoValues.halfDone(again.backend).ifPresent(what -> wrong.add(after + what));
                again.clusterIsOf("3.7.0").migrate();
                if (!V7.equals(again.version())) {
                    wrong.add(after + "goes on to " + again.version());
                }
                again.backend.close();
                stops++;
            }
            assertEquals(List.of(), wrong);
            assertTrue(stops > 20, "only " + stops + " stops");
        }
    }

    /** Whether a store gets from 3.5 to 3.7 and back. */
    private static boolean runs(Backend backend) {
        try {
            Opened store = new Opened(backend).clusterIsOf("3.7.0").migrate().clusterIsOf("3.5.0");
            store.migration.allowDown(V5);
            store.migrate();
            return true;
        } catch (StorageException stopped) {
            return false;
        }
    }

    @Test
    void aStoreOfAnUnknownVersionIsRefusedWithTheWayOut() {
        Opened store = open().clusterIsOf("3.7.0").migrate();
        try (ReadTx view = store.backend.read()) {
            assertDoesNotThrow(() -> StorageMigration.validate(view, TWO_VALUES, V7));
            assertEquals(
                    "the store is of storage version 3.7.0; this member is compatible with 3.6.0, and"
                            + " --storage-migrator=two-values knows 3.5.0 to 3.7.0: start the release that wrote it,"
                            + " and downgrade the cluster before its members, or restore a backup of then",
                    assertThrows(StorageException.class, () -> StorageMigration.validate(view, TWO_VALUES, V6))
                            .getMessage());
        }
        try (WriteTx tx = store.backend.begin()) {
            StorageVersion.record(tx, new MinorVersion(3, 8));
            tx.commitUnchanged();
        }
        try (ReadTx view = store.backend.read()) {
            assertThrows(
                    StorageException.class,
                    () -> StorageMigration.validate(view, TWO_VALUES, new MinorVersion(3, 9)));
        }
    }

    @Test
    void anEntryThatNeedsANewerVersionIsFound() {
        List<Entry> entries = new ArrayList<>();
        for (int index = 1; index <= 4; index++) {
            entries.add(Entry.newBuilder().setIndex(index).build());
        }
        assertEquals(
                Optional.of(entries.get(2)), StorageDowngrade.firstAbove(V6, entries, TWO_VALUES));
        assertEquals(Optional.empty(), StorageDowngrade.firstAbove(V7, entries, TWO_VALUES));
    }
}
