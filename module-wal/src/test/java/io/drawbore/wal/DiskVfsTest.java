package io.drawbore.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.Vfs;
import io.drawbore.testkit.VfsContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the machine's file system keeps the contract, and keeps others out. */
class DiskVfsTest extends VfsContract {
    private final Vfs disk = new DiskVfs();

    @TempDir
    Path temp;

    @Override
    protected Vfs vfs() {
        return disk;
    }

    @Override
    protected Path folder() {
        return temp.resolve("member").resolve("wal");
    }

    @Test
    void onlyTheOwnerMayReadOrWrite() throws IOException {
        disk.createFolder(folder());
        disk.open(folder().resolve("a"), Vfs.Mode.CREATE).close();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("a"))));
    }
}
