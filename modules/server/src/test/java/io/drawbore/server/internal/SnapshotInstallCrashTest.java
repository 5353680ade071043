package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Counter;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.api.WriteTx;
import io.drawbore.backend.sqlite.internal.SqlitePlugin;
import io.drawbore.membership.Member;
import io.drawbore.membership.Membership;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.testkit.DiskStoppedException;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.testkit.MemoryDisk;
import io.drawbore.testkit.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member's power goes at each step of its disk while a snapshot comes and is installed. Whatever survives, it starts
 * again, has what it said it had, and goes on.
 */
class SnapshotInstallCrashTest {
    private static final Path SNAPSHOT = Path.of("/leader/snapshot");
    private static final Applied AT = new Applied(40, InstallingMember.TERM);

    private byte[] file = {};
    private Message message = Message.getDefaultInstance();

    /** What a member's machine holds. */
    private record Machine(FaultVfs disk, MemoryDisk store) implements BackendProvider {
        @Override
        public String name() {
            return new MemoryBackendProvider().name();
        }

        @Override
        public Backend open(Options options) {
            return store.open(options.maxViews());
        }

        Machine losePower(Survival survival, long seed, boolean keepsCommits) {
            int lost = keepsCommits ? 0 : store.unsyncedCommits();
            return new Machine(disk.reboot(survival, seed), store.afterLossOf(lost));
        }
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /** The leader's store: the key has its value since entry 40. */
    @BeforeEach
    void writeSnapshot() throws IOException {
        FaultVfs disk = new FaultVfs();
        disk.createFolder(SNAPSHOT.getParent());
        try (Backend leader = new MemoryDisk().open(2)) {
            try (WriteTx tx = leader.begin()) {
                tx.put(KeyRow.put(new Revision(20, 0), bytes("k"), 2, 19, 0, bytes("installed")));
                tx.set(Counter.REVISION, 20);
                for (long id : new long[] {InstallingMember.LEADER, InstallingMember.SELF}) {
                    Member member = new Member(id, List.of("http://" + id + ":2380"), false, "m" + id, List.of());
                    tx.put(Table.MEMBER, bytes(Long.toHexString(id)), member.toJson());
                }
                tx.commit(AT);
            }
            try (ReadTx view = leader.read();
                    VfsFile into = disk.open(SNAPSHOT, Vfs.Mode.CREATE)) {
                EtcdSnapshot.write(view, into, SNAPSHOT);
                message = Message.newBuilder()
                        .setType(MessageType.MsgSnap)
                        .setFrom(InstallingMember.LEADER)
                        .setTo(InstallingMember.SELF)
                        .setTerm(InstallingMember.TERM)
                        .setSnapshot(Snapshot.newBuilder()
                                .setMetadata(SnapshotMetadata.newBuilder()
                                        .setIndex(AT.index())
                                        .setTerm(AT.term())
                                        .setConfState(Membership.confState(view))))
                        .build();
            }
        }
        file = disk.bytes(SNAPSHOT);
    }

    /** A member with a log that went another way: entries up to 45 of a term that nobody committed. */
    private Machine withAnotherLog() {
        Machine machine = new Machine(new FaultVfs(), new MemoryDisk());
        InstallingMember member = new InstallingMember(machine.disk, machine, 1);
        Applied last = Applied.NONE;
        for (int i = 1; i <= 45; i++) {
            member.append(last, 2, 10, "old");
            last = new Applied(i, 2);
        }
        assertEquals("old", member.value());
        member.die();
        return machine.losePower(Survival.EVERYTHING, 1, true);
    }

    private static Machine withoutAnything() {
        return new Machine(new FaultVfs(), new MemoryDisk());
    }

    @Test
    void aNewMemberGetsItsStateAndGoesOn() throws IOException {
        goesOn(withoutAnything(), 1);
    }

    @Test
    void aMemberWhoseLogWentAnotherWayGetsTheStateAndGoesOn() throws IOException {
        goesOn(withAnotherLog(), 2);
    }

    @Test
    void theSqliteStoreTakesItToo(@TempDir Path folder) throws IOException {
        BackendProvider sqlite = new SqlitePlugin().backends().getFirst();
        BackendProvider inFolder = new BackendProvider() {
            @Override
            public String name() {
                return sqlite.name();
            }

            @Override
            public Backend open(Options options) {
                return sqlite.open(new Options(folder, options.maxViews()));
            }
        };
        FaultVfs disk = new FaultVfs();
        InstallingMember member = new InstallingMember(disk, inFolder, 1);
        member.append(Applied.NONE, 2, 1, "before");
        assertEquals("before", member.value());
        member.install(message, file).join();
        assertEquals("installed", member.value());
        member.server().close();
        InstallingMember again = new InstallingMember(disk, inFolder, 2);
        assertEquals("installed", again.value());
        again.append(AT, InstallingMember.TERM, AT.index() + 1, "next");
        assertEquals("next", again.value());
        again.server().close();
    }

