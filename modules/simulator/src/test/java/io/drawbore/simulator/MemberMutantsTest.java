package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.drawbore.testkit.mutation.HuntTable;
import io.drawbore.testkit.mutation.Judge;
import io.drawbore.testkit.mutation.Jury;
import io.drawbore.testkit.mutation.Jury.Objection;
import io.drawbore.testkit.mutation.MutableSources;
import io.drawbore.testkit.mutation.Mutant;
import io.drawbore.testkit.mutation.MutantList;
import io.drawbore.testkit.mutation.SeedHunt;
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
 * name}, or the name of a list, runs some of them, {@code -Dmutant.seeds=2000} with so many seeds.
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

    /**
     * Scenarios, and the lists of mutants that they are about.
     *
     * @param scenarios who judges first
     * @param lists names of lists
     */
    private record Room(Judge scenarios, List<String> lists) {
        static Room of(Class<?> scenarios, String... lists) {
            return new Room(Judge.of(scenarios), List.of(lists));
        }

        List<Mutant> mutants() {
            return lists.stream().flatMap(list -> MemberMutantsTest.mutants(list).stream()).toList();
        }
    }

    private static final List<Room> ROOMS = List.of(
            Room.of(StorageScenariosTest.class, "apply", "keys", "log"),
            Room.of(ReadScenariosTest.class, "reads"),
            Room.of(EmulatedVersionScenariosTest.class, "emulation"),
            Room.of(LeaseScenariosTest.class, "leases"),
            Room.of(CheckpointScenariosTest.class, "checkpoints"),
            Room.of(WatchScenariosTest.class, "watches"),
            Room.of(MembershipScenariosTest.class, "members"),
            Room.of(LeadershipScenariosTest.class, "leadership"),
            Room.of(SnapshotTransferTest.class, "transfers"),
            Room.of(SnapshotScenariosTest.class, "snapshots"),
            Room.of(VersionScenariosTest.class, "versions"),
            Room.of(DowngradeScenariosTest.class, "downgrades"),
            Room.of(V2ScenariosTest.class, "v2"),
            Room.of(FlagScenariosTest.class, "flags"));

    private static List<Mutant> mutants(String list) {
        String wanted = System.getProperty("mutant", "");
        try {
            Path file = Path.of(Objects.requireNonNull(MemberMutantsTest.class.getResource("mutants/" + list + ".txt"))
                    .toURI());
            return MutantList.parse(Files.readString(file)).stream()
                    .filter(mutant -> list.equals(wanted) || mutant.name().contains(wanted))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A list that is out of date would be noticed by nobody until the longer tier: whoever changes code mends it. */
    @Test
    void everyMutantStillFitsTheCode() {
        List<String> outdated = ROOMS.stream()
                .flatMap(room -> room.mutants().stream())
                .filter(mutant -> !SOURCES.fits(mutant))
                .map(Mutant::name)
                .toList();
        assertEquals(List.of(), outdated);
    }

    /** The first of each room, which its scenarios notice: all of them take minutes. */
    @TestFactory
    Stream<DynamicTest> oneOfEachRoomIsNoticed() {
        return ROOMS.stream()
                .flatMap(room -> tests(room, new Jury(SOURCES, List.of(room.scenarios)), room.mutants().stream()
                        .limit(1)));
    }

    /** All of them, each by the scenarios of its room and, where these don't, by seeds. */
    @TestFactory
    @Tag("full")
    Stream<DynamicTest> everyMutantIsNoticed() {
        return ROOMS.stream()
                .flatMap(room -> tests(
                        room, new Jury(SOURCES, List.of(room.scenarios, SEEDS)), room.mutants().stream()));
    }

    private static Stream<DynamicTest> tests(Room room, Jury jury, Stream<Mutant> mutants) {
        return mutants.map(mutant -> dynamicTest(
                        room.lists + ": " + mutant.name(),
                        () -> assertFalse(
                                jury.judge(mutant).isEmpty(),
                                () -> "nobody noticed that this rule was broken: " + mutant.rule())))
                .onClose(jury::close);
    }

    /** The table of who notices what: the first scenario, and the first seed. */
    @Test
    @Tag("nightly")
    void whoNoticesWhat(TestReporter reporter) {
        Map<String, String> noticed = new TreeMap<>();
        List<String> survivors = new ArrayList<>();
        for (Room room : ROOMS) {
            try (Jury jury = new Jury(SOURCES, List.of(room.scenarios, SEEDS))) {
                for (Mutant mutant : room.mutants()) {
                    List<Objection> objections = jury.judgeByAll(mutant);
                    noticed.put(mutant.name(), String.join("; ", objections.stream()
                            .map(MemberMutantsTest::text)
                            .toList()));
                    if (objections.isEmpty()) {
                        survivors.add(mutant.name());
                    }
                }
            }
        }
        reporter.publishEntry(noticed);
        assertEquals(List.of(), survivors);
    }

    /**
     * At which seed the simulation alone notices which, up to {@code -Dmutant.seeds=} (2,000): {@code
     * target/mutants-by-seed.txt} has the table.
     */
    @Test
    @Tag("nightly")
    void atWhichSeedTheSimulationNotices(TestReporter reporter) {
        try (SeedHunt hunt = new SeedHunt(SOURCES, SeedJudge.class)) {
            HuntTable table = new HuntTable(
                    hunt, Long.getLong("mutant.seeds", 2_000), Path.of("target", "mutants-by-seed.txt"));
            ROOMS.forEach(room -> room.mutants().forEach(table::add));
            reporter.publishEntry("noticed by no seed", table.survivors().toString());
        }
    }

    private static String text(Objection objection) {
        String line = objection.reason().lines().findFirst().orElse("");
        return objection.judge() + ": " + line.substring(0, Math.min(120, line.length()));
    }
}
