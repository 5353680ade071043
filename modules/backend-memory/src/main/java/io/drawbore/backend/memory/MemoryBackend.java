package io.drawbore.backend.memory;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WriteTx;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A store in memory that keeps the contract of stores; what is left of it when its process ends is for its {@link
 * Commits} to say. Deterministic.
 */
public final class MemoryBackend implements Backend {
    private final Commits commits;
    private final Semaphore views;
    private final long stepBytes;
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile boolean closed;

    /** What the files of a store on a disk would take: space that is freed stays theirs until it is reclaimed. */
    private volatile long fileBytes;

    /**
     * Opens a store at its newest commit.
     *
     * @param maxViews how many views may be open at once, from 1
     * @param stepBytes what one {@link #reclaim} gives back at the most, from 1
     */
    public MemoryBackend(Commits commits, int maxViews, long stepBytes) {
        this.commits = commits;
        this.stepBytes = stepBytes;
        views = new Semaphore(maxViews, true);
        fileBytes = commits.newest().bytes();
    }

    @Override
    public WriteTx begin() {
        checkOpen();
        if (!writing.compareAndSet(false, true)) {
            throw new IllegalStateException("another write transaction is open");
        }
        return new MemoryTx(newest(), committed -> {
            try {
                if (committed != null) {
                    checkOpen();
                    fileBytes = Math.max(fileBytes, committed.bytes());
                    commits.commit(committed);
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
        return new MemoryTx(newest(), ignored -> views.release());
    }

    @Override
    public Applied makeDurable() {
        checkOpen();
        return commits.makeDurable();
    }

    @Override
    public Size size() {
        checkOpen();
        long bytes = commits.newest().bytes();
        long taken = Math.max(fileBytes, bytes);
        return new Size(taken, bytes, taken - bytes);
    }

    @Override
    public long reclaim(long bytes) {
        checkOpen();
        if (writing.get()) {
            throw new IllegalStateException("a write transaction is open");
        }
        long took = fileBytes;
        long given = Math.min(Math.min(bytes, stepBytes), took - commits.newest().bytes());
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
            commits.closed(this);
        }
    }

    /** Its disk was taken from it, as by a crash: nothing more can be done with it. */
    public void takeDisk() {
        closed = true;
    }

    private MemoryState newest() {
        return switch (commits.newest()) {
            case MemoryState state -> state;
        };
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the memory store is closed");
        }
    }
}