    /** Installs, or sees that it is installed, applies one entry more, and starts again with both. */
    private void goesOn(Machine machine, int life) throws IOException {
        InstallingMember member = new InstallingMember(machine.disk, machine, life);
        member.install(message, file).join();
        assertFalse(member.server().failed().isDone());
        assertEquals("installed", member.value());
        assertEquals(AT.index(), member.acknowledged());
        member.append(AT, InstallingMember.TERM, AT.index() + 1, "next");
        assertEquals(AT.index() + 1, member.acknowledged());
        assertEquals("next", member.value());
        member.die();
        Machine after = machine.losePower(Survival.SYNCED_ONLY, life, false);
        InstallingMember again = new InstallingMember(after.disk, after, life + 1);
        assertEquals("next", again.value());
        again.append(new Applied(AT.index() + 1, AT.term()), InstallingMember.TERM, AT.index() + 2, "last");
        assertEquals("last", again.value());
        again.die();
    }

    @Test
    void aNewMemberMayStopAtAnyStep() throws IOException {
        stopsAtEachStep(withoutAnything(), 1, 1);
    }

    @Test
    void aMemberWhoseLogWentAnotherWayMayStopAtAnyStep() throws IOException {
        stopsAtEachStep(withAnotherLog(), 2, 1);
    }

    @Test
    @Tag("full")
    void whateverSurvives() throws IOException {
        stopsAtEachStep(withoutAnything(), 1, Survival.values().length);
        stopsAtEachStep(withAnotherLog(), 2, Survival.values().length);
    }

    private void stopsAtEachStep(Machine before, int life, int rules) throws IOException {
        int withoutAck = 0;
        int withAck = 0;
        boolean stopped = true;
        for (long step = 1; stopped; step++) {
            for (int rule = 0; rule < rules; rule++) {
                Survival survival = Survival.values()[(int) (step + rule) % Survival.values().length];
                Machine machine = before.losePower(Survival.EVERYTHING, 1, true);
                machine.disk.stopAt(step);
                long acknowledged = install(machine, life);
                stopped = acknowledged < AT.index();
                withAck += stopped ? 0 : 1;
                withoutAck += stopped ? 1 : 0;
                for (boolean keepsCommits : new boolean[] {true, false}) {
                    Machine after = machine.losePower(survival, step, keepsCommits);
                    judge(after, life + 1, acknowledged, "step " + step + " " + survival + " " + keepsCommits);
                }
            }
        }
        assertTrue(withoutAck > 0 && withAck > 0);
    }

    @Test
    void theStartThatBringsTheLogForwardMayStopToo() throws IOException {
        Machine before = withAnotherLog();
        int broughtForward = 0;
        for (long step = 1; broughtForward == 0; step++) {
            Machine machine = before.losePower(Survival.EVERYTHING, 1, true);
            machine.disk.stopAt(step);
            long acknowledged = install(machine, 2);
            assertTrue(acknowledged < AT.index(), "no step left the store ahead of its log");
            Machine found = machine.losePower(Survival.SYNCED_ONLY, step, false);
            if (isInstalled(found)) {
                broughtForward += stopsAtEachStart(found);
            }
        }
    }

    private static boolean isInstalled(Machine machine) {
        try (Backend store = machine.store.open(1);
                ReadTx view = store.read()) {
            return view.applied().equals(AT);
        }
    }

    private int stopsAtEachStart(Machine found) throws IOException {
        int stops = 0;
        boolean stopped = true;
        for (long step = 1; stopped; step++) {
            Machine machine = found.losePower(Survival.EVERYTHING, 1, true);
            machine.disk.stopAt(step);
            try {
                InstallingMember member = new InstallingMember(machine.disk, machine, 3);
                stopped = member.server().failed().isDone();
                member.die();
            } catch (DiskStoppedException e) {
                stops++;
            }
            goesOn(machine.losePower(Survival.values()[(int) step % Survival.values().length], step, false), 4);
        }
        return stops;
    }

    /** Installs until the disk stops; answers what the member acknowledged. */
    private long install(Machine machine, int life) throws IOException {
        InstallingMember member;
        try {
            member = new InstallingMember(machine.disk, machine, life);
        } catch (DiskStoppedException e) {
            return 0;
        }
        try {
            var _ = member.install(message, file);
        } catch (DiskStoppedException e) {
            // while the file came in
        }
        member.pass();
        member.die();
        return member.acknowledged();
    }

    private void judge(Machine machine, int life, long acknowledged, String what) throws IOException {
        InstallingMember member = new InstallingMember(machine.disk, machine, life);
        if (acknowledged >= AT.index()) {
            assertEquals("installed", member.value(), what);
        }
        member.die();
        machine.store.kill();
        goesOn(machine, life + 1);
    }
}
