package io.drawbore.testkit.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who made each revision, where each can have been made by several with the same effect. A call makes one revision at
 * most; which of several it was hangs on what the others made, so a call that is needed elsewhere moves there as long
 * as someone takes its place (the augmenting paths of a matching in a bipartite graph). One thread.
 */
final class Assignment {
    /** Who can have made a revision, the likeliest first. */
    private final Map<Long, List<Maker>> able;

    private final Map<Long, Maker> chosen;
    /** The revision that a call made, by the call's number. */
    private final Map<Integer, Long> made;

    /** Of no revision. */
    Assignment() {
        able = new HashMap<>();
        chosen = new HashMap<>();
        made = new HashMap<>();
    }

    private Assignment(Assignment other) {
        able = new HashMap<>(other.able);
        chosen = new HashMap<>(other.chosen);
        made = new HashMap<>(other.made);
    }

    /**
     * One revision more.
     *
     * @param makers who can have made it
     * @return whether there are enough for all; if not, nothing has changed
     */
    boolean add(long revision, List<Maker> makers) {
        able.put(revision, makers);
        if (settle(revision, new HashSet<>())) {
            return true;
        }
        able.remove(revision);
        return false;
    }

    /** Takes a revision back. */
    void remove(long revision) {
        able.remove(revision);
        free(revision);
    }

    private void free(long revision) {
        if (chosen.remove(revision) instanceof Maker.Call(Operation operation)) {
            made.remove(operation.number(), revision);
        }
    }

    private boolean settle(long revision, Set<Integer> asked) {
        for (Maker maker : able.getOrDefault(revision, List.of())) {
            if (maker instanceof Maker.Call(Operation operation)) {
                Long other = made.get(operation.number());
                if (!asked.add(operation.number()) || (other != null && !settle(other, asked))) {
                    continue;
                }
                made.put(operation.number(), revision);
            }
            chosen.put(revision, maker);
            return true;
        }
        return false;
    }

    /**
     * Who made a revision: the end of a lease only where no assignment leaves it to a call, since a lease is judged by
     * when it ended.
     */
    Maker maker(long revision) {
        Maker maker = Objects.requireNonNull(chosen.get(revision));
        return maker instanceof Maker.Expiry ? call(revision).orElse(maker) : maker;
    }

    private Optional<Maker> call(long revision) {
        List<Maker> calls = able.getOrDefault(revision, List.of()).stream()
                .filter(Maker.Call.class::isInstance)
                .toList();
        Assignment other = new Assignment(this);
        other.remove(revision);
        return other.add(revision, calls) ? Optional.ofNullable(other.chosen.get(revision)) : Optional.empty();
    }
}
