package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.StorageException;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link LogStoreProvider} does, tried on a {@link FaultVfs}. A subclass says which provider. */
public abstract class LogStoreContract {
    private static final MemberIdentity OWNER = new MemberIdentity(0x8e9e05c52164694dL, 0xcdf818194e3a8c32L);
    private static final Path FOLDER = Path.of("/data/member/wal");
    private static final ConfState ONE_VOTER = ConfState.newBuilder().addVoters(7).build();

    private final FaultVfs disk = new FaultVfs();

    /** For subclasses, which a test engine makes. */
    protected LogStoreContract() {}

    /** The provider under test. It must run nothing on threads of its own. */
    protected abstract LogStoreProvider provider();

    private static LogStoreProvider.Options options(FaultVfs on) {
        return new LogStoreProvider.Options(on, FOLDER, 8192, 2, true);
    }

    private LogStore created() {
        return provider().create(options(disk), OWNER);
    }

    private LogRecovery afterPowerLoss() {
        return provider().open(options(disk.reboot(Survival.SYNCED_ONLY, 1)));
    }

    private static HardState state(long term, long commit) {
        return HardState.newBuilder().setTerm(term).setVote(7).setCommit(commit).build();
    }

    private static HardState unchanged() {
        return HardState.getDefaultInstance();
    }

