package io.drawbore.bench;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Loads that run one after the other on one server process, or the members of one cluster, started on empty folders for
 * them.
 *
 * @param prepare warms the server up and writes what the loads need
 * @param loads in their order
 * @param startsItself whether the first load waits for the server to be ready
 * @param members how many the cluster has
 */
record LoadGroup(Consumer<Target> prepare, List<Load> loads, boolean startsItself, int members) {
    LoadGroup {
        loads = List.copyOf(loads);
    }

    static LoadGroup of(final Consumer<Target> prepare, final Load... loads) {
        return new LoadGroup(prepare, List.of(loads), false, 1);
    }

    /** Loads on a cluster of three. */
    static LoadGroup ofThree(final Consumer<Target> prepare, final Load... loads) {
        return new LoadGroup(prepare, List.of(loads), false, 3);
    }

    /** The same with the loads of these words only; with all where there are no words. */
    LoadGroup only(final Set<String> words) {
        return words.isEmpty()
                ? this
                : new LoadGroup(
                        prepare,
                        loads.stream().filter(load -> words.contains(load.word())).toList(),
                        startsItself,
                        members);
    }
}
