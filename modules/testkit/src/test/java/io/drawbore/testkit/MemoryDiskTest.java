package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;
import io.drawbore.api.WriteTx;
import org.junit.jupiter.api.Test;

/** The store in memory loses what a real one may lose, and nothing else. */
class MemoryDiskTest {
    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void aKillLosesNothing() {
        commit(disk.open(1), 1, 3);
        disk.kill();
        assertHolds(3);
        assertEquals(3, disk.unsyncedCommits());
    }

    @Test
    void aLossOfPowerTakesTheLastCommitsAndNoneThatWasDurable() {
        Backend store = disk.open(1);
        commit(store, 1, 2);
        assertEquals(new Applied(2, 1), store.makeDurable());
        commit(store, 3, 5);
        assertEquals(3, disk.unsyncedCommits());
        assertThrows(IllegalArgumentException.class, () -> disk.losePower(4));
        disk.losePower(2);
        assertEquals(0, disk.unsyncedCommits());
        assertHolds(3);
        disk.losePower(0);
        assertHolds(3);
    }

    @Test
    void whatWasKilledCannotWriteAnyMore() {
        Backend store = disk.open(1);
        WriteTx write = store.begin();
        disk.kill();
        Backend next = disk.open(1);
        assertThrows(IllegalStateException.class, () -> write.commit(new Applied(1, 1)));
        assertThrows(IllegalStateException.class, store::begin);
        store.close();
        assertThrows(StorageException.class, () -> disk.open(1));
        next.close();
        assertHolds(0);
    }

    private static void commit(Backend store, long first, long last) {
        for (long index = first; index <= last; index++) {
            try (WriteTx write = store.begin()) {
                write.put(KeyRow.tombstone(new Revision(index, 0), ByteString.copyFromUtf8("k")));
                write.commit(new Applied(index, 1));
            }
        }
    }

    private void assertHolds(long last) {
        Backend store = disk.open(1);
        try (ReadTx view = store.read()) {
            assertEquals(new Applied(last, last == 0 ? 0 : 1), view.applied());
            if (last > 0) {
                assertNotNull(view.row(new Revision(last, 0)));
            }
            assertNull(view.row(new Revision(last + 1, 0)));
        } finally {
            disk.kill();
        }
    }
}
