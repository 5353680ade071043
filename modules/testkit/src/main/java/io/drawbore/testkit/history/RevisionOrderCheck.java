package io.drawbore.testkit.history;

import com.google.protobuf.Message;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.testkit.history.Violation.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Judges the order that revisions claim: it is that of real time, and all writes done one after the other in it give
 * the answers that were given. What has no claimed revision, because its outcome is unknown or because a lease ended by
 * itself, is searched for where revisions are missing; nothing else can branch. One thread; one history.
 */
final class RevisionOrderCheck {
    private final History history;
    private final int steps;
    private final Sightings sightings;
    private final Map<Long, Operation> claims = new HashMap<>();
    private final Map<Long, List<Operation>> reads = new HashMap<>();
    private final Candidates candidates;
    private final Evidence evidence;
    private final Timeline timeline = new Timeline();
    private final Replay replay = new Replay(timeline);
    private final List<Violation> violations = new ArrayList<>();
    private Optional<RevisionOrder> order = Optional.empty();
    private List<Violation> deepest = List.of();
    private long deepestRevision;
    private int tried;

    /**
     * Judges at once.
     *
     * @param steps how many revisions are tried before the search gives up
     */
    RevisionOrderCheck(History history, Sightings sightings, int steps) {
        this.history = history;
        this.steps = steps;
        this.sightings = sightings;
        candidates = new Candidates(history, sightings);
        sort();
        evidence = new Evidence(history, claims.keySet());
        judgeTimes();
        judgeCompactions();
        search();
    }

    List<Violation> violations() {
        return List.copyOf(violations);
    }

    /** The order, where there is one that gives all the answers. */
    Optional<RevisionOrder> order() {
        return order;
    }

    /** Writes by the revision that they claim, everything else that shows keys by the revision at which it does. */
    private void sort() {
        for (Operation operation : history.operations()) {
            if (operation.response().isEmpty()) {
                continue;
            }
            Response response = operation.response().get();
            boolean wrote = Answers.wrote(response);
            if ((wrote || showsKeys(response)) && response.revision() < Timeline.FIRST + (wrote ? 1 : 0)) {
                violate(Rule.OWN_REVISION, "not a revision that can have answered: " + operation);
            } else if (wrote) {
                Operation first = claims.putIfAbsent(response.revision(), operation);
                if (first != null) {
                    violate(
                            Rule.OWN_REVISION,
                            "both claim " + response.revision() + ": " + first + " and " + operation);
                }
            } else if (showsKeys(response)) {
                reads.computeIfAbsent(response.revision(), _ -> new ArrayList<>()).add(operation);
            }
        }
    }

    private static boolean showsKeys(Response response) {
        return switch (response) {
            case Response.Range _, Response.Txn _, Response.DeleteRange _, Response.Revoke _ -> true;
            case Response.Put _, Response.Compact _, Response.Grant _, Response.KeepAlive _, Response.TimeToLive _ ->
                false;
        };
    }

    private void judgeTimes() {
        for (Operation operation : history.operations()) {
            if (operation.response().isEmpty()) {
                continue;
            }
            long revision = operation.response().get().revision();
            boolean wrote = operation.equals(claims.get(revision));
            Optional<Sightings.Sighting> before = sightings.before(operation.call());
            if (wrote && before.isPresent() && before.get().revision() >= revision) {
                violate(Rule.REAL_TIME, operation + " wrote " + revision + " though before its call " + before.get());
            } else if (!Answers.mayBeOld(operation.request())
                    && before.isPresent() && before.get().revision() > revision) {
                violate(Rule.FRESH, operation + " knows " + revision + " only, though before its call " + before.get());
            }
            Optional<Sightings.Sighting> first = sightings.first(revision);
            if (wrote && first.isPresent() && first.get().time() < operation.call()) {
                violate(Rule.NO_FUTURE, first.get() + " before it was asked for by " + operation);
            }
        }
    }

    private void judgeCompactions() {
        CompactionCheck check = new CompactionCheck(history, sightings);
        history.operations().forEach(operation -> check.judge(operation).forEach(violations::add));
    }

    /** A revision that is being made, with the ways to make it that have not been tried yet. */
    private record Choice(long revision, Iterator<Way> untried) {}

    /**
     * One way to make a revision.
     *
     * @param makers who can have made it so, all with the same changes
     * @param wrong the answers that can't be right then
     */
    private record Way(List<Maker> makers, List<Violation> wrong) {}

    private void search() {
        long last = newest();
        note(Timeline.FIRST, judgeReads());
        long missing = last - Timeline.FIRST - claims.size();
        if (deepest.isEmpty() && missing > candidates.most()) {
            note(Timeline.FIRST, List.of(new Violation(
                    Rule.MADE_BY_SOMEBODY,
                    missing + " revisions up to " + last + " are claimed by no call, but only " + candidates.most()
                            + " calls and leases can have made any")));
        }
        if (deepest.isEmpty()) {
            order = walk(last).map(makers -> new RevisionOrder(timeline, makers));
        }
        if (order.isEmpty()) {
            if (tried == steps) {
                violate(
                        Rule.UNDECIDED,
                        "gave up after " + steps + " steps; the deepest place that was wrong: "
                                + HistoryJudge.text(deepest));
            } else {
                violations.addAll(deepest);
            }
        }
    }

