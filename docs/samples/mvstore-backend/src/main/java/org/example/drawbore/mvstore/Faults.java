package org.example.drawbore.mvstore;

import io.drawbore.api.CorruptionException;
import io.drawbore.api.StorageException;
import java.nio.file.Path;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/** What went wrong with one store, in the host's words: the file, what it was about, and the way out. Any thread. */
final class Faults {
    private static final String REBUILD =
            "Take this member out of service and rebuild its store from a snapshot or another member.";

    private final Path file;
    private volatile StorageException stopped;

    Faults(Path file) {
        this.file = file;
    }

    /** What MVStore threw at a read: a damaged file shows itself in many ways, its assertions among them. */
    StorageException reading(Throwable e) {
        return e instanceof StorageException known ? known : translated(file, "reading", e);
    }

    /** What MVStore threw at a write: nobody can tell what that left behind, so the store is not used any more. */
    StorageException writing(String what, RuntimeException e) {
        StorageException fault = e instanceof StorageException known ? known : translated(file, what, e);
        stopped = fault;
        return fault;
    }

    /** Refuses any further use after a failed write. */
    void checkUsable() {
        StorageException first = stopped;
        if (first != null) {
            throw new StorageException(file + ": not used any more since a write failed: " + first.getMessage(), first);
        }
    }

    boolean isStopped() {
        return stopped != null;
    }

    /** Something stored that does not fit its checksum. */
    CorruptionException corrupt(String what) {
        return new CorruptionException(file + ": " + what + " does not fit its checksum. " + REBUILD);
    }

    static StorageException translated(Path file, String what, Throwable e) {
        int code = e instanceof MVStoreException mv ? mv.getErrorCode() : DataUtils.ERROR_FILE_CORRUPT;
        String said = file + ": " + what + " failed: " + e.getMessage() + ". ";
        return switch (code) {
            case DataUtils.ERROR_FILE_CORRUPT, DataUtils.ERROR_CHUNK_NOT_FOUND, DataUtils.ERROR_INTERNAL ->
                (StorageException) new CorruptionException(said + REBUILD).initCause(e);
            case DataUtils.ERROR_FILE_LOCKED ->
                new StorageException(said + "End the other process that uses it first.", e);
            case DataUtils.ERROR_UNSUPPORTED_FORMAT ->
                new StorageException(said + "Use the release that wrote it, or move it away.", e);
            default -> new StorageException(said + "Mend the disk or make room on it, then start again.", e);
        };
    }
}
