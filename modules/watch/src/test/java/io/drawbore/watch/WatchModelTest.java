package io.drawbore.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.KeyRow;
import io.drawbore.mvcc.Key;
import io.drawbore.mvcc.KeyRange;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest.FilterType;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many watchers of random ranges over a random history, with clients that stop reading, cancels, closed streams and
 * compactions: each watcher sees exactly what is for it, in order, once, unless it is cancelled, and then what it saw
 * is where that begins.
 */
class WatchModelTest {
    private static final int STEPS = 3_000;
    private static final int STREAMS = 8;

    private final List<KeyRow> everything = new ArrayList<>();
    private final List<Story> stories = new ArrayList<>();
    private final List<Stream> streams = new ArrayList<>();
    private long ids;

    /** What the model knows of a watcher. */
    private static final class Story {
        private final long id;
        private final WatchCreateRequest request;
        private final KeyRange range;
        private final List<Event> seen = new ArrayList<>();
        private long createdAt;
        private long compacted;
        private boolean cancelled;
        private boolean askedToEnd;

        Story(long id, WatchCreateRequest request) {
            this.id = id;
            this.request = request;
            this.range = KeyRange.of(request.getKey(), request.getRangeEnd());
        }

        long start() {
            return request.getStartRevision() == 0 ? createdAt + 1 : request.getStartRevision();
        }

        boolean wants(KeyRow row) {
            FilterType unwanted = row.tombstone() ? FilterType.NODELETE : FilterType.NOPUT;
            return row.revision().main() >= start()
                    && range.contains(Key.of(row.key()))
                    && !request.getFiltersList().contains(unwanted);
        }
    }

    private static final class Stream {
        private final Watched.Session session;
        private final Map<Long, Story> open = new HashMap<>();
        private boolean closed;

