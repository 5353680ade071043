package io.drawbore.watch;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.mvcc.Key;
import io.drawbore.mvcc.KeyRange;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest.FilterType;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream of watchers. Owns its queue, which all threads may add to, and its drain, which runs on one
 * thread of the hub at a time: it encodes and sends what is queued, and when there is room lets watchers that are
 * behind read on.
 */
final class WatchConnection implements WatchStream {
    /** The id under which a watcher that could not be created is answered. */
    private static final long NO_WATCHER = -1;

    /** What an empty key stands for when watching. */
    private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[] {0});

    /** What a queued row takes besides its key and value, about. */
    private static final long ROW_OVERHEAD = 64;

    private final WatchHub hub;
    private final WatchSink sink;

    // all that follows is guarded by this
    private final Map<Long, Watcher> watchers = new HashMap<>();
    private final Queue<Outgoing> queue = new ArrayDeque<>();
    private final Set<Watcher> behind = new LinkedHashSet<>();
    private long nextId;
    private long queuedBytes;
    private long inFlightBytes;
    private boolean draining;
    private boolean closed;

    /** Something to send: an answer, or rows for a watcher. */
    private record Outgoing(
            @Nullable WatchResponse answer, @Nullable Watcher watcher, List<KeyRow> rows, long revision, long bytes) {}

    WatchConnection(WatchHub hub, WatchSink sink) {
        this.hub = hub;
        this.sink = sink;
    }

    @Override
    public void accept(WatchRequest request) {
        switch (request.getRequestUnionCase()) {
            case CREATE_REQUEST -> create(request.getCreateRequest());
            case CANCEL_REQUEST -> cancel(request.getCancelRequest().getWatchId());
            case PROGRESS_REQUEST -> progress();
            case REQUESTUNION_NOT_SET -> {}
        }
    }

    private void create(WatchCreateRequest request) {
        KeyRange range = KeyRange.of(
                request.getKey().isEmpty() ? FIRST_KEY : request.getKey(), request.getRangeEnd());
        if (range.isEmpty()) {
            refuse("mvcc: watcher range is empty");
            return;
        }
        if (request.getStartRevision() < 0) {
            refuse(EtcdError.COMPACTED.text());
            return;
        }
        Watcher watcher = register(request, range);
        if (watcher == null) {
            refuse("mvcc: duplicate watch ID provided on the WatchStream");
            return;
        }
        hub.add(watcher, revision -> offer(answer(watcher.id, revision).setCreated(true)));
    }

    private synchronized @Nullable Watcher register(WatchCreateRequest request, KeyRange range) {
        long id = request.getWatchId();
        if (id == 0) {
            while (watchers.containsKey(nextId)) {
                nextId++;
            }
            id = nextId++;
        } else if (watchers.containsKey(id)) {
            return null;
        }
        Watcher watcher = new Watcher(
                id,
                range,
                request.getStartRevision(),
                request.getPrevKv(),
                !request.getFiltersList().contains(FilterType.NOPUT),
                !request.getFiltersList().contains(FilterType.NODELETE),
                this);
        watchers.put(id, watcher);
        return watcher;
    }

    private void refuse(String reason) {
        offer(answer(NO_WATCHER, hub.keyspace().revision())
                .setCreated(true)
                .setCanceled(true)
                .setCancelReason(reason));
    }

    private void cancel(long id) {
        Watcher watcher = forget(id);
        if (watcher != null) {
            hub.remove(watcher);
            offer(answer(id, hub.keyspace().revision()).setCanceled(true));
        }
    }

    private synchronized @Nullable Watcher forget(long id) {
        Watcher watcher = watchers.remove(id);
        if (watcher != null) {
            behind.remove(watcher);
        }
        return watcher;
    }

    private void progress() {
        List<Watcher> all;
        synchronized (this) {
            all = List.copyOf(watchers.values());
        }
        hub.ifAllKeepUp(all, revision -> {
            if (all.stream().allMatch(watcher -> watcher.cursor() <= revision + 1)) {
                offer(answer(NO_WATCHER, revision));
            }
        });
    }

    private WatchResponse.Builder answer(long watchId, long revision) {
        return WatchResponse.newBuilder().setHeader(hub.header(revision)).setWatchId(watchId);
    }

    private synchronized void offer(WatchResponse.Builder answer) {
        queue.add(new Outgoing(answer.build(), null, List.of(), 0, 0));
        startDraining();
    }

    /** Queues rows for a watcher, all of whole revisions; false, and nothing queued, where the stream is full. */
    synchronized boolean offerEvents(Watcher watcher, List<KeyRow> rows, long revision) {
        if (closed) {
            return true;
        }
        if (queuedBytes + inFlightBytes >= hub.limits().streamBytes()) {
            return false;
        }
        long bytes = 0;
        for (KeyRow row : rows) {
            bytes += row.key().size() + row.value().size() + ROW_OVERHEAD;
        }
        queuedBytes += bytes;
        queue.add(new Outgoing(null, watcher, rows, revision, bytes));
        startDraining();
        return true;
    }

    /** Notes a watcher that must read the store. */
    synchronized void fallBehind(Watcher watcher) {
        if (has(watcher)) {
            behind.add(watcher);
            startDraining();
        }
    }

    private void startDraining() {
        if (!draining && !closed) {
            draining = true;
            try {
                hub.executor().execute(this::drain);
            } catch (RejectedExecutionException e) {
                closed = true;
            }
        }
    }

    private void drain() {
        try {
            while (true) {
                Outgoing next;
                Watcher reader = null;
                synchronized (this) {
                    // a client that doesn't take what is on its way gets nothing more, neither queued nor read
                    boolean room = inFlightBytes < hub.limits().inFlightBytes();
                    next = room ? queue.poll() : null;
                    if (room && next == null && !behind.isEmpty()) {
                        reader = behind.iterator().next();
                        behind.remove(reader);
                    }
                    if (closed || (next == null && reader == null)) {
                        draining = false;
                        return;
                    }
                }
                if (next != null) {
                    send(next);
                } else if (reader != null) {
                    readOn(reader);
                }
            }
        } catch (RuntimeException e) {
            sink.fail(EtcdError.STOPPED.exception());
            close();
            throw e;
        }
    }

    private void send(Outgoing next) {
        WatchResponse response = next.answer != null ? next.answer : events(next);
        synchronized (this) {
            queuedBytes -= next.bytes;
            inFlightBytes += next.bytes;
        }
        sink.send(response).whenComplete((_, failure) -> {
            if (failure != null) {
                close();
            } else {
                sent(next.bytes);
            }
        });
    }

    private synchronized void sent(long bytes) {
        inFlightBytes -= bytes;
        if (!queue.isEmpty() || !behind.isEmpty()) {
            startDraining();
        }
    }

    private WatchResponse events(Outgoing outgoing) {
        Watcher watcher = Objects.requireNonNull(outgoing.watcher);
        WatchResponse.Builder response = answer(watcher.id, outgoing.revision);
        for (KeyRow row : outgoing.rows) {
            Event.Builder event = response.addEventsBuilder();
            KeyValue.Builder kv = event.getKvBuilder()
                    .setKey(row.key())
                    .setModRevision(row.revision().main());
            if (row.tombstone()) {
                event.setType(Event.EventType.DELETE);
            } else {
                kv.setCreateRevision(row.createRevision())
                        .setVersion(row.version())
                        .setValue(row.value())
                        .setLease(row.lease());
            }
            if (watcher.previousValues && (row.tombstone() || row.version() > 1)) {
                KeyValue previous = hub.keyspace().keyAt(Key.of(row.key()), row.revision().main() - 1);
                if (previous != null) {
                    event.setPrevKv(previous);
                }
            }
        }
        return response.build();
    }

    /** Lets a watcher that is behind read some history. */
    private void readOn(Watcher watcher) {
        long compacted = hub.keyspace().compactRevision();
        if (watcher.cursor() < compacted) {
            cancelCompacted(watcher, compacted);
            return;
        }
        long known = hub.keyspace().revision();
        WatchLimits limits = hub.limits();
        List<KeyRow> rows =
                hub.keyspace().changes(watcher.cursor(), limits.catchUpRows(), limits.catchUpBytes());
        long readUpTo = rows.isEmpty() ? known : rows.getLast().revision().main();
        List<KeyRow> wanted = new ArrayList<>();
        for (KeyRow row : rows) {
            if (watcher.wants(Key.of(row.key()), row)) {
                wanted.add(row);
            }
        }
        if (!wanted.isEmpty() && !offerEvents(watcher, wanted, Math.max(known, readUpTo))) {
            fallBehind(watcher);
            return;
        }
        watcher.advanceTo(readUpTo + 1);
        hub.rejoin(watcher);
    }

    /** Whether the stream still has the watcher. */
    synchronized boolean has(Watcher watcher) {
        return watchers.get(watcher.id) == watcher;
    }

    private void cancelCompacted(Watcher watcher, long compacted) {
        if (forget(watcher.id) != null) {
            offer(answer(watcher.id, hub.keyspace().revision())
                    .setCanceled(true)
                    .setCompactRevision(compacted));
        }
    }

    @Override
    public void close() {
        List<Watcher> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(watchers.values());
            watchers.clear();
            queue.clear();
            behind.clear();
        }
        all.forEach(hub::remove);
    }
}
