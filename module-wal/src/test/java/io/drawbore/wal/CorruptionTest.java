package io.drawbore.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A log that lost what had been durable is refused, or its tail is called unsafe; it never opens as if nothing were
 * amiss.
 */
class CorruptionTest {
    private static final Path FOLDER = Path.of("/data/member/wal");
    private static final Path PERSIST = FOLDER.resolve("drawbore.persist");
    private static final LogStoreProvider LOGS = new EtcdLogs(Runnable::run);

    private final FaultVfs disk = new FaultVfs();
    private LogStore log;
    /** Where the last batch begins in the last segment. */
    private long lastBatchAt;

    private static LogStoreProvider.Options options(FaultVfs on) {
        return new LogStoreProvider.Options(on, FOLDER, 4096, 0, true);
    }

    /** Two segments and a bit, eleven batches, a snapshot in the first segment. */
    @BeforeEach
    void writeALog() throws IOException {
        log = LOGS.create(options(disk), new MemberIdentity(7, 9));
        for (long index = 1; index <= 10; index++) {
            append(index);
            if (index == 3) {
                log.saveSnapshot(new Applied(2, 1), ConfState.newBuilder().addVoters(7).build());
            }
        }
        lastBatchAt = end(lastSegment(disk));
        append(11);
    }

    private void append(long index) {
        byte[] data = new byte[1000];
        new Random(index).nextBytes(data);
        Entry entry = Entry.newBuilder()
                .setTerm(1)
                .setIndex(index)
                .setData(ByteString.copyFrom(data))
                .build();
        HardState state = HardState.newBuilder().setTerm(1).setVote(7).setCommit(index - 1).build();
        log.append(state, List.of(entry));
        log.sync();
    }

    private static Path lastSegment(FaultVfs on) {
        return on.files().stream().filter(file -> file.toString().endsWith(".wal")).toList().getLast();
    }

    private long end(Path file) throws IOException {
        byte[] bytes = disk.bytes(file);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return (end + 7) / 8 * 8;
    }

    private static void overwrite(FaultVfs on, Path file, byte[] with, long at) throws IOException {
        try (VfsFile open = on.open(file, Vfs.Mode.READ_WRITE)) {
            open.write(ByteBuffer.wrap(with), at);
            open.sync();
        }
    }

    private static LogModel.State state(FaultVfs on) {
        return LogModel.State.of(LOGS.open(options(on)));
    }

    /** The power went right after the last sync: the persist record lags by some batches. */
    private FaultVfs afterPowerLoss() {
        return disk.reboot(Survival.SYNCED_ONLY, 1);
    }

    private static CorruptionException refused(FaultVfs on) {
        CorruptionException refusal = assertThrows(CorruptionException.class, () -> LOGS.open(options(on)));
        assertTrue(refusal.getMessage().contains(".wal: the log is corrupt at offset "), refusal.getMessage());
        return refusal;
    }

    @Test
    void aFlippedBitInADurableLogIsRefusedOrChangesNothing() throws IOException {
        flipEveryByte(11);
    }

    @Tag("full")
    @Test
    void aFlippedBitAnywhereInADurableLogIsRefusedOrChangesNothing() throws IOException {
        flipEveryByte(1);
    }

    private void flipEveryByte(int stride) throws IOException {
        log.close();
        LogModel.State whole = state(disk.reboot(Survival.EVERYTHING, 1));
        int refusals = 0;
        for (Path file : disk.files()) {
            int size = disk.bytes(file).length;
            for (int offset = 0; offset < size; offset += stride) {
                disk.flipBit(file, offset, offset % 8);
                refusals += judge(disk.reboot(Survival.EVERYTHING, 1), file, offset, whole);
                disk.flipBit(file, offset, offset % 8);
            }
        }
        assertTrue(refusals > 11_000 / stride, "refusals: " + refusals);
    }

    private static int judge(FaultVfs on, Path file, int offset, LogModel.State whole) throws IOException {
        byte[] before = on.bytes(file);
        try {
            assertEquals(whole, state(on), file + " flipped at " + offset);
            return 0;
        } catch (CorruptionException e) {
            assertTrue(Arrays.equals(before, on.bytes(file)), "changed: " + file);
            String told = e.getMessage().replaceAll(".*offset (\\d+):.*", "$1");
            Path named = Path.of(e.getMessage().replaceAll("^(.*\\.wal): .*", "$1"));
            // the first checksum of all has none before it to be held against: the record behind it tells
            long reach = Math.max(offset, 16);
            assertTrue(!named.equals(file) || Long.parseLong(told) <= reach, e.getMessage() + " but at " + offset);
            return 1;
        }
    }