        Stream(Watched.Session session) {
            this.session = session;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyWatcherSeesWhatIsForItOnceAndInOrder(long seed) throws InterruptedException {
        Random random = new Random(seed);
        WatchLimits limits = new WatchLimits(
                500 + random.nextInt(5_000),
                200 + random.nextInt(1_000),
                1 + random.nextInt(40),
                200 + random.nextInt(3_000),
                200 + random.nextInt(20_000),
                1 << 20,
                Duration.ofMinutes(10),
                2);
        try (Watched watched = new Watched(limits)) {
            for (int i = 0; i < STREAMS; i++) {
                streams.add(new Stream(watched.open()));
            }
            for (int step = 0; step < STEPS; step++) {
                step(watched, random);
            }
            settle(watched);
            stories.forEach(story -> judge(story, watched.history, "seed " + seed + ", watcher " + story.id));
        }
    }

    private void step(Watched watched, Random random) {
        Stream stream = streams.get(random.nextInt(streams.size()));
        switch (random.nextInt(20)) {
            case 0, 1 -> create(stream, watched.history, random);
            case 2 -> cancel(stream, random);
            case 3 -> stream.session.client().stopReading();
            case 4 -> stream.session.client().readOn();
            case 5 -> compactOrClose(watched, random);
            case 6 -> stream.session.askForProgress();
            default -> write(watched, random);
        }
    }

    private void write(Watched watched, Random random) {
        int changes = 1 + random.nextInt(3);
        int first = random.nextInt(10);
        for (int i = 0; i < changes; i++) {
            // other keys in each revision: no key changes twice in one
            String key = "k" + (first + i) % 10;
            if (random.nextInt(4) == 0) {
                watched.history.delete(key);
            } else {
                watched.history.put(key, "v" + random.nextInt(1_000));
            }
        }
        List<KeyRow> rows = watched.history.commit();
        everything.addAll(rows);
        watched.hub.publish(rows);
    }

    private void create(Stream stream, RecordedHistory history, Random random) {
        if (stream.closed) {
            return;
        }
        WatchCreateRequest.Builder request = WatchCreateRequest.newBuilder()
                .setKey(key(random))
                .setWatchId(++ids)
                .setPrevKv(random.nextBoolean());
        switch (random.nextInt(4)) {
            case 0 -> request.setRangeEnd(ByteString.copyFromUtf8("\0"));
            case 1 -> request.setRangeEnd(ByteString.copyFromUtf8("k9"));
            case 2 -> request.setKey(ByteString.copyFromUtf8("k")).setRangeEnd(ByteString.copyFromUtf8("l"));
            default -> {}
        }
        if (request.getKey().toStringUtf8().equals("k9")) {
            request.clearRangeEnd();
        }
        if (random.nextInt(3) == 0) {
            request.addFilters(random.nextBoolean() ? FilterType.NOPUT : FilterType.NODELETE);
        }
        if (random.nextInt(3) > 0) {
            long around = history.revision() + 20;
            request.setStartRevision(Math.max(1, around - random.nextLong(random.nextBoolean() ? 60 : around)));
        }
        Story story = new Story(ids, request.build());
        stories.add(story);
        stream.open.put(ids, story);
        stream.session.send(request);
    }

    private static ByteString key(Random random) {
        return ByteString.copyFromUtf8("k" + random.nextInt(10));
    }

    private static void cancel(Stream stream, Random random) {
        List<Story> open = List.copyOf(stream.open.values());
        if (open.isEmpty() || stream.closed) {
            return;
        }
        Story story = open.get(random.nextInt(open.size()));
        story.askedToEnd = true;
        stream.session.cancel(story.id);
    }

    private void compactOrClose(Watched watched, Random random) {
        int choice = random.nextInt(30);
        if (choice < 8) {
            long from = watched.history.compactRevision();
            long to = watched.history.revision() - random.nextInt(30);
            if (to > from) {
                watched.history.compact(to);
            }
        } else if (choice == 8) {
            Stream closed = streams.remove(random.nextInt(streams.size()));
            closed.closed = true;
            closed.session.stream().close();
            end(closed);
            streams.add(new Stream(watched.open()));
        }
    }

    /** All read on; nobody is behind any more; all that was sent is told to the model. */
    private void settle(Watched watched) throws InterruptedException {
        for (Stream stream : streams) {
            stream.session.client().readOn();
        }
        watched.awaitCalm();
        for (Stream stream : streams) {
            if (stream.session.client().hasFailed()) {
                // it asked for more answers than it took
                end(stream);
                continue;
            }
            // what is queued behind everything else is the last to come
            stream.session.send(Watched.key("end").setWatchId(++ids));
            WatchResponse response;
            do {
                response = stream.session.client().next();
                tell(stream, response);
            } while (response.getWatchId() != ids);
        }
    }

    private static void end(Stream stream) {
        stream.open.values().forEach(story -> story.askedToEnd = true);
        stream.session.client().drain().forEach(response -> tell(stream, response));
    }

    private static void tell(Stream stream, WatchResponse response) {
        Story story = stream.open.get(response.getWatchId());
        if (story == null) {
            return;
        }
        boolean answersCancel = story.compacted > 0 && response.getCanceled();
        assertFalse(
                story.cancelled && !answersCancel, "watcher " + story.id + " hears after its end: " + response);
        if (response.getCreated()) {
            story.createdAt = response.getHeader().getRevision();
        }
        if (response.getEventsCount() > 0) {
            List<Event> events = response.getEventsList();
            assertTrue(
                    response.getHeader().getRevision() >= events.getLast().getKv().getModRevision(), "header");
            story.seen.addAll(events);
            assertFalse(
                    story.seen.size() > events.size()
                            && story.seen.get(story.seen.size() - events.size() - 1).getKv().getModRevision()
                                    == events.getFirst().getKv().getModRevision(),
                    "a revision came in two responses");
        }
        if (response.getCanceled()) {
            story.cancelled = true;
            story.compacted = Math.max(story.compacted, response.getCompactRevision());
        }
    }

    private void judge(Story story, RecordedHistory history, String who) {
        List<KeyRow> wanted = everything.stream().filter(story::wants).toList();
        assertTrue(story.seen.size() <= wanted.size(), who + " saw too much");
        for (int i = 0; i < story.seen.size(); i++) {
            assertSame(wanted.get(i), story.seen.get(i), story, history, who);
        }
        if (story.compacted > 0) {
            assertTrue(story.start() < story.compacted, who);
            assertTrue(
                    story.seen.isEmpty()
                            || story.seen.getLast().getKv().getModRevision() < story.compacted,
                    who + " was cancelled though it had seen what was compacted");
        } else if (!story.askedToEnd) {
            assertEquals(wanted.size(), story.seen.size(), who + " missed something");
        }
    }

    private void assertSame(KeyRow row, Event event, Story story, RecordedHistory history, String who) {
        String what = who + " at " + row.revision();
        assertEquals(row.revision().main(), event.getKv().getModRevision(), what);
        assertEquals(row.key(), event.getKv().getKey(), what);
        assertEquals(row.tombstone(), event.getType() == Event.EventType.DELETE, what);
        assertEquals(row.value(), event.getKv().getValue(), what);
        if (!story.request.getPrevKv()) {
            assertFalse(event.hasPrevKv(), what);
            return;
        }
        KeyValue before = before(row);
        if (event.hasPrevKv()) {
            assertEquals(before, event.getPrevKv(), what);
        } else {
            assertTrue(before == null || row.revision().main() - 1 < history.compactRevision(), what);
        }
    }

    private @Nullable KeyValue before(KeyRow change) {
        KeyRow found = null;
        for (KeyRow row : everything) {
            if (row.revision().main() < change.revision().main() && row.key().equals(change.key())) {
                found = row;
            }
        }
        return found == null || found.tombstone() ? null : RecordedHistory.toKeyValue(found);
    }
}
