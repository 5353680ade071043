package io.drawbore.launcher.internal;

import java.util.ArrayList;
import java.util.List;

/** What {@code drawbore plugins list} prints: a line for each plug-in, and below it what it offers. */
public final class PluginListing {
    private static final List<String> HEAD = List.of("NAME", "VERSION", "API", "FROM");

    private PluginListing() {}

    /** The lines, in the order in which the plug-ins start. */
    public static List<String> of(final Plugins plugins) {
        final List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        plugins.inStartOrder()
                .forEach(one -> rows.add(List.of(one.name(), one.version(), one.api(), one.origin())));
        final List<String> lines = new ArrayList<>();
        lines.add(line(HEAD, rows));
        for (final LoadedPlugin one : plugins.inStartOrder()) {
            lines.add(line(List.of(one.name(), one.version(), one.api(), one.origin()), rows));
            for (final ExtensionPoint point : ExtensionPoint.values()) {
                below(point.title(), point.namesOf(one.plugin()), lines);
            }
            below("configuration key", one.keys(), lines);
            below("starts after", one.after(), lines);
        }
        return lines;
    }

    private static void below(final String title, final List<String> names, final List<String> lines) {
        if (!names.isEmpty()) {
            lines.add("  " + title + ": " + String.join(", ", names));
        }
    }

    private static String line(final List<String> cells, final List<List<String>> rows) {
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            final int column = i;
            final int width = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
            line.append(cells.get(i)).append(" ".repeat(width - cells.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
