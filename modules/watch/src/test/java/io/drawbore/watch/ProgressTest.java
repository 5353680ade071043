package io.drawbore.watch;

import static io.drawbore.watch.Watched.everything;
import static io.drawbore.watch.Watched.key;
import static io.drawbore.watch.Watched.revisions;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final Duration WITH_JITTER = INTERVAL.plus(INTERVAL.dividedBy(10));

    private final Watched watched = new Watched(Watched.limits());
    private final Watched.Session session = watched.open();

    @AfterEach
    void close() {
        watched.close();
    }

    @Test
    void anIdleWatcherIsToldHowFarItIs() throws InterruptedException {
        long id = session.create(key("a").setProgressNotify(true).setWatchId(7));
        watched.put("b", "not watched");
        watched.timer.pass(WITH_JITTER);
        watched.assertProgress(session.client().next(), id, 2);
        watched.timer.pass(WITH_JITTER);
        watched.assertProgress(session.client().next(), id, 2);
    }

    @Test
    void nobodyIsToldBeforeTheIntervalIsOver() throws InterruptedException {
        session.create(key("a").setProgressNotify(true));
        watched.timer.pass(INTERVAL.minusNanos(1));
        session.askForProgress();
        watched.assertProgress(session.client().next(), -1, 1);
    }

    @Test
    void whoHeardSomethingInTheIntervalIsNotToldThisTime() throws InterruptedException {
        long id = session.create(key("a").setProgressNotify(true));
        watched.put("a", "1");
        assertEquals(List.of(2L), revisions(session.client().next()));
        watched.timer.pass(WITH_JITTER);
        watched.put("a", "2");
        assertEquals(List.of(3L), revisions(session.client().next()));
        watched.timer.pass(WITH_JITTER);
        watched.timer.pass(WITH_JITTER);
        watched.assertProgress(session.client().next(), id, 3);
    }

    @Test
    void whoDidNotAskIsNotTold() throws InterruptedException {
        session.create(key("a"));
        assertEquals(0, watched.timer.waiting());
        long told = session.create(key("b").setProgressNotify(true));
        watched.timer.pass(WITH_JITTER);
        watched.assertProgress(session.client().next(), told, 1);
        session.askForProgress();
        watched.assertProgress(session.client().next(), -1, 1);
    }

    @Test
    void aWatcherOfTheFutureIsToldOnceItHasBegun() throws InterruptedException {
        long id = session.create(key("a").setProgressNotify(true).setStartRevision(3));
        watched.timer.pass(WITH_JITTER);
        watched.put("b", "2");
        watched.put("b", "3");
        watched.timer.pass(WITH_JITTER);
        watched.assertProgress(session.client().next(), id, 3);
    }

    @Test
    void theTimerOfAClosedStreamEnds() throws InterruptedException {
        session.create(key("a").setProgressNotify(true));
        assertEquals(1, watched.timer.waiting());
        session.stream().close();
        assertEquals(0, watched.timer.waiting());
    }

    @Test
    void progressNeverOvertakesEvents() throws InterruptedException {
        session.create(everything());
        Thread asking = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 300; i++) {
                session.askForProgress();
            }
        });
        for (int i = 0; i < 300; i++) {
            watched.put("a", "v" + i);
        }
        asking.join();
        session.askForProgress();
        long seen = 1;
        long told = 0;
        while (told < 301) {
            var response = session.client().next();
            if (response.getEventsCount() == 0) {
                // whoever is told of a revision has seen it
                assertEquals(seen, response.getHeader().getRevision());
                told = response.getHeader().getRevision();
            } else {
                assertEquals(List.of(seen + 1), revisions(response));
                seen++;
            }
        }
    }

    @Test
    void noAnswerSpeaksOfLessThanWasPublishedWhenItWasAsked() throws InterruptedException {
        session.create(key("a"));
        for (int i = 2; i < 300; i++) {
            watched.put("b", "v" + i);
            session.askForProgress();
            watched.assertProgress(session.client().next(), -1, i);
        }
    }

    @Test
    void oneWatcherThatIsBehindOrOfTheFutureKeepsTheAnswerBack() throws InterruptedException {
        session.create(key("a"));
        long future = session.create(key("a").setStartRevision(100));
        session.askForProgress();
        session.cancel(future);
        assertEquals(true, session.client().next().getCanceled());
        session.askForProgress();
        watched.assertProgress(session.client().next(), -1, 1);
    }

    @Test
    void aStreamWithoutWatchersIsNotAnswered() throws InterruptedException {
        session.askForProgress();
        assertEquals(0, session.create(key("a")));
        assertEquals(0, session.client().handedOver());
    }
}
