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
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link Vfs} does. A subclass says which one and where. */
public abstract class VfsContract {
    /** For subclasses, which a test engine makes. */
    protected VfsContract() {}

    /** The file system under test; the same one for all calls of one test. */
    protected abstract Vfs vfs();

    /** A folder that does not exist yet and whose parent may not either. */
    protected abstract Path folder();

    private Path file(String name) {
        return folder().resolve(name);
    }

    private VfsFile create(String name, String text) throws IOException {
        if (!vfs().exists(folder())) {
            vfs().createFolder(folder());
        }
        VfsFile file = vfs().open(file(name), Vfs.Mode.CREATE);
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        return file;
    }

    private String text(String name) throws IOException {
        try (VfsFile file = vfs().open(file(name), Vfs.Mode.READ)) {
            return text(file);
        }
    }

    private static String text(VfsFile file) throws IOException {
        ByteBuffer into = ByteBuffer.allocate((int) file.size());
        assertEquals(file.size(), file.read(into, 0));
        return new String(into.array(), StandardCharsets.UTF_8);
    }

    @Test
    void aFolderIsMadeWithThoseAboveItAndTwiceIsOnce() throws IOException {
        Path deep = folder().resolve("a").resolve("b");
        vfs().createFolder(deep);
        vfs().createFolder(deep);
        assertTrue(vfs().exists(deep));
        assertTrue(vfs().exists(folder()));
        assertEquals(List.of(), vfs().list(deep));
    }

    @Test
    void namesAreListedSorted() throws IOException {
        create("b", "").close();
        create("a", "").close();
        create("c", "").close();
        assertEquals(List.of("a", "b", "c"), vfs().list(folder()));
    }

    @Test
    void aMissingFolderCannotBeListedOrSynced() {
        assertThrows(IOException.class, () -> vfs().list(folder()));
        assertThrows(IOException.class, () -> vfs().syncFolder(folder()));
    }

    @Test
    void createRefusesAFileThatExists() throws IOException {
        create("a", "x").close();
        assertThrows(FileAlreadyExistsException.class, () -> vfs().open(file("a"), Vfs.Mode.CREATE));
        assertEquals("x", text("a"));
    }

    @Test
    void openRefusesAFileThatIsMissing() throws IOException {
        vfs().createFolder(folder());
        assertThrows(NoSuchFileException.class, () -> vfs().open(file("a"), Vfs.Mode.READ));
        assertThrows(NoSuchFileException.class, () -> vfs().open(file("a"), Vfs.Mode.READ_WRITE));
        assertFalse(vfs().exists(file("a")));
    }

    @Test
    void createNeedsTheFolder() {
        assertThrows(NoSuchFileException.class, () -> vfs().open(file("a"), Vfs.Mode.CREATE));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        try (VfsFile file = create("a", "hello")) {
            file.write(ByteBuffer.wrap("J".getBytes(StandardCharsets.UTF_8)), 0);
            assertEquals("Jello", text(file));
            file.sync();
        }
        vfs().syncFolder(folder());
        assertEquals("Jello", text("a"));
    }

    @Test
    void aDirectBufferIsWrittenFromItsPositionToItsLimit() throws IOException {
        try (VfsFile file = create("a", "")) {
            ByteBuffer direct = ByteBuffer.allocateDirect(8).put("xabcy".getBytes(StandardCharsets.UTF_8));
            file.write(direct.position(1).limit(4), 0);
            assertEquals(0, direct.remaining());
            assertEquals("abc", text(file));
        }
    }

    @Test
    void aWriteBeyondTheEndLeavesZerosBetween() throws IOException {
        try (VfsFile file = create("a", "ab")) {
            file.write(ByteBuffer.wrap(new byte[] {9}), 4);
            ByteBuffer into = ByteBuffer.allocate(8);
            assertEquals(5, file.read(into, 0));
            assertArrayEquals(new byte[] {'a', 'b', 0, 0, 9, 0, 0, 0}, into.array());
        }
    }

    @Test
    void aReadStopsAtTheEnd() throws IOException {
        try (VfsFile file = create("a", "abc")) {
            ByteBuffer into = ByteBuffer.allocate(8);
            assertEquals(1, file.read(into, 2));
            assertEquals(1, into.position());
            assertEquals(0, file.read(into, 3));
            assertEquals(0, file.read(into, 100));
        }
    }

    @Test
    void truncateCutsAndGrowsWithZeros() throws IOException {
        try (VfsFile file = create("a", "abcdef")) {
            file.truncate(2);
            assertEquals(2, file.size());
            file.truncate(4);
            assertEquals("ab\0\0", text(file));
        }
    }

    @Test
    void renameReplacesWhatBoreTheName() throws IOException {
        create("a", "new").close();
        create("b", "old").close();
        vfs().rename(file("a"), file("b"));
        vfs().syncFolder(folder());
        assertEquals(List.of("b"), vfs().list(folder()));
        assertEquals("new", text("b"));
    }

    @Test
    void anOpenFileOutlivesItsName() throws IOException {
        try (VfsFile file = create("a", "abc")) {
            vfs().rename(file("a"), file("b"));
            file.write(ByteBuffer.wrap("X".getBytes(StandardCharsets.UTF_8)), 0);
            file.sync();
            assertEquals("Xbc", text("b"));
        }
    }

    @Test
    void whatIsMissingCannotBeRenamedOrDeleted() throws IOException {
        vfs().createFolder(folder());
        assertThrows(NoSuchFileException.class, () -> vfs().rename(file("a"), file("b")));
        assertThrows(NoSuchFileException.class, () -> vfs().delete(file("a")));
    }

    @Test
    void aDeletedFileIsGone() throws IOException {
        create("a", "x").close();
        vfs().delete(file("a"));
        assertFalse(vfs().exists(file("a")));
        assertEquals(List.of(), vfs().list(folder()));
    }

    @Test
    void aFileOpenedForReadingCannotBeChanged() throws IOException {
        create("a", "x").close();
        try (VfsFile file = vfs().open(file("a"), Vfs.Mode.READ)) {
            assertThrows(NonWritableChannelException.class, () -> file.write(ByteBuffer.allocate(1), 0));
            assertThrows(NonWritableChannelException.class, () -> file.truncate(0));
        }
    }

    @Test
    void aClosedFileRefusesEverythingButClose() throws IOException {
        VfsFile file = create("a", "x");
        file.close();
        file.close();
        assertThrows(ClosedChannelException.class, file::size);
        assertThrows(ClosedChannelException.class, () -> file.read(ByteBuffer.allocate(1), 0));
        assertThrows(ClosedChannelException.class, () -> file.write(ByteBuffer.allocate(1), 0));
        assertThrows(ClosedChannelException.class, file::sync);
    }
}
