package io.drawbore.testkit.history;

import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.testkit.history.Violation.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges the promises of watches: ordered, unique, atomic, complete, true to what was written, resumable, with progress
 * reports that hold. What is said of single writes is judged only where the order of revisions is known.
 */
final class WatchCheck {
    private static final String COMPACTED = "compacted";

    private final History history;
    private final Optional<RevisionOrder> order;
    private final CompactionCheck compactions;
    private final List<Violation> violations = new ArrayList<>();

    WatchCheck(History history, Sightings sightings, Optional<RevisionOrder> order) {
        this.history = history;
        this.order = order;
        compactions = new CompactionCheck(history, sightings);
    }

    List<Violation> judge() {
        for (Watch watch : history.watches()) {
            judgeOrder(watch);
            judgeProgress(watch);
            judgeEnd(watch);
            judgeResumption(watch);
            order.ifPresent(known -> judgeContent(watch, known));
        }
        return List.copyOf(violations);
    }

    /** Ordered, unique, atomic. */
    private void judgeOrder(Watch watch) {
        long newest = 0;
        Set<Event> seen = new HashSet<>();
        for (Watch.Received received : watch.whole()) {
            WatchResponse response = received.response();
            long newestBefore = newest;
            for (Event event : response.getEventsList()) {
                long revision = event.getKv().getModRevision();
                if (revision < watch.start()) {
                    violate(Rule.WATCH_ORDER, watch, "an event older than its start " + watch.start(), event);
                } else if (!seen.add(Watched.bare(event))) {
                    violate(Rule.WATCH_ONCE, watch, "an event came twice", event);
                } else if (revision < newest) {
                    violate(Rule.WATCH_ORDER, watch, "an event came after revision " + newest, event);
                } else if (revision == newestBefore) {
                    violate(Rule.WATCH_ATOMIC, watch, "an event came after the response with its revision", event);
                } else if (revision > response.getHeader().getRevision()) {
                    violate(Rule.WATCH_ORDER, watch, "an event is newer than its response's header", event);
                }
                newest = Math.max(newest, revision);
            }
        }
    }

    private void judgeProgress(Watch watch) {
        long newest = 0;
        long reported = 0;
        for (Watch.Received received : watch.whole()) {
            WatchResponse response = received.response();
            long revision = response.getHeader().getRevision();
            if (Watch.isProgress(response)) {
                if (revision < Math.max(newest, reported)) {
                    violate(
                            Rule.WATCH_PROGRESS, watch,
                            "a report of " + revision + " after " + Math.max(newest, reported));
                }
                reported = Math.max(reported, revision);
            }
            for (Event event : response.getEventsList()) {
                if (event.getKv().getModRevision() <= reported) {
                    violate(Rule.WATCH_PROGRESS, watch, "an event came after the report of " + reported, event);
                }
                newest = Math.max(newest, event.getKv().getModRevision());
            }
        }
    }

    private void judgeEnd(Watch watch) {
        long wanted = watch.start();
        boolean ended = false;
        for (Watch.Received received : watch.whole()) {
            WatchResponse response = received.response();
            // Progress that was asked for is the stream's: it may still come.
            if (ended && !Watch.isProgress(response)) {
                violate(Rule.WATCH_END, watch, "a response came after its end: {" + Texts.of(response) + "}");
            }
            if (response.getCanceled()) {
                ended = true;
                judgeCancel(watch, received, wanted);
            }
            if (Watch.isProgress(response)) {
                wanted = Math.max(wanted, response.getHeader().getRevision() + 1);
            }
            for (Event event : response.getEventsList()) {
                wanted = Math.max(wanted, event.getKv().getModRevision() + 1);
            }
        }
    }

    private void judgeCancel(Watch watch, Watch.Received received, long wanted) {
        WatchResponse response = received.response();
        long named = response.getCompactRevision();
        boolean refusedNegative = watch.request().getStartRevision() < 0;
        if (named == 0 && response.getCancelReason().contains(COMPACTED) && !refusedNegative) {
            violate(Rule.WATCH_END, watch, "it was compacted, but the response names no revision");
        } else if (named > 0 && wanted > 0 && named <= wanted) {
            violate(Rule.WATCH_END, watch, "a compaction at " + named + " ends none that wants " + wanted);
        } else if (named > compactions.possible(received.at())) {
            violate(Rule.WATCH_END, watch, "nobody can have compacted to " + named);
        }
    }

    private void judgeResumption(Watch watch) {
        if (watch.resumes().isEmpty()) {
            return;
        }
        Watch before = history.watches().get(watch.resumes().getAsInt());
        long start = watch.request().getStartRevision();
        if (start <= 0 || start > before.cursor() + 1) {
            violate(
                    Rule.WATCH_RESUME, watch,
                    "it begins at " + start + ", but " + before + " came to " + before.cursor() + " only");
        }
    }

    /** Complete, true, filtered, with what was there before. */
    private void judgeContent(Watch watch, RevisionOrder known) {
        Watched watched = new Watched(watch);
        for (Watch.Received received : watch.whole()) {
            for (Event event : received.response().getEventsList()) {
                judgeEvent(watch, watched, event, received.at(), known);
            }
        }
        for (long revision = watched.from(); revision <= Math.min(watched.through(), known.newest()); revision++) {
            List<Event> asked = bare(watched.asked(known.timeline().changes(revision)));
            List<Event> shown = bare(watched.shown(revision));
            for (Event event : asked) {
                if (!shown.contains(event)) {
                    violate(
                            Rule.WATCH_COMPLETE, watch,
                            "it came to " + watched.through() + " and missed what " + known.maker(revision) + " did",
                            event);
                }
            }
            List<Event> inOrder = asked.stream().filter(shown::contains).toList();
            List<Event> asShown = shown.stream().distinct().filter(asked::contains).toList();
            if (!inOrder.equals(asShown)) {
                violate(Rule.WATCH_ORDER, watch, "within revision " + revision + " the order is " + inOrder);
            }
        }
    }

    private void judgeEvent(Watch watch, Watched watched, Event event, long at, RevisionOrder known) {
        long revision = event.getKv().getModRevision();
        Optional<Event> change = known.timeline().changes(revision).stream()
                .filter(candidate -> Watched.bare(candidate).equals(Watched.bare(event)))
                .findFirst();
        if (change.isEmpty()) {
            violate(
                    Rule.WATCH_TRUE, watch,
                    "what revision " + revision + " did is " + known.timeline().changes(revision).stream()
                            .map(Texts::of)
                            .toList(),
                    event);
            return;
        }
        if (!watched.isAsked(event)) {
            violate(Rule.WATCH_FILTER, watch, "it did not ask for an event", event);
        }
        if (!watch.request().getPrevKv()) {
            if (event.hasPrevKv()) {
                violate(Rule.WATCH_PREVIOUS, watch, "it did not ask for what was there before", event);
            }
        } else if (event.hasPrevKv()
                ? !event.getPrevKv().equals(change.get().getPrevKv())
                : change.get().hasPrevKv() && compactions.possible(at) <= revision - 1) {
            violate(
                    Rule.WATCH_PREVIOUS, watch,
                    "what was there before is {" + Texts.of(change.get().getPrevKv()) + "}", event);
        }
    }

    private static List<Event> bare(List<Event> events) {
        return events.stream().map(Watched::bare).toList();
    }

    private void violate(Rule rule, Watch watch, String text, Event event) {
        violate(rule, watch, text + ": event {" + Texts.of(event) + "}");
    }

    private void violate(Rule rule, Watch watch, String text) {
        violations.add(new Violation(rule, watch + ": " + text));
    }
}
