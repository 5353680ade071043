package io.drawbore.plugins.internal;

import io.drawbore.api.ChangeFeed;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.Vfs;
import io.drawbore.api.Workers;
import io.drawbore.metrics.Counter;
import io.drawbore.plugins.Fence;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one feed: owns its cursor and the thread that calls it. A round opens the feed and delivers until something
 * fails; then comes a pause, and the next round.
 */
final class FeedRunner {
    /** Changes of an item, where one revision alone doesn't have more. */
    static final int MAX_CHANGES = 1_000;

    /** Bytes of an item's changes, where one revision alone doesn't have more. */
    static final long MAX_BYTES = 1 << 20;

    /** The first pause after a failure. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    /** The longest. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Between two writes of the cursor. */
    static final Duration CURSOR_INTERVAL = Duration.ofSeconds(1);

    private final ChangeFeed feed;
    private final String where;
    private final FeedCursor file;
    private final StateFile state;
    private final FrontDoor door;
    private final Workers workers;
    private final FailureLog log;
    private final Counter failures;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** Written by the thread. */
    private volatile long delivered;

    /** What is read of the member now; others wake who waits for it. */
    private volatile @Nullable FeedSource source;

    // owned by the thread
    private long written;
    private long writtenAt;
    private Duration pause = FIRST_PAUSE;
    private long furthest;

    /**
     * A feed that is not fed yet.
     *
     * @param folder where what the host keeps for it lies
     */
    FeedRunner(
            ChangeFeed feed,
            String name,
            Vfs vfs,
            Path folder,
            FrontDoor door,
            Fence fence,
            Fence.Surroundings host) {
        this.feed = feed;
        this.file = new FeedCursor(vfs, folder, name);
        this.state = new StateFile(vfs, folder, name);
        this.door = door;
        this.workers = host.workers();
        this.where = Text.where("change feed", name, fence.plugin());
        this.log = new FailureLog(where, workers);
        this.failures = fence.failures("feed/" + name);
        this.thread = fence.thread("feed-" + name, this::run);
        host.metrics()
                .gauge(
                        "drawbore_plugin_feed_revision",
                        "The newest revision that was delivered to a change feed.",
                        Map.of("plugin", fence.plugin(), "feed", name),
                        () -> delivered);
    }

    /** Names the feed and its plug-in. */
    String where() {
        return where;
    }

    void start() {
        thread.start();
    }

    /** The newest revision that was delivered. */
    long delivered() {
        return delivered;
    }

    /** Lets the feed end after what it is being told. Does not wait. */
    void stop() {
        stopping.countDown();
        FeedSource current = source;
        if (current != null) {
            current.wake();
        }
    }

