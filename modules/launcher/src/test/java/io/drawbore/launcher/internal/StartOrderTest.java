package io.drawbore.launcher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.Plugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartOrderTest {
    private final List<String> faults = new ArrayList<>();

    private static LoadedPlugin plugin(final String origin, final String name, final String... after) {
        final Plugin plugin = () -> name;
        return new LoadedPlugin(
                name, "1", "1.0", origin, List.of(), List.of(after), Map.of(), plugin, Optional.empty());
    }

    private List<String> order(final LoadedPlugin... plugins) {
        return StartOrder.of(List.of(plugins), faults).stream()
                .map(LoadedPlugin::name)
                .toList();
    }

    @Test
    void whatIsBuiltInComesFirstThenTheNamesDecide() {
        assertEquals(
                List.of("wal", "acme", "zeta"),
                order(plugin("/z", "zeta"), plugin("/a", "acme"), plugin(LoadedPlugin.BUILT_IN, "wal")));
        assertEquals(List.of(), faults);
    }

    @Test
    void whoComesAfterAnotherWaitsForIt() {
        assertEquals(List.of("b", "c", "a"), order(plugin("/a", "a", "c"), plugin("/b", "b"), plugin("/c", "c", "b")));
    }

    @Test
    void whoIsntThereIsNotWaitedFor() {
        assertEquals(List.of("a"), order(plugin("/a", "a", "absent")));
        assertEquals(List.of(), faults);
    }

    @Test
    void aCircleIsAFaultThatNamesWhoIsInIt() {
        assertEquals(
                List.of("d"),
                order(plugin("/a", "a", "b"), plugin("/b", "b", "c"), plugin("/c", "c", "b"), plugin("/d", "d")));
        assertEquals(
                List.of("plug-ins b (/b) and c (/c) wait for each other to start: mend 'after' in "
                        + "META-INF/drawbore/plugin.properties of one of them"),
                faults);
    }
}
