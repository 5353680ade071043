package io.drawbore.watch;

import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.api.Worker;
import io.drawbore.api.Workers;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;

/**
 * Hands committed changes to the watchers that wait for them. Owns the watchers that keep up and the thread that
 * matches changes against them.
 *
 * <p>{@link #publish} belongs to the apply thread and only queues; all else may be called from any thread. From there
 * on a change takes three steps, each on threads of its own: it is matched against the watchers that keep up, encoded
 * and sent stream by stream, and read from the store again for watchers that are behind.
 */
public final class WatchHub implements AutoCloseable {
    /** Published revisions matched in one go, while others wait for the hub's lock. */
    private static final int REVISIONS_A_TURN = 256;

    /** Streams that one task of the pool sends to. */
    private static final int STREAMS_A_TASK = 64;

    private final History history;
    private final LongFunction<ResponseHeader> headers;
    private final WatchLimits limits;
    private final Timer timer;
    private final RandomGenerator random;
    private final Workers.Pool pool;
    private final Backlog backlog;
    private final CatchUp catchUp;
    private final Worker matching;
    private volatile boolean closed;
    private final Set<WatchConnection> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder watchers = new LongAdder();
    private final LongAdder keepingUpCount = new LongAdder();
    private final LongAdder pendingEvents = new LongAdder();
    private final LongAdder sentEvents = new LongAdder();

    // all that follows is guarded by this
    private final Subscriptions keepingUp = new Subscriptions();
    private final List<ProgressRequest> requests = new ArrayList<>();
    /** The newest main revision that was matched against the watchers that keep up. */
    private long matched;

    /**
     * A hub that knows all that is published now, with its threads.
     *
     * @param keyspace what watchers that are behind read
     * @param headers makes a response's header from the revision it speaks of; called from any thread
     * @param random spreads what many streams do at intervals
     */
    public WatchHub(
            Keyspace keyspace,
            LongFunction<ResponseHeader> headers,
            WatchLimits limits,
            Workers workers,
            RandomGenerator random) {
        this(History.of(keyspace), headers, limits, workers, workers::after, random);
    }

    WatchHub(
            History history,
            LongFunction<ResponseHeader> headers,
            WatchLimits limits,
            Workers workers,
            Timer timer,
            RandomGenerator random) {
        this.history = history;
        this.headers = headers;
        this.limits = limits;
        this.timer = timer;
        this.random = random;
        this.matched = history.revision();
        this.pool = workers.pool("watch", limits.threads());
        this.catchUp = new CatchUp(this, workers);
        this.matching = workers.worker("watch-match", this::match);
        this.backlog = new Backlog(limits.backlogBytes(), matched, matching::wake);
        matching.start();
        catchUp.start();
    }

    /** Opens a stream on which everything may be watched. */
    public WatchStream open(WatchSink sink) {
        return open(sink, WatchAdmission.ALL);
    }

    /** Opens a stream. */
    public WatchStream open(WatchSink sink, WatchAdmission admission) {
        WatchConnection connection = new WatchConnection(this, sink, admission);
        connections.add(connection);
        return connection;
    }

    /**
     * Tells of one main revision, after the keyspace has published it. Apply thread only; neither waits nor encodes.
     *
     * @param rows all its changes, in order; a revision without changes is none
     */
    public void publish(List<KeyRow> rows) {
        if (!rows.isEmpty()) {
            backlog.add(rows);
        }
    }

    /**
     * Tells that the store is another, whose changes were not told: watchers read what they lack from it, and those for
     * which it no longer has that are cancelled. Apply thread only, after the keyspace has published it.
     *
     * @param revision its main revision, at least the last that was published
     */
    public void storeReplaced(long revision) {
        backlog.skip(revision);
    }

    // ---- matching

    private long match() {
        if (closed) {
            return Worker.Turn.ENDED;
        }
        try {
            Backlog.Taken taken = backlog.take(REVISIONS_A_TURN);
            if (taken == null) {
                return Worker.Turn.IDLE;
            }
            send(turn(taken));
            return 0;
        } catch (RuntimeException e) {
            failAll();
            throw e;
        }
    }