    /** Waits until it has ended, up to a time of {@link System#nanoTime}; false where it goes on. */
    boolean hasEnded(long until) {
        try {
            return PluginThreads.isExiting(thread) || thread.join(Duration.ofNanos(until - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Interrupts what it is doing. */
    void interrupt() {
        thread.interrupt();
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void run() {
        state.delete();
        delivered = file.read();
        written = delivered;
        writtenAt = workers.nanoTime() - CURSOR_INTERVAL.toNanos();
        while (!isStopping()) {
            try {
                round();
            } catch (FeedFailure failed) {
                failed(failed.why);
            } catch (EtcdException | CompletionException ofTheMember) {
                failed("the member: " + EtcdException.of(ofTheMember).text(), null);
            } catch (IOException ofTheDisk) {
                failed("the keys cannot be kept for it: " + ofTheDisk.getMessage(), null);
            } catch (InterruptedException e) {
                failed("its thread was interrupted", null);
            }
        }
        // a file of the host's is not to be closed by it
        Thread.interrupted();
        save();
        end();
    }

    private void end() {
        try {
            feed.close();
        } catch (Throwable failed) {
            failures.increment();
            Thrown why = Thrown.copyOf(failed);
            log.failed("threw at its end " + why.what(), why);
        }
    }

    private void failed(Thrown why) {
        failed("threw " + why.what(), why);
    }

    private void failed(String why, @Nullable Thrown thrown) {
        if (isStopping()) {
            return;
        }
        failures.increment();
        log.failed(why, thrown);
        Thread.interrupted();
        try {
            save();
            stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // the loop knows
        }
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** Delivers from the cursor on until something fails or ends. */
    private void round() throws FeedFailure, IOException, InterruptedException {
        long known = FeedSource.revision(door).join();
        delivered = Math.min(opened(), known);
        while (!isStopping()) {
            long compactRevision = follow();
            if (compactRevision > 0 && !isStopping()) {
                tellState(compactRevision);
            }
        }
    }

    private long opened() throws FeedFailure {
        long from = calling(() -> feed.open(delivered));
        if (from < 0) {
            throw new FeedFailure(Thrown.copyOf(new IllegalStateException("open answered " + from)));
        }
        return from;
    }

    /** Delivers changes; the compact revision where they begin before it, 0 at the stop. */
    private long follow() throws FeedFailure, InterruptedException {
        try (FeedSource changes = FeedSource.changes(door, delivered + 1)) {
            source = changes;
            while (!isStopping()) {
                FeedSource.Part part = changes.next(untilCursorIsDue());
                save(CURSOR_INTERVAL);
                List<FeedSource.Part> taken = new ArrayList<>();
                List<Event> events = new ArrayList<>();
                long compactRevision = 0;
                EtcdException broken = null;
                for (; part != null && compactRevision == 0 && broken == null; part = changes.nextNow()) {
                    taken.add(part);
                    switch (part) {
                        case FeedSource.Part.Responses some -> compactRevision = events(some.responses(), events);
                        case FeedSource.Part.Broken end -> broken = end.why();
                        default -> {}
                    }
                }
                deliver(events);
                taken.forEach(FeedSource.Part::taken);
                if (broken != null) {
                    throw broken;
                }
                if (compactRevision > 0) {
                    return compactRevision;
                }
            }
            return 0;
        } finally {
            source = null;
        }
    }

    /** Adds the events of responses; the compact revision where one says that the watcher has ended by it. */
    private static long events(List<WatchResponse> responses, List<Event> events) {
        for (WatchResponse response : responses) {
            if (response.getCanceled()) {
                if (response.getCompactRevision() > 0) {
                    return response.getCompactRevision();
                }
                throw EtcdException.of(new IllegalStateException(response.getCancelReason()));
            }
            events.addAll(response.getEventsList());
        }
        return 0;
    }

    /** Delivers events in items of whole revisions. */
    private void deliver(List<Event> events) throws FeedFailure {
        int from = 0;
        while (from < events.size() && !isStopping()) {
            int to = endOfItem(events, from);
            List<Event> item = events.subList(from, to);
            tell(new ChangeFeed.Item.Changes(revision(item.getLast()), item));
            delivered(revision(item.getLast()));
            save(CURSOR_INTERVAL);
            from = to;
        }
    }

    /** The cursor moves; where it was before, what fails has not become better. */
    private void delivered(long revision) {
        delivered = revision;
        if (revision > furthest) {
            furthest = revision;
            pause = FIRST_PAUSE;
        }
    }

    private static long revision(Event event) {
        return event.getKv().getModRevision();
    }

    private static int endOfItem(List<Event> events, int from) {
        long bytes = 0;
        int end = from;
        int at = from;
        while (at < events.size()) {
            long revision = revision(events.get(at));
            while (at < events.size() && revision(events.get(at)) == revision) {
                bytes += events.get(at).getSerializedSize();
                at++;
            }
            boolean isFirst = end == from;
            if (!isFirst && (at - from > MAX_CHANGES || bytes > MAX_BYTES)) {
                return end;
            }
            end = at;
        }
        return end;
    }

    /**
     * Tells that changes are missing, and what all keys are instead. These are read first and told then: however slow
     * the feed is, no compaction takes them from it.
     */
    private void tellState(long compactRevision) throws FeedFailure, IOException, InterruptedException {
        long revision = FeedSource.revision(door).join();
        try (StateFile.Parts keys = state.create()) {
            readKeys(revision, keys);
            if (isStopping()) {
                return;
            }
            tell(new ChangeFeed.Item.Gap(delivered, compactRevision, revision));
            List<KeyValue> some = keys.next();
            while (some != null && !isStopping()) {
                save(CURSOR_INTERVAL);
                tell(new ChangeFeed.Item.State(revision, some));
                some = keys.next();
            }
            if (!isStopping()) {
                tell(new ChangeFeed.Item.StateEnd(revision));
                delivered(revision);
            }
        }
    }

    private void readKeys(long revision, StateFile.Parts to) throws IOException, InterruptedException {
        try (FeedSource keys = FeedSource.keys(door, revision)) {
            source = keys;
            while (!isStopping()) {
                FeedSource.Part next = keys.next(untilCursorIsDue());
                save(CURSOR_INTERVAL);
                switch (next) {
                    case FeedSource.Part.Keys some -> {
                        List<KeyValue> part = some.chunk().getRangeResponse().getKvsList();
                        if (!part.isEmpty()) {
                            to.add(part);
                        }
                        some.taken();
                    }
                    case FeedSource.Part.NoMoreKeys _ -> {
                        return;
                    }
                    case FeedSource.Part.Broken end -> throw end.why();
                    case null, default -> {}
                }
            }
        } finally {
            source = null;
        }
    }

    private void tell(ChangeFeed.Item item) throws FeedFailure {
        calling(() -> {
            feed.deliver(item);
            return true;
        });
    }

    /** Calls the feed. Before the stop the thread is not left interrupted, whatever the feed does with it. */
    private <T> T calling(Callable<T> call) throws FeedFailure {
        try {
            return call.call();
        } catch (Throwable failed) {
            throw new FeedFailure(Thrown.copyOf(failed));
        } finally {
            if (!isStopping()) {
                Thread.interrupted();
            }
        }
    }

    private long untilCursorIsDue() {
        return delivered == written
                ? Long.MAX_VALUE
                : Math.max(0, writtenAt + CURSOR_INTERVAL.toNanos() - workers.nanoTime());
    }

    private void save(Duration interval) {
        if (workers.nanoTime() - writtenAt >= interval.toNanos()) {
            save();
        }
    }

    /** Where the disk doesn't take it, what came last is delivered again after the next start. */
    private void save() {
        long cursor = delivered;
        if (cursor == written) {
            return;
        }
        writtenAt = workers.nanoTime();
        try {
            file.write(cursor);
            written = cursor;
        } catch (IOException e) {
            log.failed("its cursor cannot be written: " + e.getMessage(), null);
        }
    }

    /** The feed has thrown. */
    private static final class FeedFailure extends Exception {
        private static final long serialVersionUID = 1L;

        private final Thrown why;

        FeedFailure(Thrown why) {
            super(why.what(), why, false, false);
            this.why = why;
        }
    }
}
