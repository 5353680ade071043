package io.drawbore.watch;

import static io.drawbore.watch.Watched.everything;
import static io.drawbore.watch.Watched.key;
import static io.drawbore.watch.Watched.revisions;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CatchUpTest {
    private static final int STREAM_BYTES = 2_000;

    private final Watched watched = new Watched(Hubs.NARROW);
    private final Watched.Session session = watched.open();

    @AfterEach
    void close() {
        watched.close();
    }

    private static List<Long> read(Client client, int count) throws InterruptedException {
        List<Long> seen = new ArrayList<>();
        while (seen.size() < count) {
            seen.addAll(revisions(client.next()));
        }
        return seen;
    }

    private static List<Long> revisionsFromTo(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private void assertCompacted(WatchResponse response, long id, long compactRevision) {
        assertTrue(response.getCanceled());
        assertFalse(response.getCreated());
        assertEquals(id, response.getWatchId());
        assertEquals(compactRevision, response.getCompactRevision());
        assertEquals("", response.getCancelReason());
        assertEquals(0, response.getHeader().getRevision());
        assertEquals(0, response.getEventsCount());
    }

    @Test
    void aCompactedStartIsCreatedAndThenCancelled() throws InterruptedException {
        for (int i = 2; i <= 10; i++) {
            watched.put("a", "v" + i);
        }
        watched.history.compact(8);
        long gone = session.create(key("a").setStartRevision(7));
        assertCompacted(session.client().next(), gone, 8);
        session.create(key("a").setStartRevision(8));
        assertEquals(List.of(8L, 9L, 10L), revisions(session.client().next()));
    }

    @Test
    void whatAnotherStoreBringsIsReadByThoseWhoKeptUp() throws InterruptedException {
        watched.put("a", "2");
        session.create(key("a"));
        watched.put("a", "3");
        assertEquals(List.of(3L), revisions(session.client().next()));
        watched.history.put("a", "4").commit();
        watched.history.put("b", "5").commit();
        watched.history.put("a", "6").commit();
        watched.hub.storeReplaced(6);
        assertEquals(List.of(4L, 6L), read(session.client(), 2));
        watched.put("a", "7");
        assertEquals(List.of(7L), revisions(session.client().next()));
    }

    @Test
    void whoCannotReadWhatAnotherStoreNoLongerHasIsCancelled() throws InterruptedException {
        long id = session.create(key("a"));
        for (int i = 2; i <= 9; i++) {
            watched.history.put("a", "v" + i).commit();
        }
        watched.history.compact(5);
        watched.hub.storeReplaced(9);
        assertCompacted(session.client().next(), id, 5);
    }

    @Test
    void aDeletionAtTheCompactRevisionIsSeen() throws InterruptedException {
        watched.put("a", "1");
        watched.history.delete("a");
        watched.commit();
        watched.history.compact(3);
        session.create(key("a").setStartRevision(3).setPrevKv(true));
        WatchResponse response = session.client().next();
        assertEquals(List.of(3L), revisions(response));
        assertFalse(response.getEvents(0).hasPrevKv(), "what was before is compacted");
    }

    @Test
    void anIdStaysTakenByACompactedWatcherUntilTheClientCancelsIt() throws InterruptedException {
        watched.put("a", "2");
        watched.put("a", "3");
        watched.history.compact(3);
        session.create(key("a").setStartRevision(2).setWatchId(40));
        assertCompacted(session.client().next(), 40, 3);
        session.send(key("a").setWatchId(40));
        assertTrue(session.client().next().getCanceled());
        session.cancel(40);
        assertEquals(40, session.client().next().getWatchId());
        assertEquals(40, session.create(key("a").setWatchId(40)));
    }

    @Test
    void aWatcherThatACompactionOvertakesIsCancelledBehindWhatItWasHanded() throws InterruptedException {
        long id = session.create(everything());
        session.client().stopReading();
        for (int i = 2; i <= 300; i++) {
            watched.put("a", "x".repeat(100));
        }
        watched.history.compact(290);
        session.client().readOn();
        List<Long> seen = new ArrayList<>();
        WatchResponse response = session.client().next();
        while (!response.getCanceled()) {
            seen.addAll(revisions(response));
            response = session.client().next();
        }
        assertCompacted(response, id, 290);
        assertEquals(revisionsFromTo(2, seen.getLast()), seen);
        assertTrue(seen.getLast() < 290);
    }

    @Test
    void aClientThatDoesNotReadCostsBoundedMemoryAndMissesNothing() throws InterruptedException {
        Watched.Session deaf = session;
        Watched.Session other = watched.open();
        deaf.create(everything());
        other.create(everything());
        deaf.client().stopReading();
        int writes = 2_000;
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < writes; i++) {
            watched.put("a", "x".repeat(100));
            if (i % 10 == 0) {
                seen.addAll(read(other.client(), 1));
            }
        }
        seen.addAll(read(other.client(), writes - seen.size()));
        assertEquals(revisionsFromTo(2, writes + 1L), seen);

        int readsWhileDeaf = watched.history.reads();
        assertTrue(deaf.client().mostUnreadBytes() < STREAM_BYTES, "bytes " + deaf.client().mostUnreadBytes());
        assertTrue(watched.hub.pendingEventCount() * 100 < STREAM_BYTES, "events " + watched.hub.pendingEventCount());
        // one that has just caught up is counted for a moment more
        Watched.await("one is behind", () -> watched.hub.slowWatcherCount() == 1);

        deaf.client().readOn();
        assertEquals(revisionsFromTo(2, writes + 1L), read(deaf.client(), writes));
        assertTrue(watched.history.reads() > readsWhileDeaf);
        watched.awaitCalm();
        watched.put("a", "live again");
        assertEquals(List.of(writes + 2L), revisions(deaf.client().next()));
    }

    @Test
    void aWatcherCancelledWhileItIsBehindSeesNothingAfterTheAnswer() throws InterruptedException {
        for (int i = 2; i <= 500; i++) {
            watched.put("a", "x".repeat(50));
        }
        session.client().stopReading();
        session.send(everything().setStartRevision(2));
        session.cancel(0);
        session.client().readOn();
        WatchResponse response = session.client().next();
        while (!response.getCanceled()) {
            response = session.client().next();
        }
        assertEquals(1, session.create(key("b")));
        watched.awaitCalm();
        session.askForProgress();
        WatchResponse last = session.client().next();
        assertEquals(-1, last.getWatchId());
        assertEquals(1, watched.hub.watcherCount());
    }

    @Test
    void whatIsPublishedFasterThanItIsMatchedIsReadFromTheStore() throws InterruptedException {
        try (Watched tight = new Watched(
                new WatchLimits(1 << 20, 1 << 20, 100, 1 << 20, 300, 1 << 20, Duration.ofMinutes(10), 1))) {
            Watched.Session client = tight.open();
            client.create(everything());
            for (int i = 0; i < 2_000; i++) {
                tight.put("a", "x".repeat(100));
            }
            assertEquals(revisionsFromTo(2, 2_001), read(client.client(), 2_000));
        }
    }

    @Test
    void whoAsksAndAsksAndReadsNoAnswersIsTurnedAway() throws Exception {
        session.create(key("a"));
        session.client().stopReading();
        for (int i = 0; i < 500; i++) {
            session.send(key("a"));
        }
        assertTrue(session.client().handedOver() < 20, "handed over: " + session.client().handedOver());
        assertEquals(
                EtcdError.REQUEST_TOO_MANY_REQUESTS.text(),
                session.client().failure().getMessage());
        assertEquals(0, watched.hub.watcherCount());
        assertEquals(0, watched.hub.streamCount());
    }

    /** A stream that was to be sent to by the same thread went without for ever, and the thread ended. */
    @ParameterizedTest
    @EnumSource
    void aTransportThatFailsEndsItsStreamAndNoOther(Broken how) throws InterruptedException {
        Client broken = new Client();
        Watched.Session failing = new Watched.Session(broken, watched.hub.open(broken));
        failing.create(key("a"));
        session.create(key("a"));
        Watched.Session third = watched.open();
        third.create(key("a"));
        broken.failFromNowOn(how.answer);
        watched.put("a", "1");
        assertEquals(List.of(2L), revisions(session.client().next()));
        assertEquals(List.of(2L), revisions(third.client().next()));
        Watched.await("the stream has ended", () -> watched.hub.streamCount() == 2);
        assertTrue(broken.hasFailed());
        watched.put("a", "2");
        assertEquals(List.of(3L), revisions(session.client().next()));
        assertEquals(List.of(3L), revisions(third.client().next()));
        assertEquals(List.of(), List.copyOf(watched.uncaught));
    }

    /** What is wrong with a sink. */
    enum Broken {
        THROWS(() -> {
            throw new IllegalStateException("a transport that is broken");
        }),
        LINKS_BADLY(() -> {
            throw new NoSuchMethodError("a transport of yesterday");
        }),
        ANSWERS_NOTHING(() -> null);

        final Supplier<CompletionStage<Void>> answer;

        Broken(Supplier<CompletionStage<Void>> answer) {
            this.answer = answer;
        }
    }

    @Test
    void everybodyIsCounted() throws InterruptedException {
        Watched.Session other = watched.open();
        session.create(key("a"));
        session.create(everything());
        other.create(key("b").setStartRevision(50));
        assertEquals(2, watched.hub.streamCount());
        assertEquals(3, watched.hub.watcherCount());
        assertEquals(0, watched.hub.slowWatcherCount());
        watched.put("a", "1");
        read(session.client(), 2);
        assertEquals(2, watched.hub.sentEventCount());
        assertEquals(0, watched.hub.pendingEventCount());
        session.cancel(0);
        assertEquals(2, watched.hub.watcherCount());
        session.stream().close();
        session.stream().close();
        assertEquals(1, watched.hub.watcherCount());
        assertEquals(1, watched.hub.streamCount());
    }
}
