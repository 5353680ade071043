package io.drawbore.testkit.history;

import io.drawbore.api.EtcdError;
import io.drawbore.testkit.history.Violation.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Judges leases: none ends before its TTL after its last renewal is over, and one that was reported gone never answers
 * again. Of a lease whose id was granted twice only the latter is judged, by a search.
 */
final class LeaseCheck {
    private static final int STEPS = 100_000;

    /** Seconds more than its time that a new leader gives a lease: the default election timeout. */
    private static final long MOST_EXTENSION = 1;

    private final History history;
    private final Sightings sightings;
    private final Optional<RevisionOrder> order;
    private final long tolerance;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<Long, Life> lives = new TreeMap<>();

    /** What is known of one lease. */
    private static final class Life {
        private final List<Operation> grants = new ArrayList<>();
        private final List<Operation> revokes = new ArrayList<>();
        /** Answers that say that it lives. */
        private final List<Operation> alive = new ArrayList<>();
        /** Of those, the ones after which it lives a whole TTL again, with that TTL in seconds. */
        private final Map<Operation, Long> renewals = new HashMap<>();
        /** Answers that say that it is gone. */
        private final List<Operation> gone = new ArrayList<>();
    }

    /**
     * Judges nothing yet.
     *
     * @param tolerance how much earlier than its TTL a lease may end, in nanoseconds: what the clocks of members and
     *     recorder may differ by
     */
    LeaseCheck(History history, Sightings sightings, Optional<RevisionOrder> order, long tolerance) {
        this.history = history;
        this.sightings = sightings;
        this.order = order;
        this.tolerance = tolerance;
    }

    List<Violation> judge() {
        history.operations().forEach(this::sort);
        lives.forEach((id, life) -> {
            if (life.grants.size() > 1) {
                searchLives(id);
            } else {
                judge(id, life);
            }
        });
        lives.values().removeIf(life -> life.grants.size() > 1);
        order.ifPresent(this::judgeExpiries);
        return List.copyOf(violations);
    }

    private void sort(Operation operation) {
        switch (operation.request()) {
            case Request.Grant grant -> sortGrant(operation, grant.message().getID());
            case Request.Revoke revoke -> sortRevoke(operation, life(revoke.message().getID()));
            case Request.KeepAlive renewal -> sortRenewal(operation, life(renewal.message().getID()));
            case Request.TimeToLive question -> sortQuestion(operation, life(question.message().getID()));
            case Request.Put put when put.message().getLease() != 0 ->
                sortPut(operation, life(put.message().getLease()));
            case Request.Put _, Request.DeleteRange _, Request.Range _, Request.Txn _, Request.Compact _ -> { }
        }
    }

    private Life life(long id) {
        return lives.computeIfAbsent(id, _ -> new Life());
    }

    private void sortGrant(Operation operation, long asked) {
        if (operation.response().orElse(null) instanceof Response.Grant granted) {
            Life life = life(granted.message().getID());
            life.grants.add(operation);
            life.alive.add(operation);
            life.renewals.put(operation, granted.message().getTTL());
        } else if (operation.isUnknown() && asked != 0) {
            life(asked).grants.add(operation);
        }
    }

    private static void sortRevoke(Operation operation, Life life) {
        switch (operation.outcome()) {
            case Outcome.Answered _ -> {
                life.alive.add(operation);
                life.gone.add(operation);
                life.revokes.add(operation);
            }
            case Outcome.Refused refused -> {
                if (refused.is(EtcdError.LEASE_NOT_FOUND)) {
                    life.gone.add(operation);
                }
            }
            case Outcome.Unknown _ -> life.revokes.add(operation);
        }
    }

    private static void sortRenewal(Operation operation, Life life) {
        if (operation.response().orElse(null) instanceof Response.KeepAlive renewed) {
            if (LeaseModel.isAlive(renewed)) {
                life.alive.add(operation);
                life.renewals.put(operation, renewed.message().getTTL());
            } else {
                life.gone.add(operation);
            }
        }
    }

