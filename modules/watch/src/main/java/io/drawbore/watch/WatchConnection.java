package io.drawbore.watch;

import com.google.protobuf.ByteString;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.mvcc.KeyRange;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's stream of watchers. Owns its queue, which all threads may add to, and its drain, which runs on one of
 * the hub's threads at a time: it encodes and sends what is queued as far as the client takes it.
 */
final class WatchConnection implements WatchStream {
    /** The id under which a watcher that could not be created is answered, and progress of all watchers. */
    static final long NO_WATCHER = -1;

    /** What an empty key stands for when watching. */
    private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[] {0});

    /** Deliveries handed to the transport at once. */
    private static final int DELIVERIES_A_SEND = 256;

    /** Sends of one stream before others get their turn. */
    private static final int SENDS_A_TURN = 16;

    /** Watchers that get to read history at once: there will hardly be room for what more of them find. */
    private static final int READERS_A_TURN = 64;

    private static final Logger LOG = LoggerFactory.getLogger(WatchConnection.class);

    private final WatchHub hub;
    private final WatchSink sink;
    private final WatchAdmission admission;

    // all that follows is guarded by this
    private final Map<Long, Watcher> watchers = new HashMap<>();
    /** Ids of watchers that were cancelled because of a compaction: taken until the client cancels them, as in etcd. */
    private final Set<Long> compacted = new HashSet<>();

    private final Queue<Delivery> queue = new ArrayDeque<>();
    /** Watchers that will read history once the client has taken what is on its way. */
    private final Set<Watcher> blocked = new LinkedHashSet<>();

    private long nextId;
    private long queuedBytes;
    private long queuedAnswerBytes;
    private long inFlightBytes;
    private boolean draining;
    private boolean closed;
    private @Nullable Duration progressInterval;
    private Runnable cancelTick = () -> {};

    WatchConnection(WatchHub hub, WatchSink sink, WatchAdmission admission) {
        this.hub = hub;
        this.sink = sink;
        this.admission = admission;
    }

    // ---- what the client asks for

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
        if (request.getStartRevision() < 0) {
            refuse(EtcdError.COMPACTED.text());
            return;
        }
        ByteString key = request.getKey().isEmpty() ? FIRST_KEY : request.getKey();
        String refusal = admission.refusal(key, request.getRangeEnd());
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        KeyRange range = KeyRange.of(key, request.getRangeEnd());
        if (range.isEmpty()) {
            refuse("mvcc: watcher range is empty");
            return;
        }
        Watcher watcher = register(request, range);
        if (watcher == null) {
            refuse("mvcc: duplicate watch ID provided on the WatchStream");
            return;
        }
        hub.add(watcher);
    }

    /** A new watcher; null where its id is taken, or where the stream has ended and nobody hears the answer. */
    private synchronized @Nullable Watcher register(WatchCreateRequest request, KeyRange range) {
        if (closed) {
            return null;
        }
        long id = request.getWatchId();
        if (id == 0) {
            while (isTaken(nextId)) {
                nextId++;
            }
            id = nextId++;
        } else if (isTaken(id)) {
            return null;
        }
        Watcher watcher = new Watcher(id, range, request, this);
        watchers.put(id, watcher);
        if (watcher.progress && progressInterval == null) {
            progressInterval = hub.progressInterval();
            cancelTick = hub.after(progressInterval, this::tick);
        }
        return watcher;
    }

    private boolean isTaken(long id) {
        return watchers.containsKey(id) || compacted.contains(id);
    }

    private void refuse(String reason) {
        offer(answer(NO_WATCHER, hub.history().revision())
                .setCreated(true)
                .setCanceled(true)
                .setCancelReason(reason));
    }

    private void cancel(long id) {
        Watcher watcher = forget(id);
        if (watcher != null) {
            hub.remove(watcher);
        }
        if (watcher != null || forgetCompacted(id)) {
            offer(answer(id, hub.history().revision()).setCanceled(true));
        }
    }

    private synchronized @Nullable Watcher forget(long id) {
        Watcher watcher = watchers.remove(id);
        if (watcher != null) {
            blocked.remove(watcher);
        }
        return watcher;
    }

    private synchronized boolean forgetCompacted(long id) {
        return compacted.remove(id);
    }

    private void progress() {
        List<Watcher> all = watchers();
        if (!all.isEmpty()) {
            hub.requestProgress(new ProgressRequest(this, all, true, hub.history().revision()));
        }
    }

    /** Tells of progress those that heard nothing for an interval. */
    private void tick() {
        List<Watcher> due = new ArrayList<>();
        synchronized (this) {
            if (closed || progressInterval == null) {
                return;
            }
            cancelTick = hub.after(progressInterval, this::tick);
            for (Watcher watcher : watchers.values()) {
                if (watcher.progress && !watcher.takeHeard() && !isFull()) {
                    due.add(watcher);
                }
            }
        }
        if (!due.isEmpty()) {
            hub.requestProgress(new ProgressRequest(this, due, false, hub.history().revision()));
        }
    }

    /** The watchers there are now. */
    synchronized List<Watcher> watchers() {
        return List.copyOf(watchers.values());
    }

    /** Whether the stream still has the watcher. */
    synchronized boolean has(Watcher watcher) {
        return watchers.get(watcher.id) == watcher;
    }

    // ---- what is queued

    private WatchResponse.Builder answer(long watchId, long revision) {
        return WatchResponse.newBuilder().setHeader(hub.plainHeader(revision)).setWatchId(watchId);
    }

    void offerCreated(Watcher watcher, long revision) {
        offer(answer(watcher.id, revision).setCreated(true));
    }

    void offerProgress(long watchId, long revision) {
        offer(answer(watchId, revision));
    }

    /** Ends a watcher that wants what is compacted, behind all it was handed. */
    void cancelCompacted(Watcher watcher, long compactRevision) {
        // etcd leaves the revision out here, and only here
        WatchResponse.Builder answer = answer(watcher.id, 0).setCanceled(true).setCompactRevision(compactRevision);
        boolean drain;
        synchronized (this) {
            if (!has(watcher)) {
                return;
            }
            forget(watcher.id);
            // in one step with the answer: a cancel of the client's is answered behind it
            compacted.add(watcher.id);
            enqueue(new Delivery.Answer(EncodedMessage.of(answer.build())));
            drain = claimsDrain();
        }
        hub.remove(watcher);
        if (drain) {
            hub.execute(this::drain);
        }
    }

    private void offer(WatchResponse.Builder answer) {
        boolean drain;
        boolean tooMany;
        synchronized (this) {
            // answers have a bound of their own: a stream full of events may still have its watchers cancelled
            tooMany = queuedAnswerBytes >= hub.limits().streamBytes() && !closed;
            if (!tooMany) {
                enqueue(new Delivery.Answer(EncodedMessage.of(answer.build())));
            }
            drain = claimsDrain();
        }
        if (tooMany) {
            // a client that asks and asks and reads no answers
            fail(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception());
        } else if (drain) {
            hub.execute(this::drain);
        }
    }

    private void enqueue(Delivery delivery) {
        if (!closed) {
            queue.add(delivery);
            queuedBytes += delivery.bytes();
            queuedAnswerBytes += delivery.events() == 0 ? delivery.bytes() : 0;
            hub.queued(delivery.events());
        }
    }

    private boolean isFull() {
        return queuedBytes + inFlightBytes >= hub.limits().streamBytes();
    }

    private boolean mayReadHistory() {
        return queuedBytes + inFlightBytes < hub.limits().inFlightBytes();
    }

    /**
     * Queues what was published, for watchers that keep up; the caller lets the stream drain.
     *
     * @param events in revision order
     * @return watchers for which there was no room: from their cursors on they have to read history
     */
    synchronized List<Watcher> offer(List<Delivery.Events> events) {
        List<Watcher> late = new ArrayList<>(0);
        for (Delivery.Events delivery : events) {
            Watcher watcher = delivery.watcher();
            if (!has(watcher) || blocked.contains(watcher)) {
                continue;
            }
            if (isFull()) {
                watcher.advanceTo(delivery.revision());
                blocked.add(watcher);
                late.add(watcher);
            } else {
                enqueue(delivery);
                watcher.hears();
            }
        }
        return late;
    }

    /** Queues history for a watcher that is behind; false, and the watcher waits, while there is no room. */
    synchronized boolean offerHistory(Delivery.Events events) {
        Watcher watcher = events.watcher();
        if (!has(watcher)) {
            return true;
        }
        if (!mayReadHistory()) {
            blocked.add(watcher);
            return false;
        }
        enqueue(events);
        watcher.hears();
        return true;
    }

    /** Has a watcher read history as soon as there is room for what it finds. */
    synchronized void fallBehind(Watcher watcher) {
        if (!has(watcher)) {
            return;
        }
        if (mayReadHistory()) {
            hub.catchUp().add(watcher);
        } else {
            blocked.add(watcher);
        }
    }

    /** Lets some of those that wait read on, if there is room for what they find. */
    synchronized void letReadersOn() {
        Iterator<Watcher> waiting = blocked.iterator();
        for (int i = 0; i < READERS_A_TURN && waiting.hasNext() && mayReadHistory(); i++) {
            hub.catchUp().add(waiting.next());
            waiting.remove();
        }
    }

    // ---- what is sent

    /** Whether there is something to send and nobody sending: whoever is told so must {@link #drain}. */
    synchronized boolean claimsDrain() {
        if (draining || closed || queue.isEmpty() || !isTakenByClient()) {
            return false;
        }
        draining = true;
        return true;
    }

    /** A client that doesn't take what is on its way gets nothing more. */
    private boolean isTakenByClient() {
        return inFlightBytes < hub.limits().inFlightBytes();
    }

    /** Sends what is queued. By whoever {@link #claimsDrain claimed} it. */
    void drain() {
        try {
            for (int sends = 0; sends < SENDS_A_TURN; sends++) {
                List<Delivery> some = take();
                if (some.isEmpty()) {
                    return;
                }
                send(some);
            }
            hub.execute(this::drain);
        } catch (RuntimeException e) {
            fail(EtcdError.STOPPED.exception());
            throw e;
        }
    }

    /** Takes what is to be sent next; nothing, and the drain is over, where there is none or the client has enough. */
    private synchronized List<Delivery> take() {
        List<Delivery> some = new ArrayList<>();
        while (!queue.isEmpty() && isTakenByClient() && some.size() < DELIVERIES_A_SEND) {
            Delivery next = queue.remove();
            queuedBytes -= next.bytes();
            queuedAnswerBytes -= next.events() == 0 ? next.bytes() : 0;
            inFlightBytes += next.bytes();
            some.add(next);
        }
        if (some.isEmpty()) {
            draining = false;
        }
        return some;
    }

    private void send(List<Delivery> deliveries) {
        lookUpPrevious(deliveries);
        List<EncodedMessage<WatchResponse>> responses = new ArrayList<>(deliveries.size());
        long charged = 0;
        long events = 0;
        for (Delivery delivery : deliveries) {
            delivery.encodeTo(responses, hub.limits().responseBytes());
            charged += delivery.bytes();
            events += delivery.events();
        }
        long onItsWay = 0;
        for (EncodedMessage<WatchResponse> response : responses) {
            onItsWay += response.size();
        }
        long bytes = Math.max(charged, onItsWay);
        synchronized (this) {
            inFlightBytes += bytes - charged;
        }
        hub.sent(events);
        handOver(responses, bytes);
    }

    /** What a sink does is not the room's: whatever it throws ends its stream and nothing else. */
    private void handOver(List<EncodedMessage<WatchResponse>> responses, long bytes) {
        try {
            var _ = sink.send(responses).whenComplete((_, failure) -> {
                if (failure != null) {
                    close();
                } else {
                    passedOn(bytes);
                }
            });
        } catch (Throwable broken) {
            LOG.atWarn().setCause(broken).log("the sink of a watch stream has failed; the stream ends");
            fail(EtcdError.STOPPED.exception());
        }
    }

    private void lookUpPrevious(List<Delivery> deliveries) {
        List<Change> changes = new ArrayList<>();
        for (Delivery delivery : deliveries) {
            if (delivery instanceof Delivery.Events events && events.watcher().previousValues) {
                changes.addAll(events.changes());
            }
        }
        if (!changes.isEmpty()) {
            Change.lookUpPrevious(changes, hub.history());
        }
    }

    private void passedOn(long bytes) {
        boolean drain;
        synchronized (this) {
            inFlightBytes -= bytes;
            letReadersOn();
            drain = claimsDrain();
        }
        if (drain) {
            hub.execute(this::drain);
        }
    }

    /** Ends the stream with an error. */
    void fail(EtcdException error) {
        try {
            sink.fail(error);
        } catch (Throwable broken) {
            LOG.atWarn().setCause(broken).log("the sink of a watch stream has failed at its end");
        }
        close();
    }

    @Override
    public void close() {
        List<Watcher> all;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(watchers.values());
            watchers.clear();
            blocked.clear();
            queue.forEach(delivery -> hub.dropped(delivery.events()));
            queue.clear();
            queuedBytes = 0;
            queuedAnswerBytes = 0;
            cancelTick.run();
        }
        hub.closed(this);
        all.forEach(hub::remove);
    }
}
