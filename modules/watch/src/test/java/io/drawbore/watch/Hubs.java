package io.drawbore.watch;

import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.Workers;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.Random;

/** Hubs over histories that tests write. */
final class Hubs {
    /** So little that a handful of events fills a stream. */
    static final WatchLimits NARROW =
            new WatchLimits(2_000, 500, 7, 1_000, 1 << 20, 2 << 20, Duration.ofMinutes(10), 2);

    private Hubs() {}

    static WatchHub of(History history) {
        return of(history, NARROW, new ManualTimer());
    }

    static WatchHub of(History history, WatchLimits limits, Timer timer) {
        return of(history, limits, timer, new ThreadWorkers());
    }

    static WatchHub of(History history, WatchLimits limits, Timer timer, Workers workers) {
        return new WatchHub(
                history,
                revision -> ResponseHeader.newBuilder()
                        .setClusterId(1)
                        .setMemberId(2)
                        .setRevision(revision)
                        .setRaftTerm(3)
                        .build(),
                limits,
                workers,
                timer,
                new Random(1));
    }
}
