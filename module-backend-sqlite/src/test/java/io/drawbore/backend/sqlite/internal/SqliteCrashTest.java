package io.drawbore.backend.sqlite.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drawbore.testkit.crash.CrashSweep;
import io.drawbore.testkit.crash.DiskEvent;
import io.drawbore.testkit.crash.DiskRecorder;
import io.drawbore.testkit.crash.DiskReplay;
import io.drawbore.testkit.crash.MemoryFolder;
import io.drawbore.testkit.crash.StoreInspector;
import io.drawbore.testkit.crash.StoreScript;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store is stopped at the writes and syncs that SQLite really makes, in every way a process or a machine can stop.
 */
class SqliteCrashTest {
    @TempDir(factory = MemoryFolder.class)
    Path work;

    @BeforeEach
    void needsARecorder() {
        Optional<String> missing = DiskRecorder.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }

    @Test
    void noCrashLosesWhatWasDurableOrLeavesHalfAnEntry() throws Exception {
        assertEquals(List.of(), sweep(ScriptedStore.Kind.SQLITE, new StoreScript(1, 24), 24));
    }

    @Test
    @Tag("full")
    void noCrashAtAnyWriteLosesWhatWasDurableOrLeavesHalfAnEntry() throws Exception {
        assertEquals(List.of(), sweep(ScriptedStore.Kind.SQLITE, new StoreScript(2, 120), 1));
    }

    @Test
    void aStoreThatCommitsTheIndexBeforeTheEntryIsCaught() throws Exception {
        assertTrue(sweep(ScriptedStore.Kind.INDEX_FIRST, new StoreScript(3, 6), 8).stream()
                .anyMatch(violation -> violation.what().equals("holds what no commit left")));
    }

    @Test
    void aStoreThatSaysDurableWithoutASyncIsCaught() throws Exception {
        assertTrue(sweep(ScriptedStore.Kind.NEVER_SYNCED, new StoreScript(4, 8), 1_000).stream()
                .anyMatch(violation -> violation.stop() == DiskReplay.Stop.SYNCED_ONLY
                        && violation.what().startsWith("holds commit ")));
    }

    private List<CrashSweep.Violation> sweep(ScriptedStore.Kind kind, StoreScript script, int everyWrite)
            throws Exception {
        List<DiskEvent> events = ScriptedStore.record(work, kind, script);
        StoreInspector inspector = new StoreInspector(kind.provider(), script, 16);
        return new CrashSweep(events, everyWrite, script.seed())
                .run(work, (folder, cut) -> {
                    if (cut.marks().contains(ScriptedStore.OPENED) && !isCreated(folder)) {
                        return Optional.of("was opened and is not there");
                    }
                    return inspector.inspect(folder, cut);
                })
                .violations();
    }

    /** Whether the file has the header of a created store: an empty one would be created anew, without a complaint. */
    private static boolean isCreated(Path folder) throws IOException {
        Path file = folder.resolve(StoreInspector.STORE).resolve(SqliteBackendProvider.FILE);
        byte[] header = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        int applicationIdAt = 68;
        return header.length > applicationIdAt + Integer.BYTES
                && ByteBuffer.wrap(header).getInt(applicationIdAt) == Layout.APPLICATION_ID;
    }
}
