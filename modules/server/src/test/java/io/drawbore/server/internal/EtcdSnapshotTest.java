package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Counter;
import io.drawbore.api.KeyRow;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.api.WriteTx;
import io.drawbore.apply.Applier;
import io.drawbore.auth.AuthTables;
import io.drawbore.lease.LeaseTable;
import io.drawbore.lease.Leases;
import io.drawbore.membership.Member;
import io.drawbore.membership.StorageVersion;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.authpb.Role;
import io.drawbore.proto.authpb.User;
import io.drawbore.proto.etcdserverpb.AlarmMember;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.leasepb.Lease;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.server.EtcdVersion;
import io.drawbore.server.MemberSnapshot;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store as an etcd's file, and the file as a store. */
class EtcdSnapshotTest {
    private static final Path FOLDER = Path.of("/files");
    private static final long LEASE = 0x5feda1fe57d74007L;
    private static final Applied AT = new Applied(900, 7);

    private final FaultVfs disk = new FaultVfs();
    private final Backend store = open("one");

    @BeforeEach
    void makeFolder() throws IOException {
        disk.createFolder(FOLDER);
        fill();
    }

    private static Backend open(String name) {
        return new MemoryBackendProvider().open(new BackendProvider.Options(Path.of(name), 8));
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /** History with a compaction under way, and something in every table. */
    private void fill() {
        try (WriteTx tx = store.begin()) {
            for (int main = 5; main < 400; main++) {
                ByteString key = bytes("k" + main % 90);
                boolean gone = main % 37 == 0;
                tx.put(gone
                        ? KeyRow.tombstone(new Revision(main, 0), key)
                        : KeyRow.put(new Revision(main, 0), key, 2, 1 + main / 90, LEASE, bytes("v" + main)));
                tx.put(KeyRow.put(new Revision(main, 1), bytes("other" + main), main, 1, 0, ByteString.EMPTY));
            }
            tx.set(Counter.REVISION, 399);
            tx.set(Counter.COMPACT_REVISION, 200);
            tx.set(Counter.FINISHED_COMPACT_REVISION, 100);
            tx.put(Table.LEASE, LeaseTable.key(LEASE),
                    LeaseTable.value(Lease.newBuilder().setID(LEASE).setTTL(60).setRemainingTTL(9).build()));
            tx.put(Table.ALARM,
                    AlarmMember.newBuilder().setMemberID(8).setAlarm(AlarmType.NOSPACE).build().toByteString(),
                    ByteString.EMPTY);
            tx.put(Table.CLUSTER, bytes("clusterVersion"), bytes("3.7.0"));
            tx.put(Table.CLUSTER, bytes("downgrade"), bytes("{\"target-version\":\"3.6.0\",\"enabled\":true}"));
            member(tx, 0x8e9e05c52164694dL, false);
            member(tx, 9, true);
            tx.put(Table.AUTH, AuthTables.ENABLED, AuthTables.flag(true));
            tx.put(Table.AUTH, AuthTables.REVISION, AuthTables.number(7));
            User root = User.newBuilder().setName(bytes("root")).addRoles("root").build();
            tx.put(Table.AUTH_USER, root.getName(), root.toByteString());
            Role role = Role.newBuilder().setName(bytes("reader")).build();
            tx.put(Table.AUTH_ROLE, role.getName(), role.toByteString());
            tx.put(Table.MEMBER_REMOVED, bytes("1f"), bytes("removed"));
            tx.commit(AT);
        }
    }

    private static void member(WriteTx tx, long id, boolean learner) {
        Member member = new Member(id, List.of("http://" + id + ":2380"), learner, "m" + id, List.of());
        tx.put(Table.MEMBER, bytes(Long.toHexString(id)), member.toJson());
    }

    private Path write(Backend from, String name) throws IOException {
        Path path = FOLDER.resolve(name);
        try (ReadTx view = from.read();
                VfsFile file = disk.open(path, Vfs.Mode.CREATE)) {
            EtcdSnapshot.write(view, file, path);
        }
        return path;
    }

    private static Message message(Applied at, Long... voters) {
        ConfState confState = ConfState.newBuilder().addAllVoters(List.of(voters)).addLearners(9).build();
        return Message.newBuilder()
                .setType(MessageType.MsgSnap)
                .setSnapshot(Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder()
                                .setIndex(at.index())
                                .setTerm(at.term())
                                .setConfState(confState)))
                .build();
    }

    private static int hash(Backend store) {
        try (ReadTx view = store.read()) {
            return StoreHash.of(view);
        }
    }

