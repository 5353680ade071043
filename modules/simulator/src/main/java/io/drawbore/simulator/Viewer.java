package io.drawbore.simulator;

import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdException;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchProgressRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.server.MemberServer;
import io.drawbore.testkit.history.Recording;
import io.drawbore.testkit.simulation.Schedule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client that watches, and goes on at another member behind what it has seen where its stream breaks. One watcher a
 * stream. One thread.
 */
final class Viewer {
    private static final int NONE = -1;

    private final int client;
    private final WatchCreateRequest wanted;
    private final Duration slowness;
    private final Recording recording;
    private final SimulatedCluster cluster;
    private int watch = NONE;
    private long cursor;
    private @Nullable Connection connection;
    private boolean over;

    /**
     * Nothing is asked for yet.
     *
     * @param slowness until it wants more after each response
     */
    Viewer(int client, WatchCreateRequest wanted, Duration slowness, Recording recording, SimulatedCluster cluster) {
        this.client = client;
        this.wanted = wanted;
        this.slowness = slowness;
        this.recording = recording;
        this.cluster = cluster;
        this.cursor = wanted.getStartRevision() - 1;
    }

    /** The revision up to which it has seen everything. */
    long cursor() {
        return cursor;
    }

    /** Whether it was ended for good. */
    boolean isOver() {
        return over;
    }

    /** Whether nobody serves it. */
    boolean isCut() {
        Connection now = connection;
        return !over && (now == null || now.ended || !now.machine.isRunning()
                || !now.machine.server().equals(now.server));
    }

    /** Goes on, or begins, at a member. */
    void connect(Machine machine) {
        long now = cluster.schedule().now();
        WatchCreateRequest request = wanted;
        if (watch != NONE && cursor >= 0) {
            request = wanted.toBuilder().setStartRevision(cursor + 1).build();
            watch = recording.resume(watch, now, request);
        } else {
            watch = recording.watch(client, now, request);
        }
        Connection made = new Connection(machine, watch, request.getStartRevision() == 0);
        connection = made;
        WatchRequest create = WatchRequest.newBuilder().setCreateRequest(request).build();
        machine.soon(() -> made.open(create));
    }

    /** Breaks the stream from this side. */
    void cut() {
        Connection now = connection;
        if (now != null) {
            now.ended = true;
            if (!isCutOff(now)) {
                now.machine.soon(now::close);
            }
        }
        connection = null;
    }

    private static boolean isCutOff(Connection now) {
        return !now.machine.isRunning() || !now.machine.server().equals(now.server);
    }

    /** Asks how far it is. */
    void askProgress() {
        Connection now = connection;
        if (now != null && !isCut()) {
            now.machine.soon(now::progress);
        }
    }

    private final class Connection implements WatchSink {
        private final Machine machine;
        private final MemberServer server;
        private final int number;
        private @Nullable WatchStream stream;
        private final boolean fromNow;
        /** The newest revision of a response's fragments so far. */
        private long held;
        private boolean ended;

        Connection(Machine machine, int number, boolean fromNow) {
            this.machine = machine;
            this.fromNow = fromNow;
            this.server = machine.server();
            this.number = number;
        }

        void open(WatchRequest create) {
            if (!ended) {
                WatchStream opened = server.watch(this, Caller.SELF);
                stream = opened;
                opened.accept(create);
            }
        }

        void progress() {
            if (stream != null && !ended) {
                stream.accept(WatchRequest.newBuilder()
                        .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                        .build());
            }
        }

        void close() {
            if (stream != null) {
                stream.close();
            }
        }

        @Override
        public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> responses) {
            if (!ended) {
                responses.forEach(response -> receive(response.parsed()));
            }
            if (slowness.isZero() || ended) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> more = new CompletableFuture<>();
            machine.after(slowness, () -> more.complete(null));
            return more;
        }

        private void receive(WatchResponse response) {
            Schedule schedule = cluster.schedule();
            cluster.trace().add(Trace.Fact.WATCHED, schedule.now(), number, response.toByteString());
            recording.receive(number, schedule.now(), response);
            for (Event event : response.getEventsList()) {
                long revision = event.getKv().getModRevision();
                if (revision <= cursor) {
                    cluster.invariants().fail("watch " + number + " shows revision " + revision + " after " + cursor);
                }
                held = Math.max(held, revision);
            }
            if (response.getCanceled()) {
                ended = true;
                over = true;
            } else if (!response.getFragment()) {
                moveOn(response);
            }
        }

        private void moveOn(WatchResponse response) {
            boolean says = response.getCreated() ? fromNow : response.getEventsCount() == 0;
            cursor = Math.max(cursor, Math.max(held, says ? response.getHeader().getRevision() : 0));
        }

        @Override
        public void fail(EtcdException error) {
            ended = true;
        }
    }
}
