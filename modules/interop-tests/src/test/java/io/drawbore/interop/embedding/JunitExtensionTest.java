package io.drawbore.interop.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.interop.Waiting;
import io.drawbore.interop.process.Distribution;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs test classes as users write them, with JUnit's own test kit. */
class JunitExtensionTest {
    private static final Map<String, String> PARALLEL = Map.of(
            "junit.jupiter.execution.parallel.enabled", "true",
            "junit.jupiter.execution.parallel.config.strategy", "fixed",
            "junit.jupiter.execution.parallel.config.fixed.parallelism", "4");

    @BeforeEach
    void forgetPorts() {
        Examples.PORTS.clear();
    }

    @Test
    void testsOneAfterTheOtherFindNothingInTheSameProcess() {
        assertEquals(List.of(), failures(run(Map.of(), Examples.Untidy.class, Examples.OfTheClass.class), 6));
        assertEquals(1, Examples.PORTS.size());
        assertEquals(List.of(), failures(run(Map.of(), Examples.InOneKeyspace.class), 2));
    }

    @Test
    void testsAtTheSameTimeNeverShareAMember() {
        final int tests = Examples.AtTheSameTime.TESTS;
        assertEquals(List.of(), failures(run(PARALLEL, Examples.AtTheSameTime.class), tests));
        assertEquals(tests, Examples.PORTS.size());

        final List<String> refused = failures(run(PARALLEL, Examples.SharedAtTheSameTime.class), 2);
        assertEquals(2, refused.size());
        refused.forEach(refusal -> assertTrue(
                refusal.contains("but their class has one member of Drawbore as a whole: give each test its own"),
                refusal));
    }

    @Test
    @Tag("full")
    void whatCannotBeTakenBackGetsAnotherProcess() {
        assertEquals(List.of(), failures(run(Map.of(), Examples.LockedOut.class), 2));
        assertEquals(2, Examples.PORTS.size());
    }

    @Test
    @Tag("full")
    void aDowngradeUnderWayGetsAnotherProcess() {
        assertEquals(List.of(), failures(run(Map.of(), Examples.Downgrading.class), 2));
        assertEquals(2, Examples.PORTS.size());
    }

    /** The last one's member was in the field, for the tests of both. */
    @Test
    void classesThatInheritOneStaticFieldDoNotHaveItAtTheSameTime() {
        final List<String> refused = new ArrayList<>();
        Examples.Heir.running = tests -> refused.addAll(failures(run(Map.of(), tests), 0));
        assertEquals(List.of(), failures(run(Map.of(), Examples.Heir.class), 1));
        assertEquals(1, refused.size());
        assertTrue(
                refused.getFirst()
                        .contains("static field WithInheritedField.etcd holds the endpoint of "
                                + Examples.Heir.class.getName() + ", which runs at the same time as "),
                refused.getFirst());
        assertEquals(List.of(), failures(run(Map.of(), Examples.OtherHeir.class), 1));
    }

    @Test
    void aComposedAnnotationHasItsFlags() {
        assertEquals(List.of(), failures(run(Map.of(), Examples.Composed.class), 1));
    }

    @Test
    @Tag("full")
    void aFailureShowsWhatTheMemberPrinted() {
        // nobody can say when a line will have been read: once it is late, it is no line of the test's any more
        Waiting.until("a failure that shows what the member printed", () -> {
            final String text = shownByAFailure();
            return text.contains("what the member of Drawbore printed during Failing.fails")
                    && text.contains("failed to cancel downgrade");
        });
    }

    private static String shownByAFailure() {
        final PrintStream before = System.err;
        final var shown = new ByteArrayOutputStream();
        System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
        try {
            assertEquals(1, failures(run(Map.of(), Examples.Failing.class), 1).size());
        } finally {
            System.setErr(before);
        }
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whereThereIsNoDistributionItSaysWhatToDo(@TempDir final Path empty) {
        final List<String> failures = failures(
                EngineTestKit.engine("junit-jupiter")
                        .selectors(DiscoverySelectors.selectClass(Examples.Untidy.class))
                        .configurationParameter("drawbore.home", empty.toString())
                        .execute(),
                4);
        assertTrue(
                failures.getFirst()
                        .contains("drawbore.home leads to " + empty + ", which is no distribution of Drawbore: "),
                failures.getFirst());
    }

    private static EngineExecutionResults run(final Map<String, String> parameters, final Class<?>... classes) {
        final EngineTestKit.Builder builder = EngineTestKit.engine("junit-jupiter")
                .configurationParameter("drawbore.home", Distribution.home().toString())
                .configurationParameters(parameters);
        for (final Class<?> tests : classes) {
            builder.selectors(DiscoverySelectors.selectClass(tests));
        }
        return builder.execute();
    }

    /** What the failed ones of so many tests said. */
    private static List<String> failures(final EngineExecutionResults results, final long tests) {
        assertEquals(tests, results.testEvents().finished().count());
        return results.allEvents().failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result -> result.getThrowable().map(String::valueOf).orElse("nothing"))
                .toList();
    }
}
