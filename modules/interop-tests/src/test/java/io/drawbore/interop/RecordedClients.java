package io.drawbore.interop;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.testkit.history.History;
import io.drawbore.testkit.history.HistoryFile;
import io.drawbore.testkit.history.HistoryJudge;
import io.drawbore.testkit.history.Operation;
import io.drawbore.testkit.history.Recording;
import io.drawbore.testkit.history.Request;
import io.drawbore.testkit.history.Response;
import io.drawbore.testkit.history.Violation;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Clients of a server whose history is kept, over all lives of the server. Any thread; the recording has one lock, and
 * the time is asked for under it.
 */
final class RecordedClients {
    /** All times are of one machine's clock. */
    private static final long LEASE_TOLERANCE = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int WATCHER = 100;
    private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);
    /** So many responses, and a watch that gets cut is cut. */
    private static final int RESPONSES_A_STREAM = 20;

    private final Recording recording = new Recording();
    private final AtomicLong newest = new AtomicLong(1);
    private final List<Place> places = List.of(
            new Place(ZERO, ZERO, false, 1),
            new Place(bytes("a"), bytes("c"), true, 0),
            new Place(bytes("d"), ZERO, true, 0));

    /** What is watched, and the watch that does or last did. */
    private static final class Place {
        private final ByteString key;
        private final ByteString end;
        private final boolean isCut;
        private OptionalInt watch = OptionalInt.empty();
        /** Where the next watch begins that doesn't go on where another was cut. */
        private long start;

        Place(final ByteString key, final ByteString end, final boolean isCut, final long start) {
            this.key = key;
            this.end = end;
            this.isCut = isCut;
            this.start = start;
        }
    }

    /** Calls, and answers whether the server is still there. */
    boolean call(final PlainClient client, final int number, final Request request) throws InterruptedException {
        final int operation;
        synchronized (recording) {
            operation = recording.call(number, System.nanoTime(), request);
        }
        try {
            final Message message = client.call(request);
            synchronized (recording) {
                final Response response = Response.of(message);
                recording.answer(operation, System.nanoTime(), response);
                newest.accumulateAndGet(response.revision(), Math::max);
            }
            return true;
        } catch (final StatusException failed) {
            final Optional<String> refusal = PlainClient.refusal(failed.getStatus());
            refusal.ifPresent(text -> {
                synchronized (recording) {
                    recording.refuse(operation, System.nanoTime(), text);
                }
            });
            return refusal.isPresent();
        }
    }

    /** The newest revision that anybody was answered. */
    long newest() {
        return newest.get();
    }

    History history() {
        synchronized (recording) {
            return recording.history();
        }
    }

    /**
     * Fails where the history is none that one store can have; the history is kept then.
     *
     * @param name of the test's run
     * @param steps see {@link HistoryJudge}
     */
    void judge(final String name, final int steps) throws IOException {
        final History history = history();
        final List<Violation> violations = new HistoryJudge(LEASE_TOLERANCE, steps).judge(history);
        if (!violations.isEmpty()) {
            final Path file = target("failed-history", name);
            HistoryFile.write(history, file);
            throw new AssertionError(name + ": " + told() + ", kept in " + file.toAbsolutePath() + ":\n"
                    + HistoryJudge.text(violations));
        }
    }

    /** How many operations there were. */
    String told() {
        return history().operations().size() + " operations, " + unknown() + " of unknown outcome";
    }

    /** Operations that may have been done or not. */
    long unknown() {
        return history().operations().stream().filter(Operation::isUnknown).count();
    }

    /** A file that stays when the test is over. */
    static Path target(final String kind, final String name) {
        return Path.of("target", kind + "-" + name.replaceAll("\\W+", "-") + ".txt");
    }

    /**
     * The watches of one life of the server: one over all keys, and others that are cut and go on again and again. Each
     * goes on where it was in the life before.
     */
    final class Watches implements AutoCloseable {
        private final PlainClient client;
        private final boolean previousValues;
        private final Map<Place, PlainClient.Stream<WatchRequest, WatchResponse>> streams = new HashMap<>();
        private final List<Awaited> awaited = new ArrayList<>();
        private boolean closed;

        private record Awaited(ByteString key, Event.EventType type, CountDownLatch seen) {}

        /**
         * Opens them.
         *
         * @param member whom they ask. An etcd isn't asked for previous values: it takes note of that wish only when
         *     the watch has been made, so the first events may come without
         */
        Watches(final PlainClient client, final ServerKind member) {
            this.client = client;
            this.previousValues = !member.isEtcd();
            places.forEach(this::open);
        }

        private void open(final Place place) {
            final WatchCreateRequest.Builder request = WatchCreateRequest.newBuilder()
                    .setKey(place.key)
                    .setRangeEnd(place.end)
                    .setPrevKv(previousValues)
                    .setProgressNotify(true);
            synchronized (recording) {
                if (closed) {
                    return;
                }
                final long now = System.nanoTime();
                final int watch;
                if (place.watch.isPresent()) {
                    request.setStartRevision(recording.cursor(place.watch.getAsInt()) + 1);
                    watch = recording.resume(place.watch.getAsInt(), now, request.build());
                } else {
                    request.setStartRevision(place.start);
                    watch = recording.watch(WATCHER + places.indexOf(place), now, request.build());
                }
                place.watch = OptionalInt.of(watch);
                final var told = new int[1];
                final var stream = client.watch(response -> receive(place, watch, response, ++told[0]), _ -> { });
                // A stream that was cut is recorded no further than what was on its way.
                Optional.ofNullable(streams.put(place, stream)).ifPresent(PlainClient.Stream::close);
                stream.send(WatchRequest.newBuilder().setCreateRequest(request).build());
            }
        }

        private void receive(final Place place, final int watch, final WatchResponse response, final int count) {
            synchronized (recording) {
                recording.receive(watch, System.nanoTime(), response);
                if (!place.watch.equals(OptionalInt.of(watch))) {
                    return;
                }
                if (response.getCanceled()) {
                    // Compacted: another watch, from what is still there.
                    place.watch = OptionalInt.empty();
                    place.start = response.getCompactRevision();
                    open(place);
                } else if (place.isCut && count == RESPONSES_A_STREAM) {
                    open(place);
                }
                if (!place.isCut) {
                    response.getEventsList().forEach(this::meet);
                }
            }
        }

        private void meet(final Event event) {
            for (final Awaited wanted : awaited) {
                if (wanted.key().equals(event.getKv().getKey()) && wanted.type() == event.getType()) {
                    wanted.seen().countDown();
                }
            }
        }

        /** What answers, waiting if need be, whether the watch over all keys saw such an event from now on. */
        BooleanSupplier awaiting(final String key, final Event.EventType type) {
            final var seen = new CountDownLatch(1);
            synchronized (recording) {
                awaited.add(new Awaited(bytes(key), type, seen));
            }
            return () -> {
                try {
                    return seen.await(Ran.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                } catch (final InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            };
        }

        @Override
        public void close() {
            synchronized (recording) {
                closed = true;
                streams.values().forEach(PlainClient.Stream::close);
            }
        }
    }

    static ByteString bytes(final String text) {
        return ByteString.copyFromUtf8(text);
    }
}
