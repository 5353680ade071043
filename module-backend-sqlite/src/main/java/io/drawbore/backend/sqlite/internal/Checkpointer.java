package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves committed pages from the {@code -wal} file into the database, on a thread of its own, so that no commit ever
 * pays for it. It runs PASSIVE, which waits for nobody; but behind a writer that never rests the file would grow
 * without end, since SQLite begins it anew only when nothing in it is left to move or to be seen. So beyond {@link
 * Pace#mostWalBytes} it takes a turn between two transactions and runs RESTART, which holds the writer up for what
 * little the PASSIVE run left and at most some 50 ms for views that still need the file; where one keeps it longer the
 * file grows on, and the next run tries again.
 *
 * <p>The database file is cut to its length by a run that leaves nothing to move, which behind a busy writer is luck.
 * {@link #shrink} therefore takes a turn too, for what the PASSIVE run before it left, but waits for no view.
 */
final class Checkpointer implements Runnable {
    /**
     * When to run.
     *
     * @param everyBytes bytes committed between two runs, roughly
     * @param mostWalBytes length from which the {@code -wal} file is made to begin anew
     */
    record Pace(long everyBytes, long mostWalBytes) {
        /** A run costs some tens of milliseconds of writing and two syncs; a start reads at most the longest file. */
        static final Pace PRODUCTION = new Pace(4L << 20, 64L << 20);
    }

    /** What a commit writes besides its rows, roughly: the pages of key_row's end, meta and digest. */
    private static final long BYTES_A_COMMIT = 3L * Layout.PAGE_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

    private final SqliteConnection connection;
    private final Pace pace;
    private final PreparedStatement passive;
    private final PreparedStatement restart;
    private final PreparedStatement truncate;
    private final Queue<CompletableFuture<Void>> shrinks = new ConcurrentLinkedQueue<>();
    private final Semaphore turn;
    private final Semaphore wake = new Semaphore(0);
    private final AtomicLong pending = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * Prepares, without starting.
     *
     * @param turn a fair permit that whoever writes holds
     */
    Checkpointer(SqliteConnection connection, Pace pace, Semaphore turn) throws SQLException {
        this.turn = turn;
        this.connection = connection;
        this.pace = pace;
        passive = connection.prepare("PRAGMA wal_checkpoint(PASSIVE)");
        restart = connection.prepare("PRAGMA wal_checkpoint(RESTART)");
        truncate = connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
        thread = new Thread(this, "drawbore-sqlite-checkpoint");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** So many more bytes were committed. The apply thread; never waits. */
    void written(long bytes) {
        if (pending.addAndGet(bytes + BYTES_A_COMMIT) >= pace.everyBytes() && wake.availablePermits() == 0) {
            wake.release();
        }
    }

    /**
     * Moves all of the {@code -wal} file, cuts both files to what they hold, and waits until that is done or a view
     * was found in the way. Any thread that has not its turn.
     */
    void shrink() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        shrinks.add(done);
        wake.release();
        if (stopping) {
            endShrinks();
        }
        done.join();
    }

    private void endShrinks() {
        for (CompletableFuture<Void> done = shrinks.poll(); done != null; done = shrinks.poll()) {
            done.complete(null);
        }
    }

    /** Ends the thread and waits for it. */
    void stop() {
        stopping = true;
        wake.release();
        thread.interrupt();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void closeConnection() {
        connection.close();
    }

    @Override
    public void run() {
        try {
            wake.acquireUninterruptibly();
            while (!stopping) {
                pending.set(0);
                List<CompletableFuture<Void>> asked = takeShrinks();
                try {
                    checkpoint();
                    if (!asked.isEmpty()) {
                        cut();
                    }
                } finally {
                    asked.forEach(done -> done.complete(null));
                }
                wake.acquireUninterruptibly();
            }
        } catch (SQLException e) {
            StorageException fault = connection.faults().writing("a checkpoint", e);
            LOG.error("the store stops: {}", fault.getMessage());
        } finally {
            stopping = true;
            endShrinks();
        }
    }

    private List<CompletableFuture<Void>> takeShrinks() {
        List<CompletableFuture<Void>> asked = new ArrayList<>();
        for (CompletableFuture<Void> done = shrinks.poll(); done != null; done = shrinks.poll()) {
            asked.add(done);
        }
        return asked;
    }

    private void checkpoint() throws SQLException {
        if (walBytesAfter(passive) > pace.mostWalBytes()) {
            inTurn(restart);
        }
    }

    private void cut() throws SQLException {
        connection.execute("PRAGMA busy_timeout = 0");
        inTurn(truncate);
        connection.execute("PRAGMA busy_timeout = " + SqliteConnection.CHECKPOINT_BUSY_MILLIS);
    }

    private void inTurn(PreparedStatement checkpoint) throws SQLException {
        try {
            turn.acquire();
        } catch (InterruptedException e) {
            // Only stop() does that: a transaction may stay open for as long as the store closes.
            return;
        }
        try {
            walBytesAfter(checkpoint);
        } finally {
            turn.release();
        }
    }

    /** Runs a checkpoint; returns the bytes of the {@code -wal} file that are in use, moved or not. */
    private static long walBytesAfter(PreparedStatement checkpoint) throws SQLException {
        try (ResultSet result = checkpoint.executeQuery()) {
            return result.next() ? result.getLong(2) * Layout.PAGE_BYTES : 0;
        }
    }
}
