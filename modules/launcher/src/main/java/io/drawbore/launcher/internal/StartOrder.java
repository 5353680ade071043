package io.drawbore.launcher.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The order in which plug-ins start: those that are built in, then whom the others name, then by name. */
final class StartOrder {
    private static final Comparator<LoadedPlugin> BY_NAME =
            Comparator.comparing((LoadedPlugin one) -> !one.isBuiltIn()).thenComparing(LoadedPlugin::name);

    private StartOrder() {}

    /**
     * Orders them.
     *
     * @param plugins no two of one name
     * @param faults gets a line where some wait for each other; these are then left out
     */
    static List<LoadedPlugin> of(final List<LoadedPlugin> plugins, final List<String> faults) {
        final List<LoadedPlugin> waiting = new ArrayList<>(plugins);
        waiting.sort(BY_NAME);
        final List<LoadedPlugin> ordered = new ArrayList<>();
        while (!waiting.isEmpty()) {
            final Set<String> before = waiting.stream().map(LoadedPlugin::name).collect(Collectors.toSet());
            final var next = waiting.stream().filter(one -> waitsForNone(one, before)).findFirst();
            if (next.isEmpty()) {
                faults.add("plug-ins " + circle(waiting) + " wait for each other to start: mend 'after' in "
                        + PluginDescriptor.FILE + " of one of them");
                return ordered;
            }
            waiting.remove(next.get());
            ordered.add(next.get());
        }
        return ordered;
    }

    private static boolean waitsForNone(final LoadedPlugin plugin, final Set<String> waiting) {
        return plugin.after().stream().noneMatch(waiting::contains);
    }

    /** Goes from one to whom it waits for until somebody comes twice. */
    private static String circle(final List<LoadedPlugin> waiting) {
        final List<LoadedPlugin> way = new ArrayList<>();
        final Set<String> seen = new HashSet<>();
        LoadedPlugin here = waiting.getFirst();
        while (seen.add(here.name())) {
            way.add(here);
            final LoadedPlugin from = here;
            here = waiting.stream()
                    .filter(one -> from.after().contains(one.name()))
                    .findFirst()
                    .orElseThrow();
        }
        return way.subList(way.indexOf(here), way.size()).stream()
                .map(LoadedPlugin::who)
                .collect(Collectors.joining(" and "));
    }
}
