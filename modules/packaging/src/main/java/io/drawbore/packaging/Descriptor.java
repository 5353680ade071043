package io.drawbore.packaging;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What a distribution is made of, as its file says. Immutable.
 *
 * @param name of folders, archives and packages
 * @param modules what lies in {@code lib} beside what every member needs: ours by name, others by their Maven
 *     coordinates {@code group:artifact:version}
 * @param plugins coordinates by the name of their folder below {@code plugins}
 * @param defaults values by flag
 * @param runtime modules of the JDK beside those that are always there, for plug-ins; a member starts with them
 */
record Descriptor(
        String name,
        List<String> modules,
        Map<String, String> plugins,
        Map<String, String> defaults,
        List<String> runtime) {
    private static final Set<String> KEYS = Set.of("name", "modules", "plugins", "defaults", "runtime");

    /**
     * Reads a file.
     *
     * @throws IOException where it can't be read or says something else; the message names it
     */
    static Descriptor read(final Path file) throws IOException {
        final Object read;
        try (Reader reader = Files.newBufferedReader(file)) {
            read = new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadFromReader(reader);
        } catch (final YamlEngineException wrong) {
            throw new IOException(file + ": " + wrong.getMessage(), wrong);
        }
        if (!(read instanceof Map<?, ?> told)) {
            throw new IOException(file + " is no map of " + KEYS);
        }
        for (final Object key : told.keySet()) {
            if (!(key instanceof String name) || !KEYS.contains(name)) {
                throw new IOException(file + ": unknown key \"" + key + "\"; known are " + List.copyOf(KEYS));
            }
        }
        if (!(told.get("name") instanceof String name) || !name.matches("[a-z0-9][a-z0-9.-]*")) {
            throw new IOException(file + ": name must be of small letters, digits, dots and dashes");
        }
        return new Descriptor(
                name,
                list(file, "modules", told.get("modules")),
                map(file, "plugins", told.get("plugins")),
                map(file, "defaults", told.get("defaults")),
                list(file, "runtime", told.get("runtime")));
    }

    /** The file with the defaults that a member reads, in the form of a configuration file. */
    String defaultsFile() {
        final StringBuilder text = new StringBuilder(
                "# Where neither flags nor variables nor a configuration file say otherwise.\n");
        defaults.forEach((flag, value) -> text.append(line(flag, value)).append('\n'));
        return text.toString();
    }

    /** A line of a configuration file. */
    static String line(final String flag, final String value) {
        return flag + ": '" + value.replace("'", "''") + "'";
    }

    private static List<String> list(final Path file, final String key, final @Nullable Object told)
            throws IOException {
        final List<String> texts = new ArrayList<>();
        if (told != null && !(told instanceof List<?>)) {
            throw new IOException(file + ": " + key + " is no list");
        }
        for (final Object text : told == null ? List.of() : (List<?>) told) {
            texts.add(String.valueOf(text));
        }
        return List.copyOf(texts);
    }

    private static Map<String, String> map(final Path file, final String key, final @Nullable Object told)
            throws IOException {
        final Map<String, String> texts = new TreeMap<>();
        if (told != null && !(told instanceof Map<?, ?>)) {
            throw new IOException(file + ": " + key + " is no map");
        }
        (told == null ? Map.of() : (Map<?, ?>) told)
                .forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
        return texts;
    }
}
