package io.drawbore.rpc.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What all clients together make this process hold: requests that have not arrived whole, answers that have not been
 * taken. Where it becomes too much, whoever has held something longest is told to let go, so that a client that sends
 * and reads slowly on purpose pays for it and not the one that comes next. Any thread.
 */
final class HeldBytes {
    /** What costs a lock is counted from here on; smaller ones are as many as there are streams. */
    static final int COUNTED_FROM = 1024;

    private final long most;
    // Guarded by this: those that hold something, the oldest first.
    private final LinkedHashSet<Share> holders = new LinkedHashSet<>();
    private long held;

    /** @param most bytes that may be held without anybody paying for it */
    HeldBytes(long most) {
        this.most = most;
    }

    /**
     * Opens an account.
     *
     * @param letGo gives up what is held; called once, on the thread of whoever holds too much, without a lock
     */
    Share open(Runnable letGo) {
        return new Share(letGo);
    }

    /** Bytes held now. */
    synchronized long held() {
        return held;
    }

    private void add(Share share, long bytes) {
        List<Share> evicted = new ArrayList<>();
        synchronized (this) {
            if (share.evicted) {
                return;
            }
            share.bytes += bytes;
            held += bytes;
            holders.add(share);
            while (held > most && !holders.isEmpty()) {
                Share oldest = holders.removeFirst();
                held -= oldest.bytes;
                oldest.bytes = 0;
                oldest.evicted = true;
                evicted.add(oldest);
            }
        }
        for (Share oldest : evicted) {
            oldest.letGo.run();
        }
    }

    private synchronized void release(Share share, long bytes) {
        if (share.evicted) {
            return;
        }
        long released = Math.min(bytes, share.bytes);
        share.bytes -= released;
        held -= released;
        if (share.bytes == 0) {
            holders.remove(share);
        }
    }

    /** What one call holds. */
    final class Share {
        private final Runnable letGo;
        /** Most calls never hold anything, and pay no lock for it. */
        private volatile boolean used;
        // Guarded by the account as a whole.
        private long bytes;
        private boolean evicted;

        private Share(Runnable letGo) {
            this.letGo = letGo;
        }

        /** Counts bytes in; the caller may be the one that is told to let go. */
        void add(long count) {
            if (count > 0) {
                used = true;
                HeldBytes.this.add(this, count);
            }
        }

        /** Counts bytes out. */
        void release(long count) {
            if (count > 0) {
                HeldBytes.this.release(this, count);
            }
        }

        /** Counts all out. */
        void releaseAll() {
            if (used) {
                HeldBytes.this.release(this, Long.MAX_VALUE);
            }
        }
    }
}
