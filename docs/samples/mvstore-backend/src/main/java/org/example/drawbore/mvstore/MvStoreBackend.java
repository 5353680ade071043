package org.example.drawbore.mvstore;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WriteTx;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.h2.mvstore.MVStore;

/**
 * A store on one MVStore. A commit is one chunk of its file, which {@link SyncedFile} makes durable before it counts:
 * every commit that has returned survives a loss of power too, and {@link #makeDurable} has nothing left to do but to
 * read. Views are of MVStore's versions.
 *
 * <p>What is freed by removed rows is counted here; {@link #reclaim} has MVStore write what is left of sparse chunks
 * anew, {@link #shrink} does that until the file can be cut no more. While one of them stores something, no
 * transaction is open, or half of one would be stored with it.
 */
final class MvStoreBackend implements Backend {
    /** What a step of {@link #reclaim} writes anew at the most: some milliseconds. */
    private static final long STEP = 256 << 10;

    private static final int BLOCK = 4_096;

    private static final int COMMITS_TO_CUT = 2;

    /** Chunks that are so full, in percent, stay as they are. */
    private static final int FULL = 90;

    private final MVStore store;
    private final Maps maps;
    private final Faults faults;
    private final Semaphore views;
    private final int maxViews;

    /** Whoever changes the maps or has them stored. */
    private final Semaphore writing = new Semaphore(1);

    private final AtomicBoolean transaction = new AtomicBoolean();
    private final Object newestLock = new Object();
    private Committed newest;
    private volatile Numbers stored;
    private volatile long free;
    private volatile boolean closed;

    MvStoreBackend(MVStore store, Maps maps, int maxViews, Faults faults) {
        this.store = store;
        this.maps = maps;
        this.faults = faults;
        this.maxViews = maxViews;
        views = new Semaphore(maxViews, true);
        newest = new Committed(store, maps);
        try (MvView view = new MvView(this, newest, faults)) {
            newest.use();
            views.acquireUninterruptibly();
            stored = view.numbers();
        }
        if (maps.heads().sizeAsLong() != stored.rows()) {
            throw faults.corrupt("the number of rows");
        }
        free = sparse();
    }

    /** What the file takes beyond what is in it, by MVStore's own count of full chunks. */
    private long sparse() {
        long filled = store.getFileStore().size() / 100 * store.getFileStore().getFillRate() / 100
                * store.getFileStore().getChunksFillRate();
        return Math.max(0, store.getFileStore().size() - Math.max(filled, stored.content()) - STEP);
    }

    @Override
    public WriteTx begin() {
        checkOpen();
        if (!transaction.compareAndSet(false, true)) {
            throw new IllegalStateException("another write transaction is open");
        }
        writing.acquireUninterruptibly();
        try {
            return new MvWriteTx(this, maps, newest.maps(), faults);
        } catch (RuntimeException e) {
            rolledBack();
            throw e;
        }
    }

    /** Has all that was changed stored, as one chunk. */
    void store() {
        store.commit();
    }

    /** The transaction was stored. */
    void committed(Numbers now) {
        long freed = stored.content() - now.content();
        free = Math.max(0, free + freed);
        stored = now;
        publish();
        rolledBack();
    }

    private void publish() {
        Committed next = new Committed(store, maps);
        Committed before;
        synchronized (newestLock) {
            before = newest;
            newest = next;
        }
        before.leave();
    }

    /** The transaction has ended. */
    void rolledBack() {
        writing.release();
        transaction.set(false);
    }

    @Override
    public ReadTx read() {
        views.acquireUninterruptibly();
        synchronized (newestLock) {
            if (!closed) {
                newest.use();
                return new MvView(this, newest, faults);
            }
        }
        views.release();
        throw closedAlready();
    }

    /** A view has ended. */
    void ended(Committed committed) {
        committed.leave();
        views.release();
    }

    @Override
    public Applied makeDurable() {
        checkOpen();
        return stored.applied();
    }

    @Override
    public Size size() {
        checkOpen();
        return new Size(store.getFileStore().size(), stored.content(), free);
    }

    @Override
    public long reclaim(long bytes) {
        checkOpen();
        if (transaction.get()) {
            throw new IllegalStateException("a write transaction is open");
        }
        long wanted = Math.min(Math.min(bytes, STEP) + BLOCK - 1, free) / BLOCK * BLOCK;
        if (wanted <= 0) {
            return 0;
        }
        storing(() -> rewritten((int) wanted));
        free = Math.max(0, free - wanted);
        return wanted;
    }

    /** Has what is left in sparse chunks written anew, at the front where there is room; false where none is sparse. */
    private boolean rewritten(int bytes) {
        boolean changed = store.compact(FULL, bytes);
        store.commit();
        return changed;
    }

    /** MVStore frees a chunk at the commit after the one that left it, and cuts the file behind its last chunk. */
    @Override
    public void shrink() {
        checkOpen();
        long before;
        boolean changed;
        do {
            before = store.getFileStore().size();
            changed = storing(() -> rewritten((int) STEP));
        } while (changed && store.getFileStore().size() < before);
        for (int i = 0; i < COMMITS_TO_CUT; i++) {
            storing(() -> {
                maps.numbers().put(Maps.ONLY, stored.bytes());
                store.commit();
                return true;
            });
        }
    }

    /** Does something that stores what is in the maps, which is what was committed. */
    private boolean storing(BooleanSupplier work) {
        writing.acquireUninterruptibly();
        try {
            checkOpen();
            long version = store.getCurrentVersion();
            boolean done = work.getAsBoolean();
            if (store.getCurrentVersion() != version) {
                publish();
            }
            return done;
        } catch (RuntimeException e) {
            throw e instanceof IllegalStateException ended && closed ? ended : faults.writing("compacting", e);
        } finally {
            writing.release();
        }
    }

    /** What is committed is durable, so a store that stopped, or is being used, is closed as it is. */
    @Override
    public void close() {
        synchronized (newestLock) {
            if (closed) {
                return;
            }
            closed = true;
            newest.leave();
        }
        if (!faults.isStopped() && writing.tryAcquire() && views.availablePermits() == maxViews) {
            store.close();
        } else {
            store.closeImmediately();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw closedAlready();
        }
        faults.checkUsable();
    }

    private static IllegalStateException closedAlready() {
        return new IllegalStateException("the store is closed");
    }
}
