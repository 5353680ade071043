package io.drawbore.testkit.mutation;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the first seed at which random tests notice a mutant. The judge is a class that takes a seed and throws
 * when something is wrong. A seed counts only where the judge has nothing against the classes as they are; that is
 * looked at once it objects to a mutant. One thread uses a hunt; each trial runs on a thread of its own. A trial that
 * takes ten times as many turns of loops as the longest of the first seeds does with the classes as they are, or a
 * minute, is taken for an objection: the mutant does not end.
 */
public final class SeedHunt implements AutoCloseable {
    /** How many seeds show how many turns are usual. */
    private static final int USUAL_SEEDS = 20;

    private static final long PATIENCE = 10;
    private static final long SPARE_TURNS = 1_000_000;
    private static final long MAX_MILLIS = 60_000;

    private final MutableSources sources;
    private final String judge;
    private final MutantCompiler compiler = new MutantCompiler();
    private final Map<String, byte[]> counted = new ConcurrentHashMap<>();
    private final Trials asTheyAre;
    private long usualTurns;

    /**
     * What a hunt came to.
     *
     * @param seed the first seed that noticed the mutant
     * @param reason what the judge threw
     */
    public record Find(long seed, String reason) {}

    /**
     * Prepares to hunt.
     *
     * @param sources what is mutated
     * @param judge has a constructor without parameters, and is itself among those that get a life of their own
     */
    public SeedHunt(MutableSources sources, Class<? extends LongConsumer> judge) {
        this.sources = sources;
        this.judge = judge.getName();
        asTheyAre = new Trials(Map.of());
    }

    /** The judge, with the classes of one mutant, or with those as they are. */
    private final class Trials {
        private final MutantLoader loader;

        Trials(Map<String, byte[]> mutated) {
            loader = new MutantLoader(sources, mutated, counted);
        }

        /** What the judge threw, null if nothing. */
        @Nullable Throwable outcome(long seed, long maxTurns) {
            return run(seed, maxTurns).outcome(MAX_MILLIS);
        }

        JudgeThread run(long seed, long maxTurns) {
            JudgeThread thread = new JudgeThread(judge + ": " + seed, () -> judge().accept(seed), maxTurns, loader);
            thread.start();
            return thread;
        }

        private LongConsumer judge() throws Throwable {
            Class<?> type = loader.loadClass(judge);
            if (type.getClassLoader() != loader) {
                throw new IllegalArgumentException(judge + " is outside of the packages that are mutated");
            }
            return (LongConsumer) TestClass.construct(type);
        }
    }

    /**
     * Tries seeds, one after the other.
     *
     * @param enough asked before each seed
     * @return the first at which the mutant is noticed; empty where it survives
     * @throws InvalidMutantException if it is none
     * @throws AssertionError if the judge objects to the classes as they are at one of the first seeds
     */
    public Optional<Find> hunt(Mutant mutant, long from, long count, BooleanSupplier enough) {
        Trials trials = new Trials(compiler.compile(mutant, mutant.applyTo(sources.sourceOf(mutant))));
        long maxTurns = usualTurns(from) * PATIENCE + SPARE_TURNS;
        for (long seed = from; seed < from + count && !enough.getAsBoolean(); seed++) {
            Throwable outcome = trials.outcome(seed, maxTurns);
            if (Jury.objects(outcome) && asTheyAre.outcome(seed, Long.MAX_VALUE) == null) {
                return Optional.of(new Find(seed, String.valueOf(outcome)));
            }
        }
        return Optional.empty();
    }

    private long usualTurns(long from) {
        if (usualTurns == 0) {
            for (long seed = from; seed < from + USUAL_SEEDS; seed++) {
                JudgeThread thread = asTheyAre.run(seed, Long.MAX_VALUE);
                Throwable outcome = thread.outcome(MAX_MILLIS);
                if (outcome != null) {
                    throw new AssertionError(judge + " objects to what is no mutant, at seed " + seed, outcome);
                }
                usualTurns = Math.max(usualTurns, Math.max(1, thread.turns()));
            }
        }
        return usualTurns;
    }

    @Override
    public void close() {
        compiler.close();
    }
}
