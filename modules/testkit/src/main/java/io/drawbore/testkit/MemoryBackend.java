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
    private final MemoryDisk disk;
    private final Semaphore views;
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile boolean closed;

    MemoryBackend(MemoryDisk disk, int maxViews) {
        this.disk = disk;
        views = new Semaphore(maxViews, true);
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
        return new Size(bytes, bytes);
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
