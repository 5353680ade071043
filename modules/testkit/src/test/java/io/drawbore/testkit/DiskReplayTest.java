package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.testkit.crash.DiskEvent;
import io.drawbore.testkit.crash.DiskReplay;
import io.drawbore.testkit.crash.DiskReplay.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rebuilt disk holds what a real one may hold. */
class DiskReplayTest {
    private static final Path FILE = Path.of("d", "f");

    private final DiskReplay disk = new DiskReplay();

    @TempDir
    Path work;

    @Test
    void aKillLeavesEveryWrite() throws IOException {
        syncedFile("old");
        write(0, "new");
        assertEquals("new", after(Stop.KILL, 1));
    }

    @Test
    void aLossOfPowerTakesWhatWasNotSynced() throws IOException {
        syncedFile("old");
        write(0, "new and longer");
        assertEquals("old", after(Stop.SYNCED_ONLY, 1));
        disk.apply(new DiskEvent.Synced("d/f"));
        assertEquals("new and longer", after(Stop.SYNCED_ONLY, 1));
    }

    @Test
    void aNameIsLostUntilItsFolderIsSynced() throws IOException {
        disk.apply(new DiskEvent.Created("d/f"));
        write(0, "text");
        disk.apply(new DiskEvent.Synced("d/f"));
        assertFalse(Files.exists(rebuilt(Stop.SYNCED_ONLY, 1)));
        disk.apply(new DiskEvent.Synced(""));
        assertFalse(Files.exists(rebuilt(Stop.SYNCED_ONLY, 2)));
        disk.apply(new DiskEvent.Synced("d"));
        assertEquals("text", after(Stop.SYNCED_ONLY, 3));
    }

    @Test
    void aDeletedFileIsBackUntilItsFolderIsSynced() throws IOException {
        syncedFile("text");
        disk.apply(new DiskEvent.Deleted("d/f"));
        assertFalse(Files.exists(rebuilt(Stop.KILL, 1)));
        assertEquals("text", after(Stop.SYNCED_ONLY, 2));
        disk.apply(new DiskEvent.Synced("d"));
        assertFalse(Files.exists(rebuilt(Stop.SYNCED_ONLY, 3)));
    }

    @Test
    void unsyncedWritesSurviveInEverySubset() throws IOException {
        syncedFile("....");
        write(0, "a");
        write(2, "b");
        Set<String> seen = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) {
            seen.add(after(Stop.ANY_SUBSET, seed));
        }
        assertEquals(Set.of("....", "a...", "..b.", "a.b."), seen);
    }

    @Test
    void theLastWriteIsTornAtASector() throws IOException {
        syncedFile("");
        write(100, "x".repeat(1_500));
        Set<Integer> lengths = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) {
            lengths.add(after(Stop.TORN_LAST_WRITE, seed).length());
        }
        assertTrue(lengths.containsAll(Set.of(512, 1_024)), lengths::toString);
        assertTrue(Set.of(0, 100, 512, 1_024, 1_536, 1_600).containsAll(lengths), lengths::toString);
    }

    @Test
    void aRenameTakesTheOthersPlace() throws IOException {
        syncedFile("old");
        disk.apply(new DiskEvent.Created("d/g"));
        disk.apply(new DiskEvent.Written("d/g", 0, ByteString.copyFromUtf8("new")));
        disk.apply(new DiskEvent.Synced("d/g"));
        disk.apply(new DiskEvent.Renamed("d/g", "d/f"));
        assertEquals("new", after(Stop.KILL, 1));
        assertEquals("old", after(Stop.SYNCED_ONLY, 2));
        disk.apply(new DiskEvent.Synced("d"));
        assertEquals("new", after(Stop.SYNCED_ONLY, 3));
    }

    private void syncedFile(String text) {
        disk.apply(new DiskEvent.Created("d/f"));
        write(0, text);
        disk.apply(new DiskEvent.Synced("d/f"));
        disk.apply(new DiskEvent.Synced("d"));
    }

    private void write(long offset, String text) {
        disk.apply(new DiskEvent.Written("d/f", offset, ByteString.copyFromUtf8(text)));
    }

    private String after(Stop stop, long seed) throws IOException {
        return Files.readString(rebuilt(stop, seed));
    }

    private Path rebuilt(Stop stop, long seed) throws IOException {
        Path folder = Files.createTempDirectory(work, "disk");
        disk.materialise(folder, stop, new Random(seed));
        return folder.resolve(FILE);
    }
}
