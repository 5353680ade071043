package io.drawbore.testkit.mutation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Judges, of whom at least one should object to every mutant. Each first has to pass the classes as they are, when it
 * is asked for the first time: otherwise nothing it says of a mutant would mean anything. One thread uses a jury; each
 * judge runs on a thread of its own. A judge who takes ten times as many turns of loops as with the classes as they
 * are, or two minutes, is taken to object: the mutant does not end.
 */
public final class Jury implements AutoCloseable {
    private static final long PATIENCE = 10;
    private static final long SPARE_TURNS = 1_000_000;
    private static final long MAX_MILLIS = 120_000;
    /** The turns of a judge who lacks something on this machine and stays away. */
    private static final long AWAY = -1;

    private final MutableSources sources;
    private final List<Judge> judges;
    private final MutantCompiler compiler = new MutantCompiler();
    private final Map<String, byte[]> counted = new ConcurrentHashMap<>();
    private final Map<Judge, Long> turns = new HashMap<>();

    /**
     * Why a judge is against a mutant.
     *
     * @param judge the judge's name
     * @param reason what it threw
     */
    public record Objection(String judge, String reason) {
    }

    /**
     * Calls judges.
     *
     * @param sources what is mutated
     * @param judges the cheapest first
     */
    public Jury(MutableSources sources, List<Judge> judges) {
        this.sources = sources;
        this.judges = List.copyOf(judges);
    }

    /**
     * The first objection to a mutant; empty if it survives.
     *
     * @throws InvalidMutantException if it is none
     * @throws AssertionError if a judge who is asked objects to the classes as they are
     */
    public Optional<Objection> judge(Mutant mutant) {
        return judge(mutant, true).stream().findFirst();
    }

    /**
     * All objections to a mutant: every judge is asked.
     *
     * @throws InvalidMutantException if it is none
     * @throws AssertionError if a judge objects to the classes as they are
     */
    public List<Objection> judgeByAll(Mutant mutant) {
        return judge(mutant, false);
    }

    private List<Objection> judge(Mutant mutant, boolean oneIsEnough) {
        Map<String, byte[]> mutated = compiler.compile(mutant, mutant.applyTo(sources.sourceOf(mutant)));
        MutantLoader loader = new MutantLoader(sources, mutated, counted);
        List<Objection> objections = new ArrayList<>();
        for (Judge judge : judges) {
            long usual = turns.computeIfAbsent(judge, this::turnsAsTheyAre);
            if (usual == AWAY) {
                continue;
            }
            JudgeThread thread = new JudgeThread(judge.name() + ": " + mutant.name(), () -> judge.sit(loader),
                    usual * PATIENCE + SPARE_TURNS, loader);
            thread.start();
            Throwable outcome = thread.outcome(MAX_MILLIS);
            if (objects(outcome)) {
                // As text: the object would keep all classes of the mutant alive.
                objections.add(new Objection(judge.name(), String.valueOf(outcome)));
                if (oneIsEnough) {
                    break;
                }
            }
        }
        return List.copyOf(objections);
    }

    private long turnsAsTheyAre(Judge judge) {
        MutantLoader loader = new MutantLoader(sources, Map.of(), counted);
        JudgeThread thread = new JudgeThread(judge.name(), () -> judge.sit(loader), Long.MAX_VALUE, loader);
        thread.start();
        Throwable outcome = thread.outcome(MAX_MILLIS);
        if (outcome instanceof TestAbortedException) {
            return AWAY;
        }
        if (outcome != null) {
            throw new AssertionError(judge.name() + " objects to what is no mutant", outcome);
        }
        return thread.turns();
    }

    /** Whether what a judge threw is an objection. */
    static boolean objects(@Nullable Throwable outcome) {
        if (outcome instanceof LinkageError rig && !(outcome instanceof ExceptionInInitializerError)) {
            throw new IllegalStateException("the classes of a mutant do not fit together", rig);
        }
        return outcome != null && !(outcome instanceof TestAbortedException);
    }

    @Override
    public void close() {
        compiler.close();
    }
}
