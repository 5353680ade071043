package io.drawbore.interop.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.interop.process.Distribution;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What fifty tests with a fresh keyspace each take longer than without a store; a figure for docs/PERFORMANCE.md. */
@Tag("nightly")
class KeyspaceCostTest {
    private static final int TESTS = 50;

    @Test
    void fiftyFreshKeyspaces() {
        run(Examples.WithoutStores.class);
        final Duration without = run(Examples.WithoutStores.class);
        final Duration first = run(Examples.WithStores.class);
        final Duration later = run(Examples.WithStores.class);
        System.out.println(TESTS + " tests take " + without.toMillis() + " ms without a store, " + first.toMillis()
                + " ms with the start of a member and a fresh keyspace each, " + later.toMillis()
                + " ms where the member runs already");
    }

    private static Duration run(final Class<?> tests) {
        Examples.COUNTED.clear();
        final long start = System.nanoTime();
        EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(tests))
                .configurationParameter("drawbore.home", Distribution.home().toString())
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.succeeded(TESTS));
        final Duration length = Duration.ofNanos(System.nanoTime() - start);
        assertEquals(TESTS, Examples.COUNTED.size());
        return length;
    }
}
