package io.drawbore.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.WatchCancelRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchProgressRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A hub over a history written by hand, with clients. The story that a test tells happens here. */
final class Watched implements AutoCloseable {
    static final long PATIENCE_SECONDS = 60;

    final RecordedHistory history = new RecordedHistory();
    final ManualTimer timer = new ManualTimer();
    /** What ended threads of the hub's. */
    final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();

    final WatchHub hub;

    /** A client and its stream. */
    record Session(Client client, WatchStream stream) {
        void send(WatchCreateRequest.Builder request) {
            stream.accept(WatchRequest.newBuilder().setCreateRequest(request).build());
        }

        long create(WatchCreateRequest.Builder request) throws InterruptedException {
            send(request);
            WatchResponse created = client.next();
            assertTrue(created.getCreated());
            assertFalse(created.getCanceled(), created.getCancelReason());
            return created.getWatchId();
        }

        void cancel(long id) {
            stream.accept(WatchRequest.newBuilder()
                    .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                    .build());
        }

        void askForProgress() {
            stream.accept(WatchRequest.newBuilder()
                    .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                    .build());
        }
    }

    Watched(WatchLimits limits) {
        hub = Hubs.of(history, limits, timer, new ThreadWorkers((_, thrown) -> uncaught.add(thrown)));
    }

    static WatchLimits limits() {
        return WatchLimits.of(3 << 19, Duration.ofMinutes(10));
    }

    Session open() {
        Client client = new Client();
        return new Session(client, hub.open(client));
    }

    void put(String key, String value) {
        history.put(key, value);
        commit();
    }

    /** Ends a revision and tells the hub. */
    void commit() {
        hub.publish(history.commit());
    }

    static WatchCreateRequest.Builder key(String key) {
        return WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(key));
    }

    static WatchCreateRequest.Builder everything() {
        return key("a").setRangeEnd(ByteString.copyFromUtf8("\0"));
    }

    static List<Long> revisions(WatchResponse response) {
        return response.getEventsList().stream()
                .map(event -> event.getKv().getModRevision())
                .toList();
    }

    /** Waits for what other threads are about to do. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within " + PATIENCE_SECONDS + " s: " + what);
            Thread.onSpinWait();
        }
    }

    /** All that is published is matched, nobody is behind and nothing is queued. */
    void awaitCalm() {
        await("all is matched", () -> hub.watcherCount() == 0 || hub.matchedRevision() == history.revision());
        await("everybody keeps up", () -> hub.slowWatcherCount() == 0 && hub.pendingEventCount() == 0);
    }

    void assertProgress(WatchResponse response, long watchId, long revision) {
        assertEquals(watchId, response.getWatchId());
        assertEquals(revision, response.getHeader().getRevision());
        assertEquals(0, response.getEventsCount());
        assertFalse(response.getCreated());
        assertFalse(response.getCanceled());
    }

    @Override
    public void close() {
        hub.close();
    }
}
