package io.drawbore.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a plan that fails short: steps are left out, many at first and then fewer, for as long as what is left still
 * fails. One thread.
 */
public final class Shrinking {
    private final Predicate<Plan> fails;
    private int runsLeft;

    /**
     * A search.
     *
     * @param fails runs a plan
     * @param mostRuns how many runs it may take
     */
    public Shrinking(Predicate<Plan> fails, int mostRuns) {
        this.fails = fails;
        this.runsLeft = mostRuns;
    }

    /** The shortest that was found of a plan that fails. */
    public Plan shrink(Plan failing) {
        Plan plan = failing;
        int piece = Math.max(1, plan.steps().size() / 2);
        while (runsLeft > 0) {
            Plan shorter = without(plan, piece);
            if (shorter.steps().size() == plan.steps().size() && piece == 1) {
                return plan;
            }
            piece = shorter.steps().size() < plan.steps().size()
                    ? Math.max(1, Math.min(piece, shorter.steps().size() / 2))
                    : Math.max(1, piece / 2);
            plan = shorter;
        }
        return plan;
    }

    /** Leaves out each piece that isn't needed, the last one first. */
    private Plan without(Plan failing, int piece) {
        Plan plan = failing;
        for (int end = plan.steps().size(); end > 0 && runsLeft > 0; end -= piece) {
            int from = Math.max(0, end - piece);
            List<Plan.Timed> left = new ArrayList<>(plan.steps().subList(0, from));
            left.addAll(plan.steps().subList(Math.min(end, plan.steps().size()), plan.steps().size()));
            Plan shorter = plan.with(left);
            runsLeft--;
            if (fails.test(shorter)) {
                plan = shorter;
            }
        }
        return plan;
    }
}
