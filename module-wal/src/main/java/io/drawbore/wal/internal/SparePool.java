package io.drawbore.wal.internal;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of released segments that wait to become segments again. Each is filled with zeros, and synced, on an executor
 * of
 * its own before it is handed out, since a stale record behind a new one would look as if it belonged there.
 * Thread-safe.
 */
final class SparePool implements AutoCloseable {
    /** What etcd passes over without a word, and {@link Segments} deletes when a log is opened. */
    static final String SUFFIX = ".tmp";

    private static final Logger LOG = LoggerFactory.getLogger(SparePool.class);
    private static final int SLICE_BYTES = 1 << 20;

    private final Vfs vfs;
    private final int most;
    private final boolean fsync;
    private final Executor executor;
    private final Object oneAtATime = new Object();
    private final Deque<Path> ready = new ArrayDeque<>();
    private int taken;
    private volatile boolean closed;

    SparePool(Vfs vfs, int most, boolean fsync, Executor executor) {
        this.vfs = vfs;
        this.most = most;
        this.fsync = fsync;
        this.executor = executor;
    }

    /** Whether it wants one more file; if so the caller owes it one. */
    synchronized boolean wantsOne() {
        if (taken == most) {
            return false;
        }
        taken++;
        return true;
    }

    /** Takes a file, whose new name is durable, and fills it with zeros some time later. */
    void add(Path file) {
        executor.execute(() -> clean(file));
    }

    /** A file full of durable zeros, if there is one. */
    synchronized Optional<Path> take() {
        Optional<Path> spare = Optional.ofNullable(ready.poll());
        spare.ifPresent(file -> taken--);
        return spare;
    }

    private void clean(Path file) {
        synchronized (oneAtATime) {
            try (VfsFile open = vfs.open(file, Vfs.Mode.READ_WRITE)) {
                if (zero(open)) {
                    keep(file);
                }
            } catch (IOException e) {
                // a spare is a convenience: the next segment is made anew
                LOG.warn("{} could not be cleaned for use again and is left to the next start", file, e);
            }
        }
    }

    private synchronized void keep(Path file) {
        ready.add(file);
    }

    private boolean zero(VfsFile file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(SLICE_BYTES);
        long size = file.size();
        for (long at = 0; at < size; at += SLICE_BYTES) {
            if (closed) {
                return false;
            }
            file.write(zeros.position(0).limit((int) Math.min(SLICE_BYTES, size - at)), at);
        }
        if (fsync) {
            file.sync();
        }
        return true;
    }

    /** Stops the cleaning and waits until it has stopped. */
    @Override
    public void close() {
        closed = true;
        synchronized (oneAtATime) {
            LOG.trace("spares are let go");
        }
    }
}
