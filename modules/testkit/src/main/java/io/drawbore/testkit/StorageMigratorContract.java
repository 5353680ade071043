package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.Table;
import io.drawbore.api.TableChange;
import io.drawbore.api.VersionChain;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link StorageMigrator} does, tried on a store in memory. A subclass says which migrator. */
public abstract class StorageMigratorContract {
    private static final long SEED = 3_607;
    private static final int STRANGE_ENTRIES = 2_000;
    private static final int A_FEW_THOUSAND = 4_096;

    private static final List<EntryType> TYPES =
            List.of(EntryType.EntryNormal, EntryType.EntryConfChange, EntryType.EntryConfChangeV2);

    private final Backend store = new MemoryDisk().open(4);

    /** For subclasses, which a test engine makes. */
    protected StorageMigratorContract() {}

    /** The migrator under test, a new one at every call. */
    protected abstract StorageMigrator migrator();

    /**
     * Small tables' rows that stores of its oldest version hold and that its steps go by. Usually none: then it is
     * tried on an empty store.
     */
    protected List<TableChange> oldest() {
        return List.of();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void write(List<TableChange> changes) {
        try (WriteTx tx = store.begin()) {
            for (TableChange change : changes) {
                ByteString value = change.value();
                if (value == null) {
                    tx.delete(change.table(), change.key());
                } else {
                    tx.put(change.table(), change.key(), value);
                }
            }
            tx.commitUnchanged();
        }
    }

    private List<TableChange> step(StorageMigrator by, MinorVersion from, MinorVersion to) {
        try (ReadTx view = store.read()) {
            return List.copyOf(by.step(view, from, to));
        }
    }

    /** All small tables, whole. */
    private Map<Table, Map<ByteString, ByteString>> rows() {
        Map<Table, Map<ByteString, ByteString>> rows = new EnumMap<>(Table.class);
        try (ReadTx view = store.read()) {
            for (Table table : Table.values()) {
                rows.put(table, Map.copyOf(view.all(table)));
            }
        }
        return rows;
    }

    @Test
    void itsNameCanBeToldByAFlag() {
        assertTrue(migrator().name().matches("[a-z0-9]+(-[a-z0-9]+)*"), migrator().name());
        assertEquals(migrator().name(), migrator().name());
    }

    @Test
    void itsVersionsAreAChainWithoutAGap() {
        List<MinorVersion> versions = migrator().versions();
        assertFalse(versions.isEmpty());
        for (int i = 1; i < versions.size(); i++) {
            assertTrue(versions.get(i - 1).isJustBefore(versions.get(i)), versions::toString);
        }
        assertEquals(new VersionChain<>(versions), migrator().chain());
        assertEquals(versions, migrator().versions());
        assertEquals(migrator().goesDown(), migrator().goesDown());
    }

    /** Goes the whole way up, and down where it does. */
    @Test
    void everyStepIsSmallAndChangesNothingWhenItIsDoneAgain() {
        write(oldest());
        List<MinorVersion> way = new ArrayList<>(migrator().versions());
        if (migrator().goesDown()) {
            way.addAll(migrator().versions().reversed().subList(1, migrator().versions().size()));
        }
        for (int i = 1; i < way.size(); i++) {
            take(way.get(i - 1), way.get(i));
        }
    }

    private void take(MinorVersion from, MinorVersion to) {
        String which = "from " + from + " to " + to;
        Map<Table, Map<ByteString, ByteString>> before = rows();
        List<TableChange> changes = step(migrator(), from, to);
        assertEquals(before, rows(), () -> which + ": to be asked changes nothing");
        assertEquals(changes, step(migrator(), from, to), () -> which + ": the same store, the same answer");
        assertTrue(changes.size() <= A_FEW_THOUSAND, () -> which + ": " + changes.size() + " changes");
        for (TableChange change : changes) {
            assertEquals(Table.CLUSTER, change.table(), () -> which + ": entries change the other tables");
        }
        write(changes);
        Map<Table, Map<ByteString, ByteString>> after = rows();
        write(step(migrator(), from, to));
        assertEquals(after, rows(), () -> which + ": whoever was stopped takes the step again");
    }

    @Test
    void anOrdinaryWriteIsUnderstoodByTheNewestItKnows() {
        Entry put = entry(InternalRaftRequest.newBuilder()
                .setPut(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("a"))
                        .setValue(ByteString.copyFromUtf8("1")))
                .build()
                .toByteString());
        for (Entry ordinary : List.of(entry(ByteString.EMPTY), put)) {
            assertTrue(migrator().needs(ordinary).compareTo(migrator().chain().newest()) <= 0, ordinary::toString);
        }
    }

    @Test
    void whatAnEntryNeedsHangsOnNothingElseAndWhatCannotBeReadIsSaid() {
        Random random = new Random(SEED);
        StorageMigrator used = migrator();
        for (int i = 0; i < STRANGE_ENTRIES; i++) {
            byte[] data = new byte[random.nextInt(40)];
            random.nextBytes(data);
            Entry entry = entry(ByteString.copyFrom(data)).toBuilder()
                    .setType(TYPES.get(random.nextInt(TYPES.size())))
                    .build();
            assertEquals(needs(used, entry), needs(migrator(), entry), entry::toString);
        }
    }

    private static String needs(StorageMigrator migrator, Entry entry) {
        try {
            MinorVersion version = migrator.needs(entry);
            assertNotNull(version, entry::toString);
            return version.toString();
        } catch (StorageException unreadable) {
            return String.valueOf(unreadable.getMessage());
        }
    }

    private static Entry entry(ByteString data) {
        return Entry.newBuilder().setTerm(2).setIndex(9).setData(data).build();
    }
}
