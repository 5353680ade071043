package io.drawbore.interop.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.interop.process.Distribution;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * What fifty tests with a fresh keyspace each take longer than without a store; figures for docs/PERFORMANCE.md. CPU is
 * that of this JVM and its members together.
 */
@Tag("nightly")
class KeyspaceCostTest {
    private static final int TESTS = 50;

    @Test
    void fiftyFreshKeyspaces() {
        run(Examples.WithoutStores.class);
        final Cost without = run(Examples.WithoutStores.class);
        final Cost first = run(Examples.WithStores.class);
        final Cost later = run(Examples.WithStores.class);
        System.out.println(TESTS + " tests take " + without + " without a store, " + first
                + " with the start of a member and a fresh keyspace each, " + later
                + " where the member runs already");
    }

    private record Cost(Duration time, Duration cpu) {
        @Override
        public String toString() {
            return time.toMillis() + " ms (CPU " + cpu.toMillis() + " ms)";
        }
    }

    private static Cost run(final Class<?> tests) {
        Examples.COUNTED.clear();
        final Duration cpu = cpu();
        final long start = System.nanoTime();
        EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(tests))
                .configurationParameter("drawbore.home", Distribution.home().toString())
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.succeeded(TESTS));
        final Duration time = Duration.ofNanos(System.nanoTime() - start);
        assertEquals(TESTS, Examples.COUNTED.size());
        return new Cost(time, cpu().minus(cpu));
    }

    private static Duration cpu() {
        final ProcessHandle self = ProcessHandle.current();
        return self.children()
                .map(KeyspaceCostTest::cpu)
                .reduce(cpu(self), Duration::plus);
    }

    private static Duration cpu(final ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
