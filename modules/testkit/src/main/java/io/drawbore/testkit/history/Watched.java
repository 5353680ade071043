package io.drawbore.testkit.history;

import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest.FilterType;
import io.drawbore.proto.mvccpb.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The revisions that a watch vouches for, and its events by revision. */
final class Watched {
    private final KeyRange keys;
    private final WatchCreateRequest request;
    private final long from;
    private final long through;
    private final Map<Long, List<Event>> events = new HashMap<>();

    Watched(Watch watch) {
        request = watch.request();
        keys = KeyRange.watched(request.getKey(), request.getRangeEnd());
        long start = watch.start();
        long first = Long.MAX_VALUE;
        for (Watch.Received received : watch.whole()) {
            for (Event event : received.response().getEventsList()) {
                long revision = event.getKv().getModRevision();
                first = Math.min(first, revision);
                events.computeIfAbsent(revision, _ -> new ArrayList<>()).add(event);
            }
        }
        from = start > 0 ? start : first;
        through = watch.cursor();
    }

    /** The first revision that it vouches for. */
    long from() {
        return from;
    }

    /** The last revision that it vouches for; below the first where it vouches for none. */
    long through() {
        return through;
    }

    boolean covers(long revision) {
        return from <= revision && revision <= through;
    }

    /** What it showed of a revision, in the order in which it came. */
    List<Event> shown(long revision) {
        return events.getOrDefault(revision, List.of());
    }

    /** Which of a revision's changes it was asked for. */
    List<Event> asked(List<Event> changes) {
        return changes.stream().filter(this::isAsked).toList();
    }

    boolean isAsked(Event event) {
        FilterType filtered = event.getType() == Event.EventType.PUT ? FilterType.NOPUT : FilterType.NODELETE;
        return keys.contains(event.getKv().getKey()) && !request.getFiltersList().contains(filtered);
    }

    /** An event without what was there before. */
    static Event bare(Event event) {
        return event.hasPrevKv() ? event.toBuilder().clearPrevKv().build() : event;
    }
}
