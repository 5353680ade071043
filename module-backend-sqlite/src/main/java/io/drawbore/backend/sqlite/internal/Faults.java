package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.CorruptionException;
import io.drawbore.api.StorageException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What went wrong with one store. Turns SQLite's errors into ours and remembers the first failed write. Any thread. */
final class Faults {
    // SQLite's primary result codes, the low byte of every extended one.
    private static final int SQLITE_PERM = 3;
    private static final int SQLITE_BUSY = 5;
    private static final int SQLITE_LOCKED = 6;
    private static final int SQLITE_READONLY = 8;
    private static final int SQLITE_CORRUPT = 11;
    private static final int SQLITE_FULL = 13;
    private static final int SQLITE_CANTOPEN = 14;
    private static final int SQLITE_CONSTRAINT = 19;
    private static final int SQLITE_NOTADB = 26;

    private static final String REBUILD =
            "Take this member out of service and rebuild its store from a snapshot or another member.";
    private static final String WAY_OUT = "Mend the disk or make room on it, then start the member again.";

    private final Path file;
    private final AtomicReference<@Nullable StorageException> stopped = new AtomicReference<>();

    Faults(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** An error of a statement that only reads: corruption where SQLite says so. */
    StorageException reading(String what, SQLException e) {
        return translate(file, what, e);
    }

    /**
     * An error of a write, a commit, a checkpoint or a sync: nobody can tell what it left behind, so the store stops.
     */
    StorageException writing(String what, Exception e) {
        StorageException fault = e instanceof SQLException sql
                ? translate(file, what, sql)
                : new StorageException(file + ": " + what + " failed: " + e.getMessage() + ". " + WAY_OUT, e);
        stopped.compareAndSet(null, fault);
        return fault;
    }

    boolean isStopped() {
        return stopped.get() != null;
    }

    /** Refuses any further use after a failed write. */
    void checkUsable() {
        StorageException first = stopped.get();
        if (first != null) {
            throw new StorageException(file + ": not used any more since a write failed: " + first.getMessage(), first);
        }
    }

    /** A row that does not fit its checksum. */
    CorruptionException corrupt(String table, String row) {
        return new CorruptionException(
                file + ": table " + table + ", row " + row + " does not fit its checksum. " + REBUILD);
    }

    /** A file that could not be opened as a store. */
    static StorageException unreadable(Path file, SQLException e) {
        return translate(file, "opening the store", e);
    }

    /** Whether SQLite refused the statement for what the tables hold; it changed nothing then. */
    static boolean isConstraint(SQLException e) {
        return e instanceof SQLiteException sqlite && (sqlite.getResultCode().code & 0xff) == SQLITE_CONSTRAINT;
    }

    private static StorageException translate(Path file, String what, SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        String start = file + ": " + what + " failed: ";
        String detail = " (" + e.getMessage() + ")";
        return switch (code.code & 0xff) {
            case SQLITE_CORRUPT -> new CorruptionException(start + "the file is damaged" + detail + ". " + REBUILD);
            case SQLITE_NOTADB -> new StorageException(
                    start + "this is not an SQLite file" + detail
                            + ". Move it away, or start with another data folder.", e);
            case SQLITE_FULL -> new StorageException(start + "the disk is full" + detail + ". " + WAY_OUT, e);
            case SQLITE_BUSY, SQLITE_LOCKED -> new StorageException(
                    start + "another process writes to it" + detail + ". End that one first.", e);
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY -> new StorageException(
                    start + "it cannot be opened for writing" + detail + ". Check the owner and rights of its folder.",
                    e);
            default -> new StorageException(start + e.getMessage() + ". " + WAY_OUT, e);
        };
    }
}
