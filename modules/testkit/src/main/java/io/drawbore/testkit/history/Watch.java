package io.drawbore.testkit.history;

import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * One watcher, from its create request until its stream broke or it was cancelled.
 *
 * @param number its own within the history
 * @param created when it was asked for, in nanoseconds
 * @param resumes the watch whose place it took after that one's stream broke; it begins at that one's cursor plus one
 * @param responses all that came for it, in the order in which it came: those of its own watch id, and the answers to
 *     progress requests of its stream
 */
public record Watch(
        int number, int client, long created, WatchCreateRequest request, OptionalInt resumes,
        List<Received> responses) {
    public Watch {
        responses = List.copyOf(responses);
    }

    /** A response and when it came, in nanoseconds. */
    public record Received(long at, WatchResponse response) {}

    /** The responses with fragments put together; a last one of which fragments are missing is left out. */
    public List<Received> whole() {
        List<Received> whole = new ArrayList<>();
        List<Event> held = new ArrayList<>();
        for (Received received : responses) {
            WatchResponse response = received.response();
            if (response.getFragment()) {
                held.addAll(response.getEventsList());
            } else if (held.isEmpty()) {
                whole.add(received);
            } else {
                held.addAll(response.getEventsList());
                whole.add(new Received(
                        received.at(), response.toBuilder().clearEvents().addAllEvents(held).build()));
                held.clear();
            }
        }
        return whole;
    }

    /**
     * The revision from which on events are promised: the one asked for, or the one after the create response's; 0
     * where that one never came.
     */
    public long start() {
        if (request.getStartRevision() > 0) {
            return request.getStartRevision();
        }
        for (Received received : responses) {
            if (received.response().getCreated()) {
                return received.response().getHeader().getRevision() + 1;
            }
        }
        return 0;
    }

    /**
     * The revision up to which every event has come, by the promises of a watch: the newest event's or progress
     * report's; one below the start where there was neither. A watch that goes on begins one above.
     */
    public long cursor() {
        long cursor = Math.max(0, start() - 1);
        for (Received received : whole()) {
            WatchResponse response = received.response();
            if (isProgress(response)) {
                cursor = Math.max(cursor, response.getHeader().getRevision());
            }
            for (Event event : response.getEventsList()) {
                cursor = Math.max(cursor, event.getKv().getModRevision());
            }
        }
        return cursor;
    }

    /** Whether a response says only how far the watch is. */
    static boolean isProgress(WatchResponse response) {
        return response.getEventsCount() == 0 && !response.getCreated() && !response.getCanceled()
                && !response.getFragment();
    }

    /** One line for people. */
    @Override
    public String toString() {
        return "watch " + number + " of client " + client + " {" + Texts.of(request) + "}";
    }
}
