package io.drawbore.config.internal;

import java.util.LinkedHashSet;
import java.util.List;

/** Gathers what is wrong, so that it is reported in one go. Belongs to the thread that parses. */
public final class Mistakes {
    private final LinkedHashSet<String> lines = new LinkedHashSet<>();
    private boolean syntax;

    /** The command line itself is wrong. */
    public void syntax(final String line) {
        lines.add(oneLine(line));
        syntax = true;
    }

    /** A value is wrong, wherever it comes from. */
    public void add(final String line) {
        lines.add(oneLine(line));
    }

    /** Whether nothing is wrong so far. */
    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /** What is wrong, in the order noticed, each once. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** etcd's: 2 where its flag parser gives up, 1 where a later check does. */
    public int exitCode() {
        return syntax ? 2 : 1;
    }

    private static String oneLine(final String line) {
        return line.replace("\r", "\\r").replace("\n", "\\n");
    }
}
