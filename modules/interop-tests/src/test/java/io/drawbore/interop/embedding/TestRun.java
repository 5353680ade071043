package io.drawbore.interop.embedding;

import java.util.Arrays;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs an example in a JVM of its own, which then ends, or is ended. */
final class TestRun {
    private TestRun() {}

    /**
     * Runs one class.
     *
     * @param args its name, and the distribution's folder
     */
    public static void main(final String[] args) {
        final long failed = EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(args[0]))
                .configurationParameter("drawbore.home", args[1])
                .execute()
                .allEvents()
                .failed()
                .stream()
                .peek(event -> System.out.println(event))
                .count();
        System.out.println("members " + Arrays.toString(ProcessHandle.current()
                .children()
                .mapToLong(ProcessHandle::pid)
                .toArray()));
        System.out.println(failed + " failed");
    }
}
