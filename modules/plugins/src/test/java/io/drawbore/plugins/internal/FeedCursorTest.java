package io.drawbore.plugins.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.testkit.DiskStoppedException;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.Survival;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FeedCursorTest {
    private static final Path FOLDER = Path.of("/data/plugins/acme");
    private static final int SEEDS = 5;

    private static FeedCursor on(FaultVfs disk) {
        return new FeedCursor(disk, FOLDER, "told");
    }

    @Test
    void aNewOneIsZero() {
        assertEquals(0, on(new FaultVfs()).read());
    }

    /** The power goes at every write and sync of it: what is read then is the old or the new. */
    @ParameterizedTest
    @EnumSource(Survival.class)
    void aCrashLeavesTheOldOrTheNew(Survival survival) throws IOException {
        boolean wholeWay = false;
        for (int step = 1; !wholeWay; step++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                FaultVfs disk = new FaultVfs();
                on(disk).write(41);
                disk.stopAt(disk.steps() + step);
                boolean written = write(disk, 42);
                wholeWay = written;

                FaultVfs after = disk.reboot(survival, seed);
                long read = on(after).read();
                assertTrue(read == 42 || (read == 41 && !written), () -> "read " + read + ", written " + written);
                on(after).write(43);
                assertEquals(43, on(after).read());
            }
        }
    }

    private static boolean write(FaultVfs disk, long revision) throws IOException {
        try {
            on(disk).write(revision);
            return true;
        } catch (DiskStoppedException stopped) {
            return false;
        }
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        Path file = FOLDER.resolve("feed-told.cursor");
        FaultVfs whole = new FaultVfs();
        on(whole).write(1_234_567);
        int bytes = whole.bytes(file).length;
        for (int at = 0; at < bytes; at++) {
            for (int bit = 0; bit < 8; bit++) {
                FaultVfs disk = new FaultVfs();
                on(disk).write(1_234_567);
                disk.flipBit(file, at, bit);
                assertEquals(0, on(disk).read());
            }
        }
    }
}
