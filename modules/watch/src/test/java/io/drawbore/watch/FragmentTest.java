package io.drawbore.watch;

import static io.drawbore.watch.Watched.everything;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FragmentTest {
    private static final int RESPONSE_BYTES = 1_000;

    private final Watched watched = new Watched(
            new WatchLimits(1 << 20, 1 << 18, 1_000, 1 << 20, 1 << 20, RESPONSE_BYTES, Duration.ofMinutes(10), 1));
    private final Watched.Session session = watched.open();

    @AfterEach
    void close() {
        watched.close();
    }

    private List<WatchResponse> nextWithFragments() throws InterruptedException {
        List<WatchResponse> parts = new ArrayList<>();
        do {
            parts.add(session.client().next());
        } while (parts.getLast().getFragment());
        return parts;
    }

    private static List<String> keys(List<WatchResponse> responses) {
        return responses.stream()
                .flatMap(response -> response.getEventsList().stream())
                .map(event -> event.getKv().getKey().toStringUtf8())
                .toList();
    }

    @Test
    void aRevisionThatIsTooLargeComesInFragmentsToWhoTakesThem() throws InterruptedException {
        session.create(everything().setFragment(true));
        for (String key : List.of("a", "b", "c", "d", "e")) {
            watched.history.put(key, "x".repeat(400));
        }
        watched.commit();
        List<WatchResponse> parts = nextWithFragments();
        assertEquals(List.of("a", "b", "c", "d", "e"), keys(parts));
        assertEquals(3, parts.size());
        for (WatchResponse part : parts) {
            assertTrue(part.getSerializedSize() < RESPONSE_BYTES);
            assertEquals(2, part.getHeader().getRevision());
        }
    }

    @Test
    void whatDoesNotReachTheLimitAndWhatIsOneEventComesWhole() throws InterruptedException {
        session.create(everything().setFragment(true));
        watched.put("a", "x".repeat(5_000));
        assertFalse(session.client().next().getFragment());
        watched.history.put("a", "x".repeat(400)).put("b", "x".repeat(300));
        watched.commit();
        assertEquals(2, session.client().next().getEventsCount());
    }

    @Test
    void anEventBeyondTheLimitIsAFragmentOfItsOwn() throws InterruptedException {
        session.create(everything().setFragment(true));
        watched.history.put("a", "x").put("b", "x".repeat(5_000)).put("c", "x");
        watched.commit();
        List<WatchResponse> parts = nextWithFragments();
        assertEquals(List.of("a", "b", "c"), keys(parts));
        assertEquals(List.of(1, 1, 1), parts.stream().map(WatchResponse::getEventsCount).toList());
    }

    @Test
    void whoDidNotAskForFragmentsGetsARevisionWhole() throws InterruptedException {
        session.create(everything());
        for (int i = 0; i < 10; i++) {
            watched.history.put("a" + i, "x".repeat(400));
        }
        watched.commit();
        WatchResponse whole = session.client().next();
        assertFalse(whole.getFragment());
        assertEquals(10, whole.getEventsCount());
    }
}
