package io.drawbore.launcher.internal;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a plug-in says of itself without being run.
 *
 * @param name its name
 * @param version its version
 * @param api which versions of the API it was written for
 * @param keys of its configuration, sorted
 * @param after which plug-ins start before it, where they are there
 */
record PluginDescriptor(String name, String version, ApiRange api, List<String> keys, List<String> after) {
    /** Where it lies in the jar that provides the plug-in. */
    static final String FILE = "META-INF/drawbore/plugin.properties";

    /** What plug-ins and what they offer may be called. */
    static final String NAME = "[a-z0-9]+(-[a-z0-9]+)*";

    static final int MAX_BYTES = 64 << 10;
    private static final String VERSION = "[0-9A-Za-z.+_-]{1,64}";
    private static final String KEY = "[0-9A-Za-z]+([._-][0-9A-Za-z]+)*";
    private static final Set<String> KNOWN = new TreeSet<>(Set.of("name", "version", "api", "config", "after"));

    PluginDescriptor {
        keys = List.copyOf(keys);
        after = List.copyOf(after);
    }

    /**
     * Reads it.
     *
     * @throws Bad where a line of it is missing, unknown or wrong
     */
    static PluginDescriptor read(final byte[] bytes) throws Bad {
        if (bytes.length > MAX_BYTES) {
            throw new Bad("is larger than " + MAX_BYTES + " bytes");
        }
        final var lines = new Properties();
        try {
            lines.load(new StringReader(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()));
        } catch (final CharacterCodingException | IllegalArgumentException notText) {
            throw new Bad("holds no Java properties in UTF-8");
        } catch (final IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        for (final String key : new TreeSet<>(lines.stringPropertyNames())) {
            if (!KNOWN.contains(key)) {
                throw new Bad("has the unknown key \"" + key + "\"; there are: " + String.join(", ", KNOWN));
            }
        }
        final String api = required(lines, "api");
        final Optional<ApiRange> range = ApiRange.of(api);
        return new PluginDescriptor(
                matching(required(lines, "name"), "name", NAME, "lower-case letters, digits and single dashes"),
                matching(required(lines, "version"), "version", VERSION, "letters, digits and . + _ -"),
                range.orElseThrow(() -> new Bad("has api=" + api + ", which is neither as in 1.0 nor as in 1.0-1.4")),
                list(lines, "config", KEY, "letters and digits, parted by . _ or -"),
                list(lines, "after", NAME, "lower-case letters, digits and single dashes"));
    }

    private static String required(final Properties lines, final String key) throws Bad {
        final String value = lines.getProperty(key, "").strip();
        if (value.isEmpty()) {
            throw new Bad("lacks the key \"" + key + "\"");
        }
        return value;
    }

    private static String matching(final String value, final String key, final String pattern, final String allowed)
            throws Bad {
        if (!value.matches(pattern)) {
            throw new Bad("has " + key + "=" + value + ", where " + allowed + " are allowed");
        }
        return value;
    }

    private static List<String> list(
            final Properties lines, final String key, final String pattern, final String allowed) throws Bad {
        final List<String> values = Stream.of(lines.getProperty(key, "").split(","))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .distinct()
                .sorted()
                .toList();
        for (final String value : values) {
            matching(value, key, pattern, allowed);
        }
        return values;
    }

    /** A file that says nothing usable. */
    static final class Bad extends Exception {
        private static final long serialVersionUID = 1;

        private Bad(final String what) {
            super(what, null, false, false);
        }

        /** What is wrong with it, to stand behind its name. */
        String what() {
            return String.valueOf(getMessage());
        }
    }
}
