package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.drawbore.testkit.mutation.Judge;
import io.drawbore.testkit.mutation.Jury;
import io.drawbore.testkit.mutation.Jury.Objection;
import io.drawbore.testkit.mutation.MutableSources;
import io.drawbore.testkit.mutation.Mutant;
import io.drawbore.testkit.mutation.MutantList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * Would the simulator notice? Each mutant of the lists beside this class, in the test resources, is a small mistake in
 * what a member does with its entries, its log, its reads, its leases or its watchers. {@code -Dmutant=words of its
 * name} runs some of them, {@code -Dmutant.seeds=2000} with so many seeds.
 */
class MemberMutantsTest {
    private static final MutableSources SOURCES = new MutableSources(
            List.of(
                    Path.of("../server/src/main/java"),
                    Path.of("../apply/src/main/java"),
                    Path.of("../mvcc/src/main/java"),
                    Path.of("../watch/src/main/java"),
                    Path.of("../../module-lease/src/main/java")),
            List.of(
                    "io.drawbore.server.",
                    "io.drawbore.apply.",
                    "io.drawbore.mvcc.",
                    "io.drawbore.watch.",
                    "io.drawbore.lease.",
                    "io.drawbore.simulator."));

    private static final Judge SEEDS = Judge.of(SimulationJudge.class);

    /** Which scenarios are about which list. */
    private static final Map<String, Judge> SCENARIOS = new TreeMap<>(Map.of(
            "apply", Judge.of(StorageScenariosTest.class),
            "keys", Judge.of(StorageScenariosTest.class),
            "log", Judge.of(StorageScenariosTest.class),
            "reads", Judge.of(ReadScenariosTest.class),
            "leases", Judge.of(LeaseScenariosTest.class),
            "watches", Judge.of(WatchScenariosTest.class)));

    private static List<Mutant> mutants(String list) {
        String wanted = System.getProperty("mutant", "");
        try {
            Path file = Path.of(Objects.requireNonNull(MemberMutantsTest.class.getResource("mutants/" + list + ".txt"))
                    .toURI());
            return MutantList.parse(Files.readString(file)).stream()
                    .filter(mutant -> mutant.name().contains(wanted))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The first of each list, which its scenarios notice: all of them take minutes. */
    @TestFactory
    Stream<DynamicTest> oneOfEachListIsNoticed() {
        return SCENARIOS.entrySet().stream().flatMap(list -> mutants(list.getKey()).stream()
                .limit(1)
                .map(mutant -> dynamicTest(list.getKey() + ": " + mutant.name(), () -> {
                    try (Jury jury = new Jury(SOURCES, List.of(list.getValue()))) {
                        assertFalse(jury.judge(mutant).isEmpty(), () -> unnoticed(mutant));
                    }
                })));
    }

    /** All of them, each by the scenarios of its list and, where these don't, by seeds. */
    @TestFactory
    @Tag("full")
    Stream<DynamicTest> everyMutantIsNoticed() {
        return SCENARIOS.entrySet().stream().flatMap(list -> {
            Jury jury = new Jury(SOURCES, List.of(list.getValue(), SEEDS));
            return mutants(list.getKey()).stream()
                    .map(mutant -> dynamicTest(
                            list.getKey() + ": " + mutant.name(),
                            () -> assertFalse(jury.judge(mutant).isEmpty(), () -> unnoticed(mutant))))
                    .onClose(jury::close);
        });
    }

    private static String unnoticed(Mutant mutant) {
        return "nobody noticed that this rule was broken: " + mutant.rule();
    }

    /** The table of who notices what: the first scenario, and the first seed. */
    @Test
    @Tag("nightly")
    void whoNoticesWhat(TestReporter reporter) {
        Map<String, String> noticed = new TreeMap<>();
        List<String> survivors = new ArrayList<>();
        SCENARIOS.forEach((list, scenarios) -> {
            try (Jury jury = new Jury(SOURCES, List.of(scenarios, SEEDS))) {
                for (Mutant mutant : mutants(list)) {
                    List<Objection> objections = jury.judgeByAll(mutant);
                    objections.forEach(objection -> noticed.merge(
                            list + ": " + mutant.name(), text(objection), (one, other) -> one + "; " + other));
                    if (objections.isEmpty()) {
                        survivors.add(mutant.name());
                    }
                }
            }
        });
        reporter.publishEntry(noticed);
        assertEquals(List.of(), survivors);
    }

    private static String text(Objection objection) {
        String line = objection.reason().lines().findFirst().orElse("");
        return objection.judge() + ": " + line.substring(0, Math.min(120, line.length()));
    }
}
