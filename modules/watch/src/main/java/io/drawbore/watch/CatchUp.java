package io.drawbore.watch;

import io.drawbore.api.KeyRow;
import io.drawbore.api.Worker;
import io.drawbore.api.Workers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads history for watchers that are behind. Owns the thread that does, and the watchers that wait for it, whose
 * streams have room. They take turns, longest waiting first; what is read for one serves all whose cursors lie in it,
 * so that a thousand watchers that come back at about the same revision cost about as many reads as one.
 */
final class CatchUp {
    private final WatchHub hub;
    private final Worker worker;

    /** Watchers to be served, longest waiting first. Guarded by this. */
    private final Set<Watcher> waiting = new LinkedHashSet<>();

    private volatile boolean closed;

    /** What was read last, for those who come a moment later. Owned by the thread. */
    private @Nullable Batch last;

    /**
     * A part of history.
     *
     * @param from the first main revision read
     * @param upTo the last main revision read
     * @param changes all that happened from the one to the other
     */
    private record Batch(long from, long upTo, List<Change> changes) {
        boolean covers(long cursor) {
            return from <= cursor && cursor <= upTo;
        }
    }

    CatchUp(WatchHub hub, Workers workers) {
        this.hub = hub;
        this.worker = workers.worker("watch-history", this::turn);
    }

    void start() {
        worker.start();
    }

    /** Has a watcher served. Its cursor is the thread's from now on, until the thread places it again. */
    void add(Watcher watcher) {
        synchronized (this) {
            waiting.add(watcher);
        }
        worker.wake();
    }

    synchronized void remove(Watcher watcher) {
        waiting.remove(watcher);
    }

    void close() {
        closed = true;
        worker.wake();
    }

    private long turn() {
        if (closed) {
            return Worker.Turn.ENDED;
        }
        try {
            Watcher next = takeFirst();
            if (next == null) {
                return Worker.Turn.IDLE;
            }
            serve(next);
            return 0;
        } catch (RuntimeException e) {
            hub.failAll();
            throw e;
        }
    }

    private synchronized @Nullable Watcher takeFirst() {
        if (waiting.isEmpty()) {
            return null;
        }
        Iterator<Watcher> first = waiting.iterator();
        Watcher watcher = first.next();
        first.remove();
        return watcher;
    }

    private void serve(Watcher first) {
        Batch batch = read(first.cursor());
        List<Watcher> served = new ArrayList<>();
        served.add(first);
        takeCovered(batch, served);
        // asked after the read: what was read before may lack what a compaction has taken since
        long compactRevision = hub.history().compactRevision();
        served.removeIf(watcher -> {
            boolean compacted = watcher.cursor() < compactRevision;
            if (compacted) {
                watcher.connection.cancelCompacted(watcher, compactRevision);
            }
            return compacted;
        });
        handOut(batch, served);
    }

    private Batch read(long cursor) {
        if (last == null || !last.covers(cursor)) {
            WatchLimits limits = hub.limits();
            long known = hub.history().revision();
            List<KeyRow> rows = hub.history().changes(cursor, limits.catchUpRows(), limits.catchUpBytes());
            long upTo = rows.isEmpty() ? known : rows.getLast().revision().main();
            last = new Batch(cursor, upTo, rows.isEmpty() ? List.of() : Change.of(rows));
        }
        return last;
    }

    private synchronized void takeCovered(Batch batch, List<Watcher> covered) {
        Iterator<Watcher> all = waiting.iterator();
        while (all.hasNext()) {
            Watcher watcher = all.next();
            if (batch.covers(watcher.cursor())) {
                all.remove();
                covered.add(watcher);
            }
        }
    }

    private void handOut(Batch batch, List<Watcher> served) {
        Subscriptions subscriptions = new Subscriptions();
        served.forEach(subscriptions::add);
        Map<Watcher, List<Change>> wanted = WatchHub.wanted(subscriptions, batch.changes());
        SharedHeader header = hub.header(Math.max(hub.history().revision(), batch.upTo()));
        Set<WatchConnection> touched = new LinkedHashSet<>();
        for (Watcher watcher : served) {
            touched.add(watcher.connection);
            List<Change> changes = wanted.get(watcher);
            if (changes == null || watcher.connection.offerHistory(Delivery.Events.of(watcher, changes, header))) {
                watcher.advanceTo(batch.upTo() + 1);
                hub.place(watcher);
            }
        }
        hub.send(touched);
        touched.forEach(WatchConnection::letReadersOn);
    }
}
