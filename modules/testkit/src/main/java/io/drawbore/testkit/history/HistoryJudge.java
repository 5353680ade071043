package io.drawbore.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Judges whole histories. Values that are put should be unique: a call of unknown outcome is then found by its value
 * wherever that was seen. Where a watch over all keys covers the whole history, deletions of unknown outcome and leases
 * that ended are found by it; without one the search has to guess, and may end {@link Violation.Rule#UNDECIDED}.
 */
public final class HistoryJudge {
    private final long leaseTolerance;
    private final int steps;

    /**
     * A judge with these limits.
     *
     * @param leaseTolerance how much earlier than its TTL a lease may end, in nanoseconds: what the clocks of members
     *     and recorder may differ by
     * @param steps how many revisions the search for the makers of revisions tries before it gives up; at least as many
     *     as there are revisions
     */
    public HistoryJudge(long leaseTolerance, int steps) {
        this.leaseTolerance = leaseTolerance;
        this.steps = steps;
    }

    /** The promises that a history breaks; none where it is right. */
    public List<Violation> judge(History history) {
        Sightings sightings = new Sightings(history);
        RevisionOrderCheck revisions = new RevisionOrderCheck(history, sightings, steps);
        List<Violation> violations = new ArrayList<>(revisions.violations());
        violations.addAll(new WatchCheck(history, sightings, revisions.order()).judge());
        violations.addAll(new LeaseCheck(history, sightings, revisions.order(), leaseTolerance).judge());
        return List.copyOf(violations);
    }

    /** The first of some violations, one a line, for a test's message. */
    public static String text(List<Violation> violations) {
        int shown = 20;
        String text = violations.stream().limit(shown).map(Violation::toString).collect(Collectors.joining("\n"));
        return violations.size() <= shown ? text : text + "\nand " + (violations.size() - shown) + " more";
    }
}
