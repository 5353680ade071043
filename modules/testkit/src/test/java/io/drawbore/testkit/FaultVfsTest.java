package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the disk in memory loses what it must and keeps what it must. */
class FaultVfsTest extends VfsContract {
    private static final Path FOLDER = Path.of("/disk/log");
    private static final Path A = FOLDER.resolve("a");
    private final FaultVfs disk = new FaultVfs();

    @Override
    protected Vfs vfs() {
        return disk;
    }

    @Override
    protected Path folder() {
        return FOLDER;
    }

    @BeforeEach
    void noStepYet() {
        assertEquals(0, disk.steps());
    }

    private static byte[] filled(int size, int with) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    /** A file of four sectors of ones, synced under a synced name. */
    private VfsFile fourSectorsOfOnes() throws IOException {
        disk.createFolder(FOLDER);
        VfsFile file = disk.open(A, Vfs.Mode.CREATE);
        file.write(ByteBuffer.wrap(filled(2048, 1)), 0);
        file.sync();
        disk.syncFolder(FOLDER);
        return file;
    }

    @Test
    void aNameThatWasNotSyncedIsLost() throws IOException {
        disk.createFolder(FOLDER);
        try (VfsFile file = disk.open(A, Vfs.Mode.CREATE)) {
            file.write(ByteBuffer.wrap(filled(3, 1)), 0);
            file.sync();
        }
        assertFalse(disk.reboot(Survival.SYNCED_ONLY, 1).exists(A));
        assertTrue(disk.reboot(Survival.EVERYTHING, 1).exists(A));
    }

    @Test
    void bytesThatWereNotSyncedAreLost() throws IOException {
        fourSectorsOfOnes().write(ByteBuffer.wrap(filled(2048, 2)), 1024);
        assertArrayEquals(filled(2048, 1), disk.reboot(Survival.SYNCED_ONLY, 1).bytes(A));
        byte[] all = disk.reboot(Survival.EVERYTHING, 1).bytes(A);
        assertEquals(3072, all.length);
        assertEquals(2, all[3071]);
    }

    @Test
    void anyOfTheSectorsMaySurviveAndEachIsWhole() throws IOException {
        fourSectorsOfOnes().write(ByteBuffer.wrap(filled(2048, 2)), 0);
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            byte[] found = disk.reboot(Survival.ANY_SECTORS, seed).bytes(A);
            StringBuilder sectors = new StringBuilder();
            for (int sector = 0; sector < 4; sector++) {
                byte[] one = Arrays.copyOfRange(found, sector * 512, sector * 512 + 512);
                assertArrayEquals(filled(512, one[0]), one);
                sectors.append(one[0]);
            }
            seen.add(sectors.toString());
        }
        assertEquals(16, seen.size());
    }

    @Test
    void aTornWriteLeavesAPrefix() throws IOException {
        fourSectorsOfOnes().write(ByteBuffer.wrap(filled(2048, 2)), 0);
        for (int seed = 0; seed < 20; seed++) {
            byte[] found = disk.reboot(Survival.TORN_LAST_WRITE, seed).bytes(A);
            int whole = 0;
            while (whole < 2048 && found[whole] == 2) {
                whole++;
            }
            assertTrue(whole < 2048 && whole % 512 == 0, "prefix of " + whole);
            assertArrayEquals(filled(2048 - whole, 1), Arrays.copyOfRange(found, whole, 2048));
        }
    }

    @Test
    void zerosAppearOnlyWhereNothingHadBeen() throws IOException {
        fourSectorsOfOnes().write(ByteBuffer.wrap(filled(2048, 2)), 1024);
        Set<Byte> seen = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            byte[] found = disk.reboot(Survival.ZEROED_SECTORS, seed).bytes(A);
            assertEquals(2, found[1024]);
            seen.add(found[2048]);
        }
        assertEquals(Set.of((byte) 0, (byte) 2), seen);
    }

    @Test
    void afterTheStopEverythingFailsUntilReboot() throws IOException {
        VfsFile file = fourSectorsOfOnes();
        disk.stopAt(disk.steps() + 1);
        assertThrows(DiskStoppedException.class, file::sync);
        assertThrows(DiskStoppedException.class, file::size);
        assertThrows(DiskStoppedException.class, () -> disk.exists(A));
        assertTrue(disk.reboot(Survival.SYNCED_ONLY, 1).exists(A));
    }

    @Test
    void aFailedSyncLosesWhatWasUnsyncedThoughItReadsWell() throws IOException {
        VfsFile file = fourSectorsOfOnes();
        file.write(ByteBuffer.wrap(filled(512, 2)), 0);
        disk.failSyncsOf(A);
        assertThrows(IOException.class, file::sync);
        assertEquals(2, disk.bytes(A)[0]);
        assertEquals(1, disk.reboot(Survival.EVERYTHING, 1).bytes(A)[0]);
    }

    @Test
    void aLyingSyncKeepsNothing() throws IOException {
        VfsFile file = fourSectorsOfOnes();
        disk.lieAboutSyncs();
        file.write(ByteBuffer.wrap(filled(512, 2)), 0);
        file.sync();
        assertEquals(1, disk.reboot(Survival.SYNCED_ONLY, 1).bytes(A)[0]);
    }

    @Test
    void aFullDiskRefusesToGrowButNotToOverwrite() throws IOException {
        VfsFile file = fourSectorsOfOnes();
        disk.limitSpaceTo(10);
        file.write(ByteBuffer.wrap(filled(10, 2)), 2048);
        assertThrows(IOException.class, () -> file.write(ByteBuffer.wrap(filled(1, 2)), 2058));
        file.write(ByteBuffer.wrap(filled(10, 2)), 0);
    }

    @Test
    void aReadMayFailAndABitMayFlip() throws IOException {
        VfsFile file = fourSectorsOfOnes();
        disk.flipBit(A, 7, 1);
        disk.failReadsOf(A);
        assertThrows(IOException.class, () -> file.read(ByteBuffer.allocate(1), 0));
        assertEquals(3, disk.reboot(Survival.SYNCED_ONLY, 1).bytes(A)[7]);
    }
}
