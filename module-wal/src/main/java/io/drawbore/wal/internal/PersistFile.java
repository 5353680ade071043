package io.drawbore.wal.internal;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The side file that keeps the {@link PersistRecord}. Owned by the log and used by its thread.
 *
 * <p>It never adds a sync to an append. After each sync of the log the newer record is written, not synced, into the
 * older
 * of two slots: a write of one sector into the system's cache. It becomes durable whenever the system writes it back,
 * and
 * for certain where the log syncs this file: when a segment begins, a snapshot is recorded, or the log is closed. A
 * record
 * only claims what was durable before it was written, so it may lag but cannot lie, and the end of a process loses
 * nothing
 * of it. What was synced since a lagging record is guarded by the mark at the head of each batch, see
 * {@link TailVerdict}. The slots lie 4,096 bytes apart, so that no disk tears both.
 */
final class PersistFile implements AutoCloseable {
    /** Its name in the log's folder. etcd passes over it. */
    static final String NAME = "drawbore.persist";

    private static final int SLOT_DISTANCE = 4096;

    private final VfsFile file;
    private final ByteBuffer slot = ByteBuffer.allocateDirect(PersistRecord.SLOT_BYTES);
    private PersistRecord newest;

    private PersistFile(VfsFile file, PersistRecord newest) {
        this.file = file;
        this.newest = newest;
    }

    /** What was found of it. */
    sealed interface Found {
        /** There is no such file: etcd wrote this log. */
        record Missing() implements Found {}

        /** Both slots are damaged. */
        record Damaged() implements Found {}

        /** The newer of the readable slots. */
        record Whole(PersistRecord newest) implements Found {}
    }

    /** Reads the newer slot. */
    static Found read(Vfs vfs, Path folder) throws IOException {
        Path path = folder.resolve(NAME);
        if (!vfs.exists(path)) {
            return new Found.Missing();
        }
        try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
            Optional<PersistRecord> first = readSlot(file, 0);
            Optional<PersistRecord> second = readSlot(file, 1);
            if (first.isEmpty() && second.isEmpty()) {
                return new Found.Damaged();
            }
            boolean secondIsNewer = second.isPresent()
                    && (first.isEmpty() || second.get().generation() > first.get().generation());
            return new Found.Whole(secondIsNewer ? second.get() : first.orElseThrow());
        }
    }

    private static Optional<PersistRecord> readSlot(VfsFile file, int number) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(PersistRecord.SLOT_BYTES);
        file.read(slot, (long) number * SLOT_DISTANCE);
        return PersistRecord.read(slot.flip());
    }

    /**
     * Makes a new file in place of any other, durable but for its name, which becomes so with the next sync of the
     * folder.
     */
    static PersistFile create(Vfs vfs, Path folder, PersistRecord first, boolean fsync) throws IOException {
        Path temporary = folder.resolve(NAME + ".tmp");
        if (vfs.exists(temporary)) {
            vfs.delete(temporary);
        }
        VfsFile file = vfs.open(temporary, Vfs.Mode.CREATE);
        file.truncate(2L * SLOT_DISTANCE);
        PersistFile made = new PersistFile(file, first);
        made.write(first);
        if (fsync) {
            made.sync();
        }
        vfs.rename(temporary, folder.resolve(NAME));
        return made;
    }

    /** Opens it after {@link #read} found a record. */
    static PersistFile open(Vfs vfs, Path folder, PersistRecord newest) throws IOException {
        return new PersistFile(vfs.open(folder.resolve(NAME), Vfs.Mode.READ_WRITE), newest);
    }

    /** Notes that all before a position is durable. Not durable itself on return. */
    void covers(long lastIndex, LogPosition position, int crc) throws IOException {
        covers(lastIndex, position, crc, newest.unsafeTail());
    }

    /** The same, and whether the tail is unsafe. */
    void covers(long lastIndex, LogPosition position, int crc, boolean unsafe) throws IOException {
        write(new PersistRecord(newest.generation() + 1, unsafe, lastIndex, position, crc));
    }

    /** Notes that the tail is no longer unsafe. Durable after {@link #sync}. */
    void tailIsSafe() throws IOException {
        covers(newest.lastIndex(), newest.position(), newest.crc(), false);
    }

    void sync() throws IOException {
        file.sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void write(PersistRecord record) throws IOException {
        record.writeTo(slot);
        file.write(slot, (record.generation() & 1) * SLOT_DISTANCE);
        newest = record;
    }
}
