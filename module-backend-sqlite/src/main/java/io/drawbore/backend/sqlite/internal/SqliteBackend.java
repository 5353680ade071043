package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.WriteTx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The store: owns the connections to {@code db.sqlite}. One writes, up to {@code maxViews} read, one proves what is
 * durable, one checkpoints on a thread of its own.
 *
 * <p>Durability: a commit appends to the {@code -wal} file without syncing it ({@code synchronous=NORMAL}).
 * {@link #makeDurable} reads the applied index and then syncs that file through a channel of its own, opened once.
 * That is one sync where a checkpoint takes two and all its page writes, and open views cannot hold it up. Should
 * SQLite begin the file anew in between, it has synced the database file with everything the old contents said before.
 * The POSIX rule that closing any descriptor of a file drops the process's locks on it bites on {@code db.sqlite} and
 * {@code -shm}, which SQLite locks; it takes no locks on {@code -wal}. SQLite itself syncs that file's header and name
 * when it makes it.
 */
final class SqliteBackend implements Backend {
    private final Path file;
    private final Path walFile;
    private final Faults faults;
    private final SqliteConnection writing;
    private final Reader writersReader;
    private final Writer writer;
    private final Vacuum vacuum;
    private final AtomicBoolean transactionOpen = new AtomicBoolean();
    private final Semaphore turn = new Semaphore(1, true);
    private final Semaphore views;
    private final ConcurrentLinkedDeque<SqliteView.Source> idle = new ConcurrentLinkedDeque<>();
    private final ReentrantLock probing = new ReentrantLock();
    private final SqliteConnection probe;
    private final Reader probeReader;
    private final FileChannel wal;
    private final Checkpointer checkpointer;
    private final AtomicBoolean closed = new AtomicBoolean();

    SqliteBackend(Path file, int maxViews, Checkpointer.Pace pace, SqliteConnection writing, Faults faults)
            throws SQLException {
        this.file = file;
        this.faults = faults;
        this.writing = writing;
        walFile = file.resolveSibling(file.getFileName() + "-wal");
        views = new Semaphore(maxViews, true);
        // Once begun anew, a longer -wal file is cut back to this.
        writing.execute("PRAGMA journal_size_limit = " + pace.mostWalBytes());
        writersReader = new Reader(writing);
        writersReader.meta();
        writer = new Writer(writing);
        vacuum = new Vacuum(writing, writer, System::nanoTime);
        probe = SqliteConnection.open(file, SqliteConnection.Role.PROBE, faults);
        probeReader = new Reader(probe);
        probeReader.meta();
        wal = openWal(walFile);
        checkpointer = new Checkpointer(
                SqliteConnection.open(file, SqliteConnection.Role.CHECKPOINT, faults), pace, turn);
        checkpointer.start();
    }

    private static FileChannel openWal(Path walFile) {
        try {
            return FileChannel.open(walFile, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StorageException(walFile + ": cannot be opened: " + e + ". Check the folder's rights.", e);
        }
    }

    @Override
    public WriteTx begin() {
        checkUsable();
        if (!transactionOpen.compareAndSet(false, true)) {
            throw new IllegalStateException("another write transaction is open");
        }
        turn.acquireUninterruptibly();
        boolean begun = false;
        try {
            WriteTx transaction = new SqliteWriteTx(writersReader, writer, this);
            begun = true;
            return transaction;
        } finally {
            if (!begun) {
                ended();
            }
        }
    }

    @Override
    public long reclaim(long bytes) {
        checkUsable();
        if (!transactionOpen.compareAndSet(false, true)) {
            throw new IllegalStateException("a write transaction is open");
        }
        turn.acquireUninterruptibly();
        long given;
        try {
            given = vacuum.step(bytes);
        } finally {
            ended();
        }
        checkpointer.written(given);
        return given;
    }

    @Override
    public void shrink() {
        checkUsable();
        checkpointer.shrink();
        faults.checkUsable();
    }

    /** The write transaction committed so many bytes, roughly. */
    void committed(long bytes) {
        ended();
        checkpointer.written(bytes);
    }

    /** The write transaction has ended. */
    void ended() {
        turn.release();
        transactionOpen.set(false);
    }

    boolean isStopped() {
        return faults.isStopped();
    }

    @Override
    public ReadTx read() {
        views.acquireUninterruptibly();
        SqliteView.Source source = null;
        try {
            checkUsable();
            source = idle.pollFirst();
            if (source == null) {
                source = new SqliteView.Source(SqliteConnection.open(file, SqliteConnection.Role.VIEW, faults));
            }
            return new SqliteView(source, this);
        } catch (SQLException e) {
            giveUp(source);
            throw faults.reading("beginning a view", e);
        } catch (StorageException | IllegalStateException e) {
            giveUp(source);
            throw e;
        }
    }

    /** A view has ended well. */
    void giveBack(SqliteView.Source source) {
        idle.addFirst(source);
        views.release();
        if (closed.get()) {
            closeIdle();
        }
    }

    /** A view could not begin or end: its connection is not used again. */
    void giveUp(SqliteView.@Nullable Source source) {
        views.release();
        if (source != null) {
            source.close();
        }
    }

    @Override
    public Applied makeDurable() {
        checkUsable();
        Applied applied = committedApplied();
        try {
            wal.force(false);
        } catch (IOException e) {
            throw faults.writing("syncing " + walFile.getFileName(), e);
        }
        return applied;
    }

    private Applied committedApplied() {
        probing.lock();
        try {
            return probeReader.meta().applied();
        } finally {
            probing.unlock();
        }
    }

    @Override
    public Size size() {
        checkUsable();
        probing.lock();
        try {
            long pages = probe.number("PRAGMA page_count");
            long free = probe.number("PRAGMA freelist_count");
            // Only asks the folder; opening the files here would drop SQLite's locks.
            return new Size(
                    Files.size(file) + Files.size(walFile),
                    (pages - free) * Layout.PAGE_BYTES,
                    free * Layout.PAGE_BYTES);
        } catch (SQLException e) {
            throw faults.reading("reading the store's size", e);
        } catch (IOException e) {
            throw new StorageException(file + ": cannot read its size: " + e + ". Check the data folder.", e);
        } finally {
            probing.unlock();
        }
    }

    private void checkUsable() {
        if (closed.get()) {
            throw new IllegalStateException(file + " is closed");
        }
        faults.checkUsable();
    }

    /**
     * Closes. A store that has stopped keeps its connections: closing the last one would checkpoint, which would trust
     * pages that a failed sync may have dropped. They end with the process, which stops anyway.
     */
    @Override
    public void close() {
        if (!faults.isStopped() && !closed.get()) {
            makeDurable();
        }
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        checkpointer.stop();
        if (faults.isStopped()) {
            return;
        }
        try {
            wal.close();
        } catch (IOException e) {
            throw faults.writing("closing " + walFile.getFileName(), e);
        }
        closeIdle();
        checkpointer.closeConnection();
        probing.lock();
        try {
            probe.close();
        } finally {
            probing.unlock();
        }
        writing.close();
    }

    private void closeIdle() {
        for (SqliteView.Source source = idle.pollFirst(); source != null; source = idle.pollFirst()) {
            source.close();
        }
    }
}