    private void sortQuestion(Operation operation, Life life) {
        if (operation.response().orElse(null) instanceof Response.TimeToLive told) {
            if (!LeaseModel.isAlive(told)) {
                life.gone.add(operation);
                return;
            }
            life.alive.add(operation);
            if (told.message().getTTL() > told.message().getGrantedTTL() + MOST_EXTENSION) {
                violations.add(new Violation(Rule.LEASE_TTL, operation + " has more left than was granted"));
            }
        }
    }

    private static void sortPut(Operation operation, Life life) {
        switch (operation.outcome()) {
            case Outcome.Answered _ -> life.alive.add(operation);
            case Outcome.Refused refused -> {
                if (refused.is(EtcdError.LEASE_NOT_FOUND)) {
                    life.gone.add(operation);
                }
            }
            case Outcome.Unknown _ -> { }
        }
    }

    private void searchLives(long id) {
        var calls = LeaseModel.calls(history, id);
        switch (new LinearizabilitySearch<>(new LeaseModel(), STEPS).search(calls)) {
            case LinearizabilitySearch.Result.Linearizable _ -> { }
            case LinearizabilitySearch.Result.Impossible impossible ->
                violations.add(new Violation(
                        Rule.LEASE_GONE,
                        "lease " + id + " cannot have answered " + impossible.stuck() + " after "
                                + impossible.longest()));
            case LinearizabilitySearch.Result.Undecided _ ->
                violations.add(new Violation(Rule.UNDECIDED, "lease " + id + " has too many calls at a time"));
        }
    }

    private void judge(long id, Life life) {
        // Before it was certainly there, a lease that isn't found says nothing.
        long there = life.alive.stream()
                .mapToLong(operation -> operation.returned().orElseThrow())
                .min()
                .orElse(Long.MAX_VALUE);
        Optional<Operation> firstGone = life.gone.stream()
                .filter(operation -> operation.call() > there
                        || operation.response().orElse(null) instanceof Response.Revoke)
                .min(Comparator.comparingLong(operation -> operation.returned().orElseThrow()));
        if (firstGone.isEmpty()) {
            return;
        }
        Operation gone = firstGone.get();
        long at = gone.returned().orElseThrow();
        for (Operation operation : life.alive) {
            if (operation.call() > at && !life.grants.contains(operation)) {
                violations.add(new Violation(
                        Rule.LEASE_GONE, "lease " + id + " answered " + operation + " after it was gone: " + gone));
            }
        }
        judgeEnd(id, life, at, gone);
    }

    /** A lease that nobody can have revoked was seen to be at its end. */
    private void judgeEnd(long id, Life life, long at, Object by) {
        if (life.revokes.stream().anyMatch(revoke -> revoke.call() <= at)) {
            return;
        }
        life.renewals.forEach((renewal, seconds) -> {
            // A renewal that was asked for later is judged as the answer of a lease that is gone.
            long earliest = renewal.call() + TimeUnit.SECONDS.toNanos(seconds) - tolerance;
            if (renewal.call() <= at && at < earliest) {
                violations.add(new Violation(
                        Rule.LEASE_TTL,
                        "lease " + id + " was at its end at " + at + ", as " + by + " shows, but " + renewal
                                + " lets it live until " + earliest));
            }
        });
    }

    private void judgeExpiries(RevisionOrder known) {
        for (long revision = Timeline.FIRST + 1; revision <= known.newest(); revision++) {
            if (known.maker(revision) instanceof Maker.Expiry(long lease)) {
                Life life = lives.get(lease);
                Optional<Sightings.Sighting> first = sightings.first(revision);
                if (life != null && first.isPresent()) {
                    judgeEnd(lease, life, first.get().time(), first.get());
                }
            }
        }
    }
}
