package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.drawbore.raft.internal.ConfigurationTest;
import io.drawbore.raft.internal.ProgressTest;
import io.drawbore.raft.internal.QuorumTest;
import io.drawbore.raft.transcript.EtcdTranscriptTest;
import io.drawbore.raft.transcript.OwnTranscriptsJudge;
import io.drawbore.testkit.mutation.HuntTable;
import io.drawbore.testkit.mutation.Judge;
import io.drawbore.testkit.mutation.Jury;
import io.drawbore.testkit.mutation.Jury.Objection;
import io.drawbore.testkit.mutation.MutableSources;
import io.drawbore.testkit.mutation.Mutant;
import io.drawbore.testkit.mutation.MutantList;
import io.drawbore.testkit.mutation.SeedHunt;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * Are the tests worth anything? Each mutant of the lists beside this class, in the test resources, is a small mistake
 * in the core; somebody has to object to it. {@code -Dmutant=words of its name} runs some of them.
 */
class RaftMutantsTest {
    private static final MutableSources SOURCES =
            new MutableSources(List.of(Path.of("src/main/java")), List.of("io.drawbore.raft."));

    /** Quick, and without anything that a machine may lack. */
    private static final List<Judge> JUDGES = List.of(
            Judge.of(QuorumTest.class),
            Judge.of(ProgressTest.class),
            Judge.of(ConfigurationTest.class),
            Judge.of(ElectionRulesTest.class),
            Judge.of(LeaderRulesTest.class),
            Judge.of(FollowerRulesTest.class),
            Judge.of(MembershipRulesTest.class),
            Judge.of(AsyncRulesTest.class),
            Judge.of(RaftNodeTest.class),
            Judge.of(OwnTranscriptsJudge.class),
            Judge.of(SimulationJudge.class));

    private static List<Mutant> mutants() throws IOException, URISyntaxException {
        String wanted = System.getProperty("mutant", "");
        Path lists = Path.of(Objects.requireNonNull(RaftMutantsTest.class.getResource("mutants/quorums.txt")).toURI())
                .getParent();
        List<Mutant> mutants =
                MutantList.readAll(lists).stream().filter(mutant -> mutant.name().contains(wanted)).toList();
        assertFalse(mutants.isEmpty(), () -> "no mutant's name contains '" + wanted + "'");
        return mutants;
    }

    /** So that a change of the core or of the lists which blinds the jury is seen at once. */
    @TestFactory
    Stream<DynamicTest> everyEighthMutantIsNoticedOrThoseAskedFor() throws IOException, URISyntaxException {
        List<Mutant> mutants = mutants();
        int step = System.getProperty("mutant", "").isEmpty() ? 8 : 1;
        return noticed(IntStream.range(0, mutants.size())
                .filter(place -> place % step == 0)
                .mapToObj(mutants::get)
                .toList());
    }

    @TestFactory
    @Tag("full")
    Stream<DynamicTest> everyMutantIsNoticed() throws IOException, URISyntaxException {
        return noticed(mutants());
    }

    private static Stream<DynamicTest> noticed(List<Mutant> mutants) {
        Jury jury = new Jury(SOURCES, JUDGES);
        return mutants.stream()
                .map(mutant -> dynamicTest(mutant.name(), () -> assertFalse(jury.judge(mutant).isEmpty(),
                        () -> "nobody noticed that this rule was broken: " + mutant.rule())))
                .onClose(jury::close);
    }

    /** Which judge notices how many, and how many it alone; etcd's own transcripts judge with ours. */
    @Test
    @Tag("full")
    void whoNoticesWhat(TestReporter reporter) throws IOException, URISyntaxException {
        List<Judge> judges = new ArrayList<>(JUDGES);
        judges.add(Judge.of(EtcdTranscriptTest.class));
        Map<String, Integer> noticed = new TreeMap<>();
        Map<String, Integer> alone = new TreeMap<>();
        List<String> survivors = new ArrayList<>();
        try (Jury jury = new Jury(SOURCES, judges)) {
            for (Mutant mutant : mutants()) {
                List<Objection> objections = jury.judgeByAll(mutant);
                objections.forEach(objection -> noticed.merge(objection.judge(), 1, Integer::sum));
                if (objections.size() == 1) {
                    alone.merge(objections.getFirst().judge(), 1, Integer::sum);
                }
                if (objections.isEmpty()) {
                    survivors.add(mutant.name());
                }
            }
        }
        reporter.publishEntry(Map.of("noticed", noticed.toString(), "noticed by no other", alone.toString()));
        assertEquals(List.of(), survivors);
    }

    /**
     * At which seed the simulation alone notices which: {@code target/mutants-by-seed.txt} has the table. Many a mutant
     * breaks no promise and only makes raft slower, or undoes what nobody's safety hangs on; so nothing is demanded
     * here of any single one.
     */
    @Test
    @Tag("nightly")
    void atWhichSeedTheSimulationNotices(TestReporter reporter) throws IOException, URISyntaxException {
        try (SeedHunt hunt = new SeedHunt(SOURCES, SeedJudge.class)) {
            HuntTable table = new HuntTable(
                    hunt, Long.getLong("mutant.seeds", 2_000), Path.of("target", "mutants-by-seed.txt"));
            mutants().forEach(table::add);
            reporter.publishEntry("noticed by no seed", table.survivors().toString());
        }
    }
}
