package io.drawbore.server;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drawbore.testkit.crash.CrashSweep;
import io.drawbore.testkit.crash.DiskEvent;
import io.drawbore.testkit.crash.DiskRecorder;
import io.drawbore.testkit.crash.DiskReplay;
import io.drawbore.testkit.crash.MemoryFolder;
import io.drawbore.wal.DiskVfs;
import io.drawbore.wal.EtcdLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member as shipped, log and store on a real disk, is stopped at the writes and syncs that both of them really make.
 * The record differs a little from run to run, as threads do, so it is kept where something is wrong; with its name,
 * the position, the stop and the seed of a violation as system properties the first test looks at nothing else.
 */
class RecordedMemberCrashTest {
    private static final long SEED = Long.getLong("drawbore.sweep.seed", 1);

    @TempDir(factory = MemoryFolder.class)
    private Path work;

    private int inspected;

    @BeforeEach
    void needsARecorder() {
        Optional<String> missing = DiskRecorder.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }

    @Test
    void nothingAcknowledgedIsLostAndNothingIsHalfApplied() throws Exception {
        String kept = System.getProperty("drawbore.sweep.record");
        if (kept != null) {
            assertEquals(Optional.empty(), again(Path.of(kept), Integer.getInteger("drawbore.sweep.requests")));
            return;
        }
        assertEquals(List.of(), sweep(RecordedMember.Store.SQLITE, 30, 10, 2));
        assertTrue(inspected > 100, "only " + inspected + " disks were looked at");
    }

    @Test
    @Tag("full")
    void norAtAnyWriteOrSync() throws Exception {
        assertEquals(List.of(), sweep(RecordedMember.Store.SQLITE, 50, 1, 1));
    }

    @Test
    void aStoreThatCommitsTheIndexBeforeTheEntryIsCaught() throws Exception {
        List<CrashSweep.Violation> violations = sweep(RecordedMember.Store.INDEX_FIRST, 8, 4, 1);
        assertTrue(
                violations.stream().anyMatch(violation -> violation.what().contains("is at revision")),
                violations::toString);
    }

    /** Looks once more at one stop of a record that was kept. */
    private Optional<String> again(Path record, int requests) throws IOException {
        DiskReplay replay = new DiskReplay();
        List<DiskEvent> events = DiskRecorder.events(record).subList(0, Integer.getInteger("drawbore.sweep.position"));
        events.forEach(replay::apply);
        List<String> marks = events.stream()
                .filter(DiskEvent.Marked.class::isInstance)
                .map(event -> ((DiskEvent.Marked) event).text())
                .toList();
        DiskReplay.Stop stop = DiskReplay.Stop.valueOf(System.getProperty("drawbore.sweep.stop"));
        long seed = Long.getLong("drawbore.sweep.cut");
        Path folder = Files.createDirectory(work.resolve("cut"));
        replay.materialise(folder, stop, new Random(seed));
        RecordedMember.Store store = RecordedMember.Store.SQLITE;
        return inspect(expected(requests), store, folder, new CrashSweep.Cut(events.size(), stop, seed, marks));
    }

    private UninterruptedRun expected(int requests) throws IOException {
        return UninterruptedRun.of(
                new CrashScript(SEED, requests), Files.createDirectory(work.resolve("uninterrupted")));
    }

    /** Looks at one in {@code everyCut} of the stops at all syncs and at every {@code everyWrite}-th write. */
    private List<CrashSweep.Violation> sweep(
            RecordedMember.Store store, int requests, int everyWrite, int everyCut) throws Exception {
        UninterruptedRun expected = expected(requests);
        Path record = RecordedMember.record(work, store, expected.script());
        Random sample = new Random(SEED);
        CrashSweep.Inspector inspector = (folder, cut) ->
                isWorthTheWait(store, cut) && sample.nextInt(everyCut) == 0
                        ? inspect(expected, store, folder, cut)
                        : Optional.empty();
        List<CrashSweep.Violation> violations =
                new CrashSweep(DiskRecorder.events(record), everyWrite, SEED).run(work, inspector).violations();
        if (store == RecordedMember.Store.SQLITE && !violations.isEmpty()) {
            CrashSweep.Violation first = violations.getFirst();
            Path kept = Files.copy(record, Files.createTempFile("drawbore-crash", ".record"), REPLACE_EXISTING);
            throw new AssertionError(violations + "; to see the first again: -Ddrawbore.sweep.seed=" + SEED
                    + " -Ddrawbore.sweep.record=" + kept + " -Ddrawbore.sweep.requests=" + requests
                    + " -Ddrawbore.sweep.position=" + first.position() + " -Ddrawbore.sweep.stop=" + first.stop()
                    + " -Ddrawbore.sweep.cut=" + first.seed());
        }
        return violations;
    }

    /** Half a membership change leaves a mutant without a voter, and its judge waiting; the requests say enough. */
    private static boolean isWorthTheWait(RecordedMember.Store store, CrashSweep.Cut cut) {
        return store == RecordedMember.Store.SQLITE
                || (cut.stop() == DiskReplay.Stop.KILL && !cut.marks().isEmpty());
    }

    private Optional<String> inspect(
            UninterruptedRun expected, RecordedMember.Store store, Path folder, CrashSweep.Cut cut) throws IOException {
        inspected++;
        Path dataDir = Files.createDirectories(folder.resolve(RecordedMember.DATA_DIR));
        List<Long> acknowledged = cut.marks().stream()
                .map(mark -> Long.parseLong(mark.substring(RecordedMember.ACKNOWLEDGED.length())))
                .toList();
        return new RestartJudge(expected)
                .judge(dataDir, new EtcdLogs(), store.provider(), new DiskVfs(), acknowledged, inspected % 4 == 0);
    }
}
