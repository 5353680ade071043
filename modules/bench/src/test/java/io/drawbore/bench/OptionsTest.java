package io.drawbore.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void withoutArgumentsEverythingRunsThreeTimesOnAllServers() {
        assertEquals(
                new Options(false, 3, Set.of(), List.of(ServerKind.values()), false), Options.parse(List.of()));
    }

    @Test
    void theQuickVersionRunsOnceBesideTheReference() {
        assertEquals(
                new Options(true, 1, Set.of(), List.of(ServerKind.DRAWBORE, ServerKind.ETCD_3_7), false),
                Options.parse(List.of("--quick")));
    }

    @Test
    void valuesFollowABlankOrAnEqualsSign() {
        final Options wanted =
                new Options(true, 5, Set.of("put", "get"), List.of(ServerKind.ETCD_3_6), true);
        assertEquals(
                wanted,
                Options.parse(List.of(
                        "--quick", "--rounds=5", "--only", "put,get", "--servers=etcd-3.6", "--publish")));
    }

    @Test
    void whatIsNotThereIsRefused() {
        for (final String wrong :
                List.of("--fast", "--only=sing", "--servers=consul", "--rounds=0", "--rounds=x", "--only")) {
            assertThrows(IllegalArgumentException.class, () -> Options.parse(List.of(wrong)), wrong);
        }
    }

    @Test
    void loadsHaveDifferentNames() {
        for (final boolean quick : List.of(true, false)) {
            final List<String> names = Loads.of(quick, Set.of()).stream()
                    .flatMap(group -> group.loads().stream())
                    .map(Load::name)
                    .toList();
            assertEquals(new HashSet<>(names).size(), names.size(), names.toString());
        }
        assertTrue(Loads.words().containsAll(Set.of("put", "get", "list", "txn", "lease", "watch", "start")));
    }

    @Test
    void aWordChoosesItsLoadsAndLeavesOutEmptyGroups() {
        final List<LoadGroup> groups = Loads.of(true, Set.of("txn"));
        assertEquals(1, groups.size());
        assertEquals(1, groups.getFirst().loads().size());
    }
}