    private static List<Entry> entries(long term, long from, long to, int bytes) {
        List<Entry> entries = new ArrayList<>();
        for (long index = from; index <= to; index++) {
            byte[] data = new byte[bytes];
            Arrays.fill(data, (byte) index);
            entries.add(Entry.newBuilder()
                    .setTerm(term)
                    .setIndex(index)
                    .setData(ByteString.copyFrom(data))
                    .build());
        }
        return entries;
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        List<T> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    @Test
    void thereIsALogOnceItWasCreated() {
        assertFalse(provider().exists(options(disk)));
        created().close();
        assertTrue(provider().exists(options(disk)));
        assertThrows(StorageException.class, this::created);
    }

    @Test
    void whereThereIsNoneNoneIsOpened() {
        assertThrows(StorageException.class, () -> provider().open(options(disk)));
    }

    @Test
    void aNewLogIsDurableAndEmpty() {
        created();
        LogRecovery found = afterPowerLoss();
        assertEquals(OWNER, found.owner());
        assertEquals(unchanged(), found.hardState());
        assertEquals(Applied.NONE, found.start());
        assertEquals(List.of(), found.entries());
        assertEquals(LogRecovery.Tail.CLEAN, found.tail());
    }

    @Test
    void whatWasSyncedIsFoundAndNothingElse() {
        LogStore log = created();
        log.append(state(1, 2), entries(1, 1, 3, 100));
        log.sync();
        log.append(state(1, 4), entries(1, 4, 4, 100));
        LogRecovery found = afterPowerLoss();
        assertEquals(entries(1, 1, 3, 100), found.entries());
        assertEquals(state(1, 2), found.hardState());
    }

    @Test
    void closeSyncs() {
        LogStore log = created();
        log.append(state(1, 0), entries(1, 1, 1, 10));
        log.close();
        log.close();
        assertEquals(entries(1, 1, 1, 10), afterPowerLoss().entries());
        assertThrows(StorageException.class, log::sync);
    }

    @Test
    void aLaterEntryReplacesThoseFromItsIndexOn() {
        LogStore log = created();
        log.append(state(1, 1), entries(1, 1, 5, 10));
        log.append(state(2, 1), entries(2, 3, 3, 10));
        log.sync();
        assertEquals(join(entries(1, 1, 2, 10), entries(2, 3, 3, 10)), afterPowerLoss().entries());
    }

    @Test
    void gapsAreRefusedAndLeaveTheLogUsable() {
        LogStore log = created();
        log.append(state(1, 0), entries(1, 1, 2, 10));
        assertThrows(IllegalArgumentException.class, () -> log.append(unchanged(), entries(1, 4, 4, 10)));
        List<Entry> holed = join(entries(1, 3, 3, 10), entries(1, 5, 5, 10));
        assertThrows(IllegalArgumentException.class, () -> log.append(unchanged(), holed));
        log.append(unchanged(), entries(1, 3, 3, 10));
        log.sync();
        assertEquals(entries(1, 1, 3, 10), afterPowerLoss().entries());
    }

    @Test
    void aLogSpansSegmentsAndGoesOnAfterEachOpening() {
        LogStore log = created();
        log.append(state(1, 0), entries(1, 1, 1, 20_000));
        log.sync();
        for (int index = 2; index <= 40; index++) {
            log.append(unchanged(), entries(1, index, index, 500));
            log.sync();
            if (index % 10 == 0) {
                log.close();
                log = provider().open(options(disk)).log();
            }
        }
        List<Entry> all = join(entries(1, 1, 1, 20_000), entries(1, 2, 40, 500));
        assertEquals(all, afterPowerLoss().entries());
    }

    @Test
    void aLogOpensAtItsNewestSnapshot() {
        LogStore log = created();
        log.append(state(1, 5), entries(1, 1, 8, 10));
        log.saveSnapshot(new Applied(3, 1), ConfState.getDefaultInstance());
        log.saveSnapshot(new Applied(5, 1), ONE_VOTER);
        LogRecovery found = afterPowerLoss();
        assertEquals(new Applied(5, 1), found.start());
        assertEquals(ONE_VOTER, found.confState());
        assertEquals(entries(1, 6, 8, 10), found.entries());
    }

    @Test
    void aReceivedSnapshotTakesThePlaceOfAllEntries() {
        LogStore log = created();
        log.append(state(1, 5), entries(1, 1, 8, 10));
        log.saveSnapshot(new Applied(100, 3), ONE_VOTER);
        log.append(state(3, 101), entries(3, 101, 102, 10));
        log.sync();
        LogRecovery found = afterPowerLoss();
        assertEquals(new Applied(100, 3), found.start());
        assertEquals(entries(3, 101, 102, 10), found.entries());
        assertEquals(state(3, 101), found.hardState());
    }

    @Test
    void aReceivedSnapshotIsFoundThoughNoHardStateFollowed() {
        LogStore log = created();
        log.append(state(1, 5), entries(1, 1, 8, 10));
        log.saveSnapshot(new Applied(100, 3), ONE_VOTER);
        LogRecovery found = afterPowerLoss();
        assertEquals(new Applied(100, 3), found.start());
        assertEquals(List.of(), found.entries());
        assertEquals(100, found.hardState().getCommit());
    }

    @Test
    void releaseMakesRoomAndKeepsWhatIsAbove() {
        LogStore log = created();
        log.append(state(1, 60), entries(1, 1, 60, 500));
        log.sync();
        for (int index = 61; index <= 120; index++) {
            log.append(state(1, index), entries(1, index, index, 500));
            log.sync();
        }
        int before = disk.files().size();
        log.saveSnapshot(new Applied(118, 1), ONE_VOTER);
        log.release(118);
        assertTrue(disk.files().size() < before, "files: " + disk.files());
        LogRecovery found = afterPowerLoss();
        assertEquals(new Applied(118, 1), found.start());
        assertEquals(entries(1, 119, 120, 500), found.entries());
    }

    @Test
    void releaseBeyondTheSnapshotIsRefused() {
        LogStore log = created();
        log.append(state(1, 5), entries(1, 1, 8, 10));
        log.saveSnapshot(new Applied(3, 1), ONE_VOTER);
        assertThrows(IllegalArgumentException.class, () -> log.release(4));
    }

    @Test
    void afterAFailedSyncTheLogIsNotUsed() {
        LogStore log = created();
        log.append(state(1, 0), entries(1, 1, 1, 10));
        disk.files().forEach(disk::failSyncsOf);
        assertThrows(StorageException.class, log::sync);
        assertThrows(StorageException.class, log::sync);
        assertThrows(StorageException.class, () -> log.append(unchanged(), entries(1, 2, 2, 10)));
        log.close();
        assertEquals(List.of(), afterPowerLoss().entries());
    }

    @Test
    void aFullDiskIsReportedAndNothingSyncedIsLost() {
        LogStore log = created();
        log.append(state(1, 0), entries(1, 1, 3, 100));
        log.sync();
        disk.limitSpaceTo(2000);
        assertThrows(StorageException.class, () -> log.append(unchanged(), entries(1, 4, 4, 50_000)));
        assertEquals(entries(1, 1, 3, 100), afterPowerLoss().entries());
    }

    @Test
    void withoutSyncsTheLogIsFoundWhereTheMachineStayedUp() {
        LogStoreProvider.Options hasty = new LogStoreProvider.Options(disk, FOLDER, 8192, 2, false);
        LogStore log = provider().create(hasty, OWNER);
        for (int index = 1; index <= 60; index++) {
            log.append(state(1, index), entries(1, index, index, 500));
            log.sync();
        }
        FaultVfs later = disk.reboot(Survival.EVERYTHING, 1);
        assertEquals(entries(1, 1, 60, 500), provider().open(options(later)).entries());
    }
}
