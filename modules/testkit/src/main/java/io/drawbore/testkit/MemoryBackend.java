package io.drawbore.testkit;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WriteTx;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A store in memory that keeps the contract of stores, and loses what was not made durable as a real one does: see
 * {@link MemoryDisk}. Deterministic; for simulation and for tests of rooms above the store.
 */
public final class MemoryBackend implements Backend {
    /** Given back by one step at the most, so that a test sees several. */
    private static final long STEP_BYTES = 4_096;

    private final MemoryDisk disk;
    private final Semaphore views;
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile boolean closed;

    /** What the files of a real store would take: space that is freed stays theirs until it is reclaimed. */
    private volatile long fileBytes;

    MemoryBackend(MemoryDisk disk, int maxViews) {
        this.disk = disk;
        views = new Semaphore(maxViews, true);
        fileBytes = disk.newest().bytes();
    }

    @Override
    public WriteTx begin() {
        checkOpen();
        if (!writing.compareAndSet(false, true)) {
            throw new IllegalStateException("another write transaction is open");
        }
        return new MemoryTx(disk.newest(), committed -> {
            try {
                if (committed != null) {
                    checkOpen();
                    disk.commit(committed);
                    fileBytes = Math.max(fileBytes, committed.bytes());
                }
            } finally {
                writing.set(false);
            }
        });
    }

    @Override
    public ReadTx read() {
        views.acquireUninterruptibly();
        if (closed) {
            views.release();
            checkOpen();
        }
        return new MemoryTx(disk.newest(), ignored -> views.release());
    }

    @Override
    public Applied makeDurable() {
        checkOpen();
        return disk.sync().applied();
    }

    @Override
    public Size size() {
        checkOpen();
        long bytes = disk.newest().bytes();
        return new Size(fileBytes, bytes, fileBytes - bytes);
    }

    @Override
    public long reclaim(long bytes) {
        checkOpen();
        if (writing.get()) {
            throw new IllegalStateException("a write transaction is open");
        }
        long took = fileBytes;
        long given = Math.min(Math.min(bytes, STEP_BYTES), took - disk.newest().bytes());
        fileBytes = took - given;
        return given;
    }

    @Override
    public void shrink() {
        checkOpen();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            disk.release(this);
        }
    }

    /** The disk has gone: a crash. */
    void takeDisk() {
        closed = true;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the memory store is closed");
        }
    }
}
