package io.drawbore.testkit.history;

import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which revisions clients had seen when: every answer and every watch's response is a sighting of a revision. */
final class Sightings {
    private final long[] times;
    /** The highest of the sightings up to each time. */
    private final Sighting[] highest;
    private final long[] revisions;
    /** The earliest of the sightings from each revision up. */
    private final Sighting[] earliest;

    /**
     * A client saw a revision.
     *
     * @param by what it was answered
     */
    record Sighting(long time, long revision, Object by) {
        @Override
        public String toString() {
            return "revision " + revision + " seen at " + time + " by " + by;
        }
    }

    Sightings(History history) {
        List<Sighting> all = new ArrayList<>();
        for (Operation operation : history.operations()) {
            if (operation.outcome() instanceof Outcome.Answered answered && answered.response().revision() > 0) {
                all.add(new Sighting(answered.time(), answered.response().revision(), operation));
            }
        }
        for (Watch watch : history.watches()) {
            for (Watch.Received received : watch.responses()) {
                all.add(new Sighting(received.at(), newest(received.response()), watch));
            }
        }
        all.sort(Comparator.comparingLong(Sighting::time));
        times = all.stream().mapToLong(Sighting::time).toArray();
        highest = all.toArray(Sighting[]::new);
        for (int i = 1; i < highest.length; i++) {
            highest[i] = highest[i].revision() > highest[i - 1].revision() ? highest[i] : highest[i - 1];
        }
        all.sort(Comparator.comparingLong(Sighting::revision));
        revisions = all.stream().mapToLong(Sighting::revision).toArray();
        earliest = all.toArray(Sighting[]::new);
        for (int i = earliest.length - 2; i >= 0; i--) {
            earliest[i] = earliest[i].time() <= earliest[i + 1].time() ? earliest[i] : earliest[i + 1];
        }
    }

    private static long newest(WatchResponse response) {
        long newest = response.getHeader().getRevision();
        for (Event event : response.getEventsList()) {
            newest = Math.max(newest, event.getKv().getModRevision());
        }
        return newest;
    }

    /** The highest revision that anybody had seen before a time. */
    Optional<Sighting> before(long time) {
        int index = firstAtLeast(times, time) - 1;
        return index < 0 ? Optional.empty() : Optional.of(highest[index]);
    }

    /** When a revision, or a higher one, was first seen; empty where it never was. */
    Optional<Sighting> first(long revision) {
        int index = firstAtLeast(revisions, revision);
        return index == earliest.length ? Optional.empty() : Optional.of(earliest[index]);
    }

    /** The highest revision that anybody ever saw. */
    long newest() {
        return revisions.length == 0 ? Timeline.FIRST : Math.max(Timeline.FIRST, revisions[revisions.length - 1]);
    }

    private static int firstAtLeast(long[] sorted, long wanted) {
        int index = Arrays.binarySearch(sorted, wanted);
        if (index < 0) {
            return -index - 1;
        }
        while (index > 0 && sorted[index - 1] == wanted) {
            index--;
        }
        return index;
    }
}
