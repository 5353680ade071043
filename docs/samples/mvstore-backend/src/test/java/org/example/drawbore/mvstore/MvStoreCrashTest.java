package org.example.drawbore.mvstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drawbore.testkit.crash.CrashSweep;
import io.drawbore.testkit.crash.DiskEvent;
import io.drawbore.testkit.crash.DiskRecorder;
import io.drawbore.testkit.crash.MemoryFolder;
import io.drawbore.testkit.crash.StoreInspector;
import io.drawbore.testkit.crash.StoreScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store is stopped at the writes and syncs that it really makes, in every way a process or a machine can stop. */
class MvStoreCrashTest {
    @TempDir(factory = MemoryFolder.class)
    Path work;

    @BeforeEach
    void needsARecorder() {
        Optional<String> missing = DiskRecorder.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }

    @Test
    void noCrashAtAnyWriteLosesWhatWasCommittedOrLeavesHalfAnEntry() throws Exception {
        CrashSweep.Report report = sweep(RecordedStore.Kind.MVSTORE, new StoreScript(1, 60));
        System.out.println("stopped " + report.cuts() + " times");
        assertEquals(List.of(), report.violations());
        assertTrue(report.cuts() > 500, "stopped only " + report.cuts() + " times");
    }

    @Test
    void aStoreThatCommitsTheIndexBeforeTheEntryIsCaught() throws Exception {
        assertTrue(sweep(RecordedStore.Kind.INDEX_FIRST, new StoreScript(3, 6)).violations().stream()
                .anyMatch(violation -> violation.what().equals("holds what no commit left")));
    }

    private CrashSweep.Report sweep(RecordedStore.Kind kind, StoreScript script) throws Exception {
        List<DiskEvent> events = DiskRecorder.play(
                        work,
                        RecordedStore.class,
                        kind.name(),
                        Long.toString(script.seed()),
                        Integer.toString(script.commits()))
                .events();
        StoreInspector inspector = new StoreInspector(kind.provider(), script, 16);
        return new CrashSweep(events, 1, script.seed()).run(work, (folder, cut) -> {
            Path file = folder.resolve(StoreInspector.STORE).resolve(MvStoreProvider.FILE);
            if (cut.marks().contains(RecordedStore.OPENED) && !Files.exists(file)) {
                return Optional.of("was opened and is not there");
            }
            return inspector.inspect(folder, cut);
        });
    }
}
