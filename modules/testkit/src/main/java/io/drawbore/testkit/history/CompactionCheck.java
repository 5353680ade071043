package io.drawbore.testkit.history;

import io.drawbore.api.EtcdError;
import io.drawbore.testkit.history.Violation.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Judges what was refused as compacted or as of the future, and what was answered though it had to be. */
final class CompactionCheck {
    private final Sightings sightings;
    /** The highest revision that may have been compacted by a time, by the times of the calls. */
    private final NavigableMap<Long, Long> possible = new TreeMap<>();
    /** The highest revision that was compacted by a time, by the times of the answers. */
    private final NavigableMap<Long, Long> certain = new TreeMap<>();

    CompactionCheck(History history, Sightings sightings) {
        this.sightings = sightings;
        List<Operation> compactions = new ArrayList<>(history.operations().stream()
                .filter(operation -> operation.request() instanceof Request.Compact
                        && !(operation.outcome() instanceof Outcome.Refused))
                .toList());
        compactions.sort(Comparator.comparingLong(Operation::call));
        for (Operation compaction : compactions) {
            raise(possible, compaction.call(), revision(compaction));
        }
        compactions.removeIf(Operation::isUnknown);
        compactions.sort(Comparator.comparingLong(compaction -> compaction.returned().orElseThrow()));
        for (Operation compaction : compactions) {
            raise(certain, compaction.returned().orElseThrow(), revision(compaction));
        }
    }

    private static long revision(Operation compaction) {
        return ((Request.Compact) compaction.request()).message().getRevision();
    }

    /** The map is filled in the order of times. */
    private static void raise(NavigableMap<Long, Long> map, long time, long revision) {
        long before = map.isEmpty() ? 0 : map.lastEntry().getValue();
        map.put(time, Math.max(before, revision));
    }

    /** The highest revision that may have been compacted by a time; 0 for none. */
    long possible(long time) {
        return Optional.ofNullable(possible.floorEntry(time)).map(Map.Entry::getValue).orElse(0L);
    }

    /** The highest revision that had been compacted before a time; 0 for none. */
    private long certain(long time) {
        return Optional.ofNullable(certain.lowerEntry(time)).map(Map.Entry::getValue).orElse(0L);
    }

    List<Violation> judge(Operation operation) {
        List<Violation> found = new ArrayList<>();
        switch (operation.request()) {
            case Request.Range range -> {
                long asked = range.message().getRevision();
                if (asked > 0) {
                    judge(operation, asked, !range.message().getSerializable()).ifPresent(found::add);
                }
            }
            case Request.Compact compaction -> {
                // Compacting twice to the same revision is refused, too.
                long asked = compaction.message().getRevision() - 1;
                judge(operation, asked, true).ifPresent(found::add);
            }
            default -> { }
        }
        return found;
    }

    private Optional<Violation> judge(Operation operation, long asked, boolean linearizable) {
        boolean isCompaction = operation.request() instanceof Request.Compact;
        return switch (operation.outcome()) {
            case Outcome.Refused refused when refused.is(EtcdError.COMPACTED) -> {
                // Its own call is not among the possible ones: it was refused.
                long possibly = possible(refused.time());
                yield possibly > asked
                        ? Optional.empty()
                        : violation(operation, "nobody can have compacted beyond " + possibly);
            }
            case Outcome.Refused refused when refused.is(EtcdError.FUTURE_REV) -> {
                long wanted = isCompaction ? asked + 1 : asked;
                Optional<Sightings.Sighting> before = sightings.before(operation.call());
                yield linearizable && before.isPresent() && before.get().revision() >= wanted
                        ? violation(operation, "it was no future revision: before the call " + before.get())
                        : Optional.empty();
            }
            case Outcome.Answered answered -> {
                long certainly = certain(operation.call());
                if (linearizable && certainly > asked) {
                    yield violation(operation, "it was compacted to " + certainly + " before the call");
                }
                yield !isCompaction && asked > answered.response().revision()
                        ? violation(operation, "the answer is of a revision that its header does not know")
                        : Optional.empty();
            }
            case Outcome.Refused _, Outcome.Unknown _ -> Optional.empty();
        };
    }

    private static Optional<Violation> violation(Operation operation, String text) {
        return Optional.of(new Violation(Rule.COMPACTION, operation + ": " + text));
    }
}
