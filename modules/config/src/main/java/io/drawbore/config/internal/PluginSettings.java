package io.drawbore.config.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --plugin-config} says, part by part.
 *
 * @param parts in the order given
 */
record PluginSettings(List<Part> parts) {
    /** Keeps a copy of the list. */
    PluginSettings {
        parts = List.copyOf(parts);
    }

    /** One part. */
    sealed interface Part {}

    /** A file that says more of it. */
    record FromFile(String file) implements Part {}

    /** A value of one plug-in's key. */
    record Value(String plugin, String key, String value) implements Part {}

    /**
     * Reads parts between commas; a backslash takes the comma or backslash behind it as it is.
     *
     * @throws Kind.BadValue where a part says no plug-in, key and value
     */
    static PluginSettings parse(final String text) throws Kind.BadValue {
        final var parts = new ArrayList<Part>();
        for (final String part : split(text)) {
            if (part.startsWith("@") && part.length() > 1) {
                parts.add(new FromFile(part.substring(1)));
            } else if (!part.isBlank()) {
                final int equals = part.indexOf('=');
                parts.add(value(
                        (equals < 0 ? part : part.substring(0, equals)).strip(),
                        equals < 0 ? null : part.substring(equals + 1)));
            }
        }
        return new PluginSettings(parts);
    }

    /** A value by what stands before and behind its equals sign. */
    static Value value(final String name, final @Nullable String value) throws Kind.BadValue {
        final int dot = name.indexOf('.');
        if (dot < 1 || dot == name.length() - 1 || value == null) {
            throw new Kind.BadValue("expected plug-in.key=value or @file, not \"" + name + "\"");
        }
        return new Value(name.substring(0, dot), name.substring(dot + 1), value);
    }

    /** A part such that it stays one among others. */
    static String quote(final String part) {
        return part.replace("\\", "\\\\").replace(",", "\\,");
    }

    private static List<String> split(final String text) {
        final var parts = new ArrayList<String>();
        final var part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && (text.charAt(i + 1) == ',' || text.charAt(i + 1) == '\\')) {
                part.append(text.charAt(++i));
            } else if (c == ',') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }
}
