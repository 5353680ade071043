package io.drawbore.watch;

import static io.drawbore.watch.Watched.everything;
import static io.drawbore.watch.Watched.key;
import static io.drawbore.watch.Watched.revisions;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.EncodedMessage;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharingTest {
    private final Watched watched = new Watched(Watched.limits());

    @AfterEach
    void close() {
        watched.close();
    }

    @Test
    void anEventIsEncodedOnceForAllWhoSeeIt() throws InterruptedException {
        Watched.Session one = watched.open();
        Watched.Session other = watched.open();
        Watched.Session curious = watched.open();
        one.create(key("a"));
        other.create(everything().setWatchId(9));
        curious.create(everything().setPrevKv(true));
        watched.put("a", "1");
        watched.put("a", "2");
        List.of(one, other, curious).forEach(session -> assertEquals(2, firstRevision(session)));

        EncodedMessage<WatchResponse> seen = one.client().nextEncoded();
        EncodedMessage<WatchResponse> seenToo = other.client().nextEncoded();
        EncodedMessage<WatchResponse> seenWithPrevious = curious.client().nextEncoded();
        assertSame(event(seen), event(seenToo));
        assertSame(seen.pieces().getFirst(), seenToo.pieces().getFirst(), "the header");
        assertNotSame(event(seen), event(seenWithPrevious));
        assertEquals(9, seenToo.parsed().getWatchId());
        assertEquals(
                "1",
                seenWithPrevious.parsed().getEvents(0).getPrevKv().getValue().toStringUtf8());
    }

    private static long firstRevision(Watched.Session session) {
        try {
            return revisions(session.client().next()).getFirst();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static ByteString event(EncodedMessage<WatchResponse> response) {
        return response.pieces().getLast();
    }

    @Test
    void aThousandWhoComeBackTogetherReadHistoryAboutOnce() throws InterruptedException {
        for (int i = 0; i < 5_000; i++) {
            watched.put("a" + i % 10, "v" + i);
        }
        // they have all come by the time that history is read
        watched.history.hold();
        List<Watched.Session> sessions = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Watched.Session session = watched.open();
            session.send(key("a" + i % 10).setStartRevision(2 + i % 100));
            sessions.add(session);
        }
        watched.history.letRead();
        watched.awaitCalm();
        assertTrue(watched.history.reads() < 500, watched.history.reads() + " reads");
        for (int i = 0; i < sessions.size(); i++) {
            Client client = sessions.get(i).client();
            assertTrue(client.next().getCreated());
            List<Long> seen = new ArrayList<>();
            while (seen.isEmpty() || seen.getLast() < 4_992 + i % 10) {
                seen.addAll(revisions(client.next()));
            }
            int ending = i % 10;
            assertEquals(
                    LongStream.rangeClosed(2 + i % 100, 5_001)
                            .filter(revision -> (revision - 2) % 10 == ending)
                            .boxed()
                            .toList(),
                    seen);
        }
    }

    @Test
    void previousValuesOfHistoryAreLookedUpTogether() throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            watched.put("a", "v" + i);
        }
        Watched.Session session = watched.open();
        session.create(everything().setStartRevision(2).setPrevKv(true));
        int seen = 0;
        while (seen < 500) {
            seen += session.client().next().getEventsCount();
        }
        assertTrue(watched.history.lookUps() < 10, watched.history.lookUps() + " look-ups");
    }
}
