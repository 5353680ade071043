package io.drawbore.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import io.drawbore.testkit.DiskStoppedException;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.Survival;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The power goes at every step of a scripted life of a log, and under every rule of what survives. */
class CrashSweepTest {
    private static final Path FOLDER = Path.of("/data/member/wal");
    private static final MemberIdentity OWNER = new MemberIdentity(7, 9);
    private static final ConfState ONE_VOTER = ConfState.newBuilder().addVoters(7).build();
    private static final LogStoreProvider LOGS = new EtcdLogs(Runnable::run);

    /** One life of a log, told to the disk and to the model alike. */
    private static final class Life {
        private final LogModel model;
        private final LogStoreProvider.Options options;
        private LogStore log;
        private long term = 1;

        Life(FaultVfs disk, LogModel model) {
            this.model = model;
            this.options = options(disk);
            this.log = LOGS.create(options, OWNER);
        }

        void append(long from, long to, int bytes, long commit) {
            List<Entry> entries = new ArrayList<>();
            LogModel.State state = model.latest();
            for (long index = from; index <= to; index++) {
                Entry entry = entry(term, index, bytes);
                entries.add(entry);
                state = state.with(entry);
                model.writes(state);
            }
            HardState hardState = HardState.newBuilder()
                    .setTerm(term)
                    .setVote(7)
                    .setCommit(commit)
                    .build();
            model.writes(state.with(hardState));
            log.append(hardState, entries);
        }

        void sync() {
            log.sync();
            model.synced();
        }

        void snapshot(long index, long ofTerm) {
            LogModel.State state = model.latest();
            if (state.hardState().getCommit() < index) {
                HardState covering = state.hardState().toBuilder().setCommit(index).build();
                model.writes(state.with(new Applied(index, ofTerm)).with(covering));
            } else {
                model.writes(state.with(new Applied(index, ofTerm)));
            }
            log.saveSnapshot(new Applied(index, ofTerm), ONE_VOTER);
            model.synced();
            log.release(index);
        }

        void reopen() {
            log.close();
            model.synced();
            log = LOGS.open(options).log();
        }

        void live() {
            append(1, 1, 0, 0);
            sync();
            append(2, 6, 300, 1);
            append(7, 7, 40, 3);
            sync();
            append(8, 8, 9000, 7);
            sync();
            append(9, 12, 1000, 8);
            sync();
            term = 2;
            append(11, 13, 700, 10);
            sync();
            snapshot(9, 1);
            for (long index = 14; index < 34; index++) {
                append(index, index, (int) (index * 97 % 1500), index - 1);
                sync();
                if (index % 6 == 0) {
                    snapshot(index - 2, 2);
                }
            }
            append(34, 33, 0, 33);
            reopen();
            append(34, 50, 600, 40);
            sync();
            snapshot(200, 2);
            append(201, 210, 500, 205);
            sync();
            snapshot(205, 2);
            append(211, 211, 3000, 210);
            append(212, 214, 10, 211);
        }
    }

    private static LogStoreProvider.Options options(FaultVfs disk) {
        return new LogStoreProvider.Options(disk, FOLDER, 4096, 2, true);
    }

    private static Entry entry(long term, long index, int bytes) {
        byte[] data = new byte[bytes];
        if (index % 5 != 0) {
            new Random(index * 31 + term).nextBytes(data);
        }
        return Entry.newBuilder()
                .setTerm(term)
                .setIndex(index)
                .setData(ByteString.copyFrom(data))
                .build();
    }

    private static long stepsOfAWholeLife() {
        FaultVfs disk = new FaultVfs();
        new Life(disk, new LogModel()).live();
        return disk.steps();
    }

    @Test
    void theScriptCutsReleasesAndRecycles() {
        FaultVfs disk = new FaultVfs();
        new Life(disk, new LogModel()).live();
        List<String> files = disk.files().stream().map(file -> file.getFileName().toString()).toList();
        assertTrue(files.stream().noneMatch(file -> file.startsWith("0000000000000000-")), "released: " + files);
        assertTrue(files.stream().anyMatch(file -> file.startsWith("spare-")), "recycled: " + files);
    }

    @ParameterizedTest
    @EnumSource(Survival.class)
    void nothingSyncedIsLostAndNothingIsInvented(Survival survival) {
        sweep(survival, survival == Survival.SYNCED_ONLY || survival == Survival.EVERYTHING ? 1 : 3);
    }

    @Tag("full")
    @ParameterizedTest
    @EnumSource(value = Survival.class, names = {"ANY_SECTORS", "TORN_LAST_WRITE", "ZEROED_SECTORS"})
    void norUnderManyMoreSeeds(Survival survival) {
        sweep(survival, 20);
    }

    private static void sweep(Survival survival, int seeds) {
        long steps = stepsOfAWholeLife();
        for (long step = 1; step <= steps + 1; step++) {
            FaultVfs disk = new FaultVfs();
            disk.stopAt(step);
            LogModel model = new LogModel();
            try {
                new Life(disk, model).live();
            } catch (DiskStoppedException e) {
                // as planned
            }
            for (int seed = 0; seed < seeds; seed++) {
                String where = "step " + step + ", " + survival + ", seed " + seed;
                judge(disk.reboot(survival, step * 1000 + seed), model, where);
            }
        }
    }

    private static void judge(FaultVfs disk, LogModel model, String where) {
        if (!LOGS.exists(options(disk))) {
            assertEquals(LogModel.State.EMPTY, model.possible().getFirst(), where);
            LOGS.create(options(disk), OWNER).close();
        }
        LogModel.State found = open(disk, where);
        assertTrue(
                model.possible().contains(found), () -> where + ": found " + found + " of " + model.possible());
        goesOn(disk, found, where);
    }

    private static LogModel.State open(FaultVfs disk, String where) {
        try {
            LogRecovery recovery = LOGS.open(options(disk));
            assertNotEquals(LogRecovery.Tail.UNSAFE, recovery.tail(), where);
            assertEquals(OWNER, recovery.owner(), where);
            recovery.log().close();
            return LogModel.State.of(recovery);
        } catch (StorageException e) {
            throw new AssertionError(where + ": " + disk.files(), e);
        }
    }

    private static void goesOn(FaultVfs disk, LogModel.State found, String where) {
        LogStore log = LOGS.open(options(disk)).log();
        LogModel.State expected = found;
        for (int more = 0; more < 3; more++) {
            Entry entry = entry(9, expected.lastIndex() + 1, 2500);
            log.append(HardState.getDefaultInstance(), List.of(entry));
            expected = expected.with(entry);
        }
        log.sync();
        assertEquals(expected, open(disk.reboot(Survival.SYNCED_ONLY, 1), where), where);
    }
}