    /** Nothing would ever be sent again: clients had better go to another member than wait. */
    void failAll() {
        connections.forEach(connection -> connection.fail(EtcdError.STOPPED.exception()));
    }

    private synchronized Set<WatchConnection> turn(Backlog.Taken taken) {
        skipTo(taken.skippedTo());
        Map<WatchConnection, List<Delivery.Events>> deliveries = new LinkedHashMap<>();
        for (List<KeyRow> rows : taken.revisions()) {
            match(rows, deliveries);
        }
        deliveries.forEach((connection, events) -> connection.offer(events).forEach(this::loses));
        requests.addAll(taken.requests());
        answerRequests();
        return deliveries.keySet();
    }

    /** What was skipped must be read by those who wanted it. */
    private void skipTo(long revision) {
        if (revision <= matched) {
            return;
        }
        for (Watcher watcher : keepingUp.all()) {
            if (watcher.cursor() <= revision) {
                loses(watcher);
                watcher.advanceTo(matched + 1);
                watcher.connection.fallBehind(watcher);
            }
        }
        matched = revision;
    }

    private void match(List<KeyRow> rows, Map<WatchConnection, List<Delivery.Events>> deliveries) {
        List<Change> changes = Change.of(rows);
        long revision = changes.getFirst().revision();
        SharedHeader header = header(revision);
        wanted(keepingUp, changes).forEach((watcher, wanted) -> deliveries
                .computeIfAbsent(watcher.connection, _ -> new ArrayList<>(1))
                .add(Delivery.Events.of(watcher, wanted, header)));
        matched = Math.max(matched, revision);
    }

    /** Which watchers want which of some changes; watchers of one change share its list. */
    static Map<Watcher, List<Change>> wanted(Subscriptions watchers, List<Change> changes) {
        Map<Watcher, List<Change>> wanted = new LinkedHashMap<>();
        for (Change change : changes) {
            boolean only = changes.size() == 1;
            watchers.forEach(change.key, watcher -> {
                if (watcher.wants(change)) {
                    if (only) {
                        wanted.put(watcher, changes);
                    } else {
                        wanted.computeIfAbsent(watcher, _ -> new ArrayList<>(1)).add(change);
                    }
                }
            });
        }
        return wanted;
    }

    private void loses(Watcher watcher) {
        if (watcher.keepsUp()) {
            watcher.keepsUp(false);
            keepingUp.remove(watcher);
            keepingUpCount.decrement();
        }
    }

    private void answerRequests() {
        Iterator<ProgressRequest> waiting = requests.iterator();
        while (waiting.hasNext()) {
            ProgressRequest request = waiting.next();
            if (request.revision() <= matched) {
                waiting.remove();
                answer(request);
            }
        }
    }

    private void answer(ProgressRequest request) {
        WatchConnection connection = request.connection();
        if (request.together()) {
            if (request.watchers().stream().allMatch(this::hasSeenAll)) {
                connection.offerProgress(WatchConnection.NO_WATCHER, matched);
            }
            return;
        }
        for (Watcher watcher : request.watchers()) {
            if (connection.has(watcher) && hasSeenAll(watcher)) {
                connection.offerProgress(watcher.id, matched);
            }
        }
    }

    /** Whether a watcher was handed all it wants of what is matched; one of the future has not begun. */
    private boolean hasSeenAll(Watcher watcher) {
        return watcher.keepsUp() && watcher.startRevision <= matched;
    }

    // ---- for streams, and for watchers that catch up

    /** Adds a watcher, behind the word that it is created. */
    void add(Watcher watcher) {
        watchers.increment();
        long skippedTo = backlog.listen();
        synchronized (this) {
            skipTo(skippedTo);
            long known = history.revision();
            watcher.connection.offerCreated(watcher, known);
            if (watcher.startRevision == 0) {
                watcher.advanceTo(known + 1);
            }
            place(watcher);
        }
    }

