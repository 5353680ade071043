package io.drawbore.watch;

import io.drawbore.api.KeyRow;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.mvcc.Key;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * Hands committed changes to the watchers that wait for them. {@link #publish} belongs to the apply thread and does
 * not wait for anyone; {@link #open} may be called from any thread.
 */
public final class WatchHub implements AutoCloseable {
    private final Keyspace keyspace;
    private final LongFunction<ResponseHeader> headers;
    private final WatchLimits limits;
    private final ExecutorService executor;
    private final Subscriptions keepingUp = new Subscriptions();

    /** The newest main revision told to the watchers that keep up. Guarded by this. */
    private long revision;

    /**
     * A hub that knows all that is published now.
     *
     * @param keyspace what watchers that are behind read
     * @param headers makes a response's header from the revision it speaks of
     */
    public WatchHub(Keyspace keyspace, LongFunction<ResponseHeader> headers, WatchLimits limits) {
        this.keyspace = keyspace;
        this.headers = headers;
        this.limits = limits;
        this.revision = keyspace.revision();
        this.executor = Executors.newFixedThreadPool(
                limits.threads(), Thread.ofPlatform().daemon().name("watch-", 0).factory());
    }

    /** Opens a stream. */
    public WatchStream open(WatchSink sink) {
        return new WatchConnection(this, sink);
    }

    /**
     * Tells of one main revision, after the keyspace has published it.
     *
     * @param rows all its changes, in order
     */
    public synchronized void publish(List<KeyRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        long published = rows.getFirst().revision().main();
        Map<Watcher, List<KeyRow>> wanted = new LinkedHashMap<>();
        for (KeyRow row : rows) {
            Key key = Key.of(row.key());
            for (Watcher watcher : keepingUp.of(key)) {
                if (watcher.wants(key, row)) {
                    wanted.computeIfAbsent(watcher, _ -> new ArrayList<>(1)).add(row);
                }
            }
        }
        wanted.forEach((watcher, changes) -> {
            if (watcher.connection.offerEvents(watcher, changes, published)) {
                watcher.advanceTo(published + 1);
            } else {
                keepingUp.remove(watcher);
                watcher.advanceTo(published);
                watcher.connection.fallBehind(watcher);
            }
        });
        revision = published;
    }

    /** Adds a watcher; {@code announce} runs first, with the revision known now, and under the hub's lock. */
    synchronized void add(Watcher watcher, LongConsumer announce) {
        announce.accept(revision);
        if (watcher.cursor() == 0) {
            watcher.advanceTo(revision + 1);
        }
        rejoin(watcher);
    }

    /** Lets a watcher that has read everything keep up from now on; one that has not goes on reading. */
    synchronized void rejoin(Watcher watcher) {
        if (!watcher.connection.has(watcher)) {
            return;
        }
        if (watcher.cursor() > revision) {
            keepingUp.add(watcher);
        } else {
            watcher.connection.fallBehind(watcher);
        }
    }

    synchronized void remove(Watcher watcher) {
        keepingUp.remove(watcher);
    }

    /** Runs something with the revision known now if all the watchers given keep up. */
    synchronized void ifAllKeepUp(Iterable<Watcher> watchers, LongConsumer then) {
        for (Watcher watcher : watchers) {
            if (!keepingUp.contains(watcher)) {
                return;
            }
        }
        then.accept(revision);
    }

    Keyspace keyspace() {
        return keyspace;
    }

    ResponseHeader header(long ofRevision) {
        return headers.apply(ofRevision);
    }

    WatchLimits limits() {
        return limits;
    }

    ExecutorService executor() {
        return executor;
    }

    /** Ends the hub's threads. Streams send nothing any more. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