    @Test
    void whatIsWrittenAndReadAndWrittenAgainIsTheSame() throws IOException {
        Path first = write(store, "first");
        Backend other = open("two");
        Keyspace keyspace = Keyspace.load(other);
        Leases leases;
        try (ReadTx view = other.read()) {
            leases = Leases.load(view, 1);
        }
        Applier applier = new Applier(other, keyspace, leases);
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(disk, first)) {
            reader.verify(EtcdVersion.NEWEST.minor());
            applier.install(reader);
        }
        assertEquals(hash(store), hash(other));
        assertArrayEquals(disk.bytes(first), disk.bytes(write(other, "second")));
        assertEquals(Keyspace.load(store).hash(0), keyspace.hash(0));
        assertEquals(Keyspace.load(store).hash(200), keyspace.hash(200));
        assertEquals(Keyspace.load(store).keys(), keyspace.keys());
        assertTrue(leases.exists(LEASE));
        assertTrue(applier.alarms().raised(AlarmType.NOSPACE, 8));
        assertTrue(applier.auth().enabled());
        assertEquals(7, applier.auth().revision());
        assertTrue(keyspace.compactionDue());
        try (ReadTx view = other.read()) {
            assertTrue(view.digest().isAnchor());
            assertEquals(AT.index(), view.digest().index());
            assertNotEquals(0, view.digest().tables());
        }
    }

    @Test
    void aStoreWithoutUsersIsTheSameAsAnotherMembers() throws IOException {
        Backend plain = open("plain");
        try (WriteTx tx = plain.begin()) {
            tx.commit(AT);
        }
        Path file = write(plain, "plain");
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(disk, file)) {
            reader.values((table, _, _) -> assertNotEquals(Table.AUTH, table));
        }
    }

    @Test
    void aFileThatIsWhatItsMessageSaysIsTaken() throws IOException {
        Path file = write(store, "file");
        SnapshotReceiver.verify(
                disk,
                new MemberSnapshot(message(AT, 0x8e9e05c52164694dL), file, ByteString.EMPTY),
                EtcdVersion.NEWEST.minor());
    }

    @Test
    void aFileThatIsNotIsRefused() throws IOException {
        Path file = write(store, "file");
        refused("it holds 900/7", message(new Applied(901, 7), 0x8e9e05c52164694dL), file, ByteString.EMPTY);
        refused("its members are not", message(AT, 5L), file, ByteString.EMPTY);
        refused("its SHA-256", message(AT, 0x8e9e05c52164694dL), file, bytes("x".repeat(32)));
    }

    @Test
    void aFileCutOffAnywhereIsRefused() throws IOException {
        Path file = write(store, "file");
        long size = disk.bytes(file).length;
        for (long left = size - 4_096; left >= 0; left -= 4_096) {
            try (VfsFile open = disk.open(file, Vfs.Mode.READ_WRITE)) {
                open.truncate(left);
            }
            refused("", message(AT, 0x8e9e05c52164694dL), file, ByteString.EMPTY);
        }
    }

    /** What a store of 3.7 wrote is nothing for a member of 3.6, and one of 3.6 is for both. */
    @Test
    void aFileOfANewerStorageVersionIsRefused() throws IOException {
        for (MinorVersion version : List.of(new MinorVersion(3, 5), new MinorVersion(3, 6), new MinorVersion(3, 7))) {
            try (WriteTx tx = store.begin()) {
                StorageVersion.record(tx, version);
                tx.commitUnchanged();
            }
            Path file = write(store, "of" + version);
            for (String own : List.of("3.6", "3.7")) {
                try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(disk, file)) {
                    MinorVersion newest = EtcdVersion.of(own).minor();
                    if (version.compareTo(newest) <= 0) {
                        assertDoesNotThrow(() -> reader.verify(newest));
                    } else {
                        String refusal =
                                assertThrows(StorageException.class, () -> reader.verify(newest)).getMessage();
                        assertTrue(refusal.contains("its storage version is 3.7.0, the newest known here is 3.6.0"));
                    }
                }
            }
        }
    }

    private void refused(String reason, Message message, Path file, ByteString sha256) {
        StorageException refusal = assertThrows(
                StorageException.class,
                () -> SnapshotReceiver.verify(
                        disk, new MemberSnapshot(message, file, sha256), EtcdVersion.NEWEST.minor()));
        assertTrue(refusal.getMessage().contains(reason), refusal::getMessage);
    }
}