    /** Lets a watcher that has seen everything keep up from now on; one that has not reads history. */
    synchronized void place(Watcher watcher) {
        if (!watcher.connection.has(watcher)) {
            return;
        }
        if (watcher.cursor() <= matched) {
            watcher.connection.fallBehind(watcher);
        } else {
            watcher.keepsUp(true);
            keepingUp.add(watcher);
            keepingUpCount.increment();
        }
    }

    /** The newest revision that was matched, or skipped; may lag while nobody watches. */
    synchronized long matchedRevision() {
        return matched;
    }

    /** Takes out a watcher that its stream has forgotten. Once for each that was added. */
    void remove(Watcher watcher) {
        synchronized (this) {
            loses(watcher);
        }
        catchUp.remove(watcher);
        backlog.unlisten();
        watchers.decrement();
    }

    /**
     * Has progress told: now, as a rule, so that it speaks of the watchers that there are; and where not all is matched
     * that was published when it was asked, then as soon as it is.
     */
    void requestProgress(ProgressRequest request) {
        synchronized (this) {
            if (request.revision() <= matched) {
                answer(request);
                return;
            }
        }
        backlog.add(request);
    }

    /** Lets streams send what they have queued. */
    void send(Set<WatchConnection> touched) {
        List<WatchConnection> some = new ArrayList<>();
        for (WatchConnection connection : touched) {
            if (connection.claimsDrain()) {
                some.add(connection);
            }
            if (some.size() == STREAMS_A_TASK) {
                drain(some);
                some = new ArrayList<>();
            }
        }
        if (!some.isEmpty()) {
            drain(some);
        }
    }

    private void drain(List<WatchConnection> claimed) {
        execute(() -> drainAll(claimed));
    }

    /** One stream's failure is its own. */
    private static void drainAll(List<WatchConnection> claimed) {
        RuntimeException failure = null;
        for (WatchConnection connection : claimed) {
            try {
                connection.drain();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Runs something on one of the threads that send; nothing after {@link #close}. */
    void execute(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            // streams send nothing any more
        }
    }

    void closed(WatchConnection connection) {
        connections.remove(connection);
    }

    /** Has something done once, unless the answer is run before. */
    Runnable after(Duration delay, Runnable task) {
        return timer.after(delay, task);
    }

    /** The interval of a stream, up to a tenth longer so that many streams don't speak at once. */
    Duration progressInterval() {
        Duration interval = limits.progressInterval();
        return interval.plusNanos(random.nextLong(Math.max(1, interval.dividedBy(10).toNanos())));
    }

    SharedHeader header(long ofRevision) {
        return new SharedHeader(ofRevision, headers);
    }

    ResponseHeader plainHeader(long ofRevision) {
        return headers.apply(ofRevision);
    }

    History history() {
        return history;
    }

    WatchLimits limits() {
        return limits;
    }

    CatchUp catchUp() {
        return catchUp;
    }

    void queued(long events) {
        pendingEvents.add(events);
    }

    void sent(long events) {
        pendingEvents.add(-events);
        sentEvents.add(events);
    }

    void dropped(long events) {
        pendingEvents.add(-events);
    }

    // ---- what is measured; any thread, cheap

    /** Open streams. */
    public long streamCount() {
        return connections.size();
    }

    /** Watchers of all streams. */
    public long watcherCount() {
        return watchers.sum();
    }

    /** Watchers that have not been handed all that is published, and read the store for it. */
    public long slowWatcherCount() {
        return Math.max(0, watchers.sum() - keepingUpCount.sum());
    }

    /** Events queued for streams and not yet handed to their transports. */
    public long pendingEventCount() {
        return Math.max(0, pendingEvents.sum());
    }

    /** Events handed to transports since the start. */
    public long sentEventCount() {
        return sentEvents.sum();
    }

    /** Ends the hub's threads. Streams send nothing any more. */
    @Override
    public void close() {
        closed = true;
        matching.wake();
        catchUp.close();
        pool.abandon();
    }
}