    @Test
    void aFlippedBitInABatchThatAnotherFollowsIsRefusedThoughThePersistRecordLags() throws IOException {
        Path last = lastSegment(disk);
        LogModel.State whole = state(afterPowerLoss());
        int refusals = 0;
        for (int offset = 0; offset < lastBatchAt; offset += 7) {
            FaultVfs found = afterPowerLoss();
            found.flipBit(last, offset, 3);
            refusals += judge(found, last, offset, whole);
        }
        assertTrue(refusals > lastBatchAt / 7 - 20, "refusals: " + refusals);
    }

    @Test
    void aFlippedBitInTheLastBatchMakesTheTailUnsafe() throws IOException {
        Path last = lastSegment(disk);
        int unsafe = 0;
        // behind the mark, whose loss looks like that of the sector before it
        for (int offset = (int) lastBatchAt + 40; offset < lastBatchAt + 900; offset += 13) {
            FaultVfs found = afterPowerLoss();
            found.flipBit(last, offset, 3);
            LogRecovery recovery = LOGS.open(options(found));
            assertEquals(LogRecovery.Tail.UNSAFE, recovery.tail(), "at " + offset);
            assertEquals(10, recovery.entries().getLast().getIndex());
            unsafe++;
        }
        assertTrue(unsafe > 60);
    }

    @Test
    void aZeroedSectorInSyncedBatchesIsRefusedThoughEtcdWouldCutThemOff() throws IOException {
        FaultVfs found = afterPowerLoss();
        overwrite(found, lastSegment(found), new byte[512], 512);
        refused(found);
    }

    @Test
    void aTailThatVanishedIsRefusedWhereThePersistRecordReachesFurther() throws IOException {
        log.close();
        FaultVfs found = disk.reboot(Survival.EVERYTHING, 1);
        byte[] bytes = found.bytes(lastSegment(found));
        overwrite(found, lastSegment(found), new byte[(int) (bytes.length - lastBatchAt)], lastBatchAt);
        CorruptionException refusal = refused(found);
        assertTrue(refusal.getMessage().contains("offset " + lastBatchAt + ":"), refusal.getMessage());
    }

    @Test
    void aHoleInALastBatchThatWasNeverReportedIsTorn() throws IOException {
        FaultVfs found = afterPowerLoss();
        overwrite(found, lastSegment(found), new byte[512], (lastBatchAt / 512 + 1) * 512);
        LogRecovery recovery = LOGS.open(options(found));
        assertEquals(LogRecovery.Tail.TORN, recovery.tail());
        assertEquals(10, recovery.entries().getLast().getIndex());
    }

    @Test
    void aMissingSegmentIsRefused() throws IOException {
        log.close();
        FaultVfs found = disk.reboot(Survival.EVERYTHING, 1);
        Path second = found.files().stream().filter(file -> file.toString().endsWith(".wal")).toList().get(1);
        found.delete(second);
        refused(found);
    }

    @Test
    void aLogThatIsNotTheOneOfThePersistRecordIsRefused() throws IOException {
        log.close();
        FaultVfs found = disk.reboot(Survival.EVERYTHING, 1);
        FaultVfs other = new FaultVfs();
        LogStore foreign = LOGS.create(options(other), new MemberIdentity(7, 9));
        for (int size = 0; size < 40; size++) {
            Entry entry = Entry.newBuilder().setTerm(1).setIndex(size + 1L)
                    .setData(ByteString.copyFrom(new byte[300])).build();
            foreign.append(HardState.newBuilder().setTerm(1).build(), List.of(entry));
            foreign.sync();
        }
        foreign.close();
        byte[] record = found.bytes(PERSIST);
        overwrite(other, PERSIST, record, 0);
        assertTrue(refused(other).getMessage().contains("delete drawbore.persist"));
        other.delete(PERSIST);
        assertEquals(40, LOGS.open(options(other)).entries().size());
    }

    @Test
    void withoutAPersistRecordABadTailIsUnsafeUntilSomeoneSaysOtherwise() throws IOException {
        FaultVfs found = afterPowerLoss();
        overwrite(found, PERSIST, new byte[8192], 0);
        overwrite(found, lastSegment(found), new byte[512], (lastBatchAt / 512 + 1) * 512);
        assertEquals(LogRecovery.Tail.UNSAFE, LOGS.open(options(found)).tail());
        FaultVfs later = found.reboot(Survival.SYNCED_ONLY, 1);
        LogRecovery again = LOGS.open(options(later));
        assertEquals(LogRecovery.Tail.UNSAFE, again.tail());
        again.log().declareTailSafe();
        assertEquals(LogRecovery.Tail.CLEAN, LOGS.open(options(later.reboot(Survival.SYNCED_ONLY, 1))).tail());
    }

    @Test
    void aDiskThatCannotReadIsReportedAndIsNoCorruption() {
        log.close();
        disk.failReadsOf(lastSegment(disk));
        StorageException failure = assertThrows(StorageException.class, () -> LOGS.open(options(disk)));
        assertTrue(!(failure instanceof CorruptionException), failure.getMessage());
    }
}