    /**
     * Depth first over the ways to make each revision. Where every revision is claimed, or a watch saw all of it, there
     * is one way, and it goes straight on; the deepest place where an answer is wrong is what gets reported.
     */
    private Optional<List<Maker>> walk(long last) {
        Deque<Choice> choices = new ArrayDeque<>();
        Assignment assignment = new Assignment();
        while (timeline.revision() < last) {
            choices.push(choice(timeline.revision() + 1));
            while (!isMade(choices.peek(), assignment)) {
                choices.pop();
                if (choices.isEmpty()) {
                    return Optional.empty();
                }
                timeline.undoTo(choices.peek().revision() - 1);
                assignment.remove(choices.peek().revision());
            }
        }
        return Optional.of(LongStream.rangeClosed(Timeline.FIRST + 1, last).mapToObj(assignment::maker).toList());
    }

    /** Tries ways until one makes the revision so that all answers are right; false without a way or step left. */
    private boolean isMade(Choice choice, Assignment assignment) {
        while (choice.untried().hasNext() && tried < steps) {
            tried++;
            Way way = choice.untried().next();
            note(choice.revision(), way.wrong());
            if (way.wrong().isEmpty() && assignment.add(choice.revision(), way.makers())) {
                Optional<List<Violation>> _ = make(choice.revision(), way.makers().getFirst());
                return true;
            }
        }
        if (choice.revision() > deepestRevision && tried < steps) {
            note(choice.revision(), List.of(nobody(choice.revision())));
        }
        return false;
    }

    private void note(long revision, List<Violation> found) {
        if (revision >= deepestRevision && !found.isEmpty()) {
            deepestRevision = revision;
            deepest = found;
        }
    }

    private long newest() {
        long newest = sightings.newest();
        for (long revision : evidence.revisions()) {
            newest = Math.max(newest, revision);
        }
        return newest;
    }

    private Choice choice(long revision) {
        Operation claim = claims.get(revision);
        List<Maker> makers = claim != null
                ? List.of(new Maker.Call(claim))
                : candidates.of(revision, evidence.put(revision), replay.leases(timeline.revision()));
        Map<List<Event>, Way> ways = new LinkedHashMap<>();
        for (Maker maker : makers) {
            make(revision, maker).ifPresent(wrong -> ways.computeIfAbsent(
                            timeline.changes(revision), _ -> new Way(new ArrayList<>(), wrong))
                    .makers()
                    .add(maker));
            timeline.undoTo(revision - 1);
        }
        return new Choice(revision, ways.values().iterator());
    }

    /** Empty where this maker doesn't make this revision; else what is wrong with the answers that follow from it. */
    private Optional<List<Violation>> make(long revision, Maker maker) {
        List<Violation> wrong = new ArrayList<>();
        switch (maker) {
            case Maker.Call(Operation operation) -> {
                Message expected = replay.apply(operation.request());
                if (operation.equals(claims.get(revision))) {
                    compare(operation, expected).ifPresent(wrong::add);
                }
            }
            case Maker.Expiry(long lease) -> replay.end(lease);
        }
        if (!timeline.changed()) {
            return wrong.isEmpty() ? Optional.empty() : Optional.of(wrong);
        }
        timeline.keep();
        if (claims.get(revision) == null && !evidence.allows(revision, timeline.changes(revision))) {
            return Optional.empty();
        }
        if (wrong.isEmpty()) {
            wrong.addAll(judgeReads());
        }
        return Optional.of(wrong);
    }

    private Violation nobody(long revision) {
        return new Violation(
                Rule.MADE_BY_SOMEBODY,
                "no call and no lease's end can have made revision " + revision + ": " + evidence.text(revision));
    }

    /** Everything that was answered at the revision at which the timeline is. */
    private List<Violation> judgeReads() {
        List<Violation> wrong = new ArrayList<>();
        for (Operation operation : reads.getOrDefault(timeline.revision(), List.of())) {
            judgeRead(operation).ifPresent(wrong::add);
        }
        return wrong;
    }

    private Optional<Violation> judgeRead(Operation operation) {
        if (operation.request() instanceof Request.Revoke revoke) {
            // Whether it made this revision or found nothing to delete, nothing hangs on the lease now.
            boolean clean = replay.attached(revoke.message().getID(), timeline.revision()).isEmpty();
            return clean
                    ? Optional.empty()
                    : Optional.of(new Violation(Rule.ANSWER, operation + " left keys on the lease"));
        }
        Message expected = replay.apply(operation.request());
        boolean changed = timeline.changed();
        timeline.drop();
        Optional<Violation> wrong = compare(operation, expected);
        if (wrong.isEmpty() && changed) {
            return Optional.of(new Violation(Rule.ANSWER, operation + " should have written something"));
        }
        return wrong;
    }

    private static Optional<Violation> compare(Operation operation, Message expected) {
        Message got = Answers.bare(operation.request(), operation.response().orElseThrow().message());
        return got.equals(expected)
                ? Optional.empty()
                : Optional.of(new Violation(
                        Rule.ANSWER, operation + " should have been answered {" + Texts.of(expected) + "}"));
    }

    private void violate(Rule rule, String text) {
        violations.add(new Violation(rule, text));
    }
}
