package io.drawbore.config.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * The configuration file, YAML or its subset JSON: one map whose keys are the flags' names. Scalars are read as text
 * and then as their flag's kind, so that {@code name: 007} stays a name.
 */
public final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;
    /** Of maps and lists within each other. The keys that exist need two. */
    private static final int MAX_DEPTH = 50;
    private static final String PEER_SECURITY = "peer-transport-security";

    private ConfigFile() {}

    /** Reads it, adding everything that is wrong with it. */
    public static Settings read(final String name, final Mistakes mistakes) {
        final Map<Flag, String> given = new EnumMap<>(Flag.class);
        final Path file;
        try {
            file = Path.of(name);
        } catch (final InvalidPathException impossible) {
            mistakes.add("--config-file is no path: " + impossible.getReason());
            return new Settings(given);
        }
        load(file, mistakes).ifPresent(map -> map.forEach((key, value) -> {
            if (PEER_SECURITY.equals(key) && value instanceof Map<?, ?> section) {
                section.forEach((part, told) -> read(peerFlag(String.valueOf(part)), told, given, file, mistakes));
            } else {
                read(String.valueOf(key), value, given, file, mistakes);
            }
        }));
        return new Settings(given);
    }

    private static void read(
            final String key,
            final @Nullable Object value,
            final Map<Flag, String> given,
            final Path file,
            final Mistakes mistakes) {
        final Optional<Flag> flag = Flag.of(key).filter(Flag::inFile);
        if (flag.isEmpty()) {
            mistakes.add("unknown key \"" + key + "\" in configuration file " + file);
        } else {
            keep(flag.get(), value, given, file, mistakes);
        }
    }

    /** What etcd's file says in the section of the peer port, as a flag. */
    private static String peerFlag(final String part) {
        return part.startsWith("allowed-") ? "peer-cert-" + part : "peer-" + part;
    }

    private static Optional<Map<?, ?>> load(final Path file, final Mistakes mistakes) {
        try {
            final byte[] bytes = firstBytes(file);
            if (bytes.length > MAX_BYTES) {
                mistakes.add("configuration file " + file + " is larger than " + MAX_BYTES + " bytes");
                return Optional.empty();
            }
            final String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            final LoadSettings settings = LoadSettings.builder()
                    .setSchema(new FailsafeSchema())
                    .setTagConstructors(Map.of(Tag.NULL, node -> ""))
                    .setLabel(file.toString())
                    .build();
            if (isTooDeep(text, settings)) {
                mistakes.add("configuration file " + file + " nests more than " + MAX_DEPTH + " maps and lists");
                return Optional.empty();
            }
            final Iterator<Object> documents = new Load(settings).loadAllFromString(text).iterator();
            if (!documents.hasNext()) {
                return Optional.empty();
            }
            if (documents.next() instanceof Map<?, ?> map && !documents.hasNext()) {
                return Optional.of(map);
            }
            mistakes.add("configuration file " + file + " must hold one map of flags' names and values");
        } catch (final NoSuchFileException missing) {
            mistakes.add("configuration file " + file + " does not exist");
        } catch (final CharacterCodingException notText) {
            mistakes.add("configuration file " + file + " is not UTF-8 text");
        } catch (final IOException unreadable) {
            mistakes.add("configuration file " + file + " cannot be read: " + unreadable.getMessage());
        } catch (final MarkedYamlEngineException malformed) {
            final String where = malformed.getProblemMark()
                    .map(mark -> " line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            mistakes.add("configuration file " + file + where + ": " + malformed.getProblem());
        } catch (final YamlEngineException malformed) {
            mistakes.add("configuration file " + file + ": " + malformed.getMessage());
        }
        return Optional.empty();
    }

    /** All there are, or one more than may be: a device or a pipe tells no size. */
    private static byte[] firstBytes(final Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES + 1);
        }
    }

    /** The events of a text come one by one, while its nodes are built by calls within calls. */
    private static boolean isTooDeep(final String text, final LoadSettings settings) {
        final var events = new ParserImpl(settings, new StreamReader(settings, text));
        int depth = 0;
        while (events.hasNext()) {
            final Event event = events.next();
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth > MAX_DEPTH) {
                return true;
            }
        }
        return false;
    }

    private static void keep(
            final Flag flag,
            final @Nullable Object value,
            final Map<Flag, String> given,
            final Path file,
            final Mistakes mistakes) {
        final String where = " for key \"" + flag.flag() + "\" in configuration file " + file + ": ";
        final Optional<String> text = textOf(flag, value);
        if (text.isEmpty()) {
            mistakes.add("invalid value" + where + "expected "
                    + (mayBeAList(flag) ? "a text or a list of texts" : "a single value"));
            return;
        }
        if (text.get().isEmpty() && flag.byDefault().isEmpty()) {
            return;
        }
        try {
            flag.kind().check(text.get());
            given.put(flag, text.get());
        } catch (final Kind.BadValue bad) {
            mistakes.add("invalid value \"" + text.get() + "\"" + where + bad.why());
        }
    }

    private static Optional<String> textOf(final Flag flag, final @Nullable Object value) {
        if (value == null) {
            return Optional.of(flag.byDefault());
        }
        if (value instanceof String text) {
            return Optional.of(asFlagValue(flag, text));
        }
        if (mayBeAList(flag)
                && value instanceof List<?> list
                && list.stream().allMatch(String.class::isInstance)) {
            return Optional.of(String.join(
                    ",",
                    list.stream()
                            .map(String::valueOf)
                            .map(one -> flag.kind() == Kind.TEXTS ? one : PluginSettings.quote(one))
                            .toList()));
        }
        return Optional.empty();
    }

    private static boolean mayBeAList(final Flag flag) {
        return flag.kind() == Kind.TEXTS || flag.kind() == Kind.PLUGIN_CONFIG;
    }

    /** What etcd's file says otherwise than its flags: durations in nanoseconds, booleans as in YAML 1.1, null. */
    private static String asFlagValue(final Flag flag, final String text) {
        if (flag.kind() != Kind.TEXT && (text.equals("null") || text.equals("~") || text.isEmpty())) {
            return flag.byDefault();
        }
        return switch (flag.kind()) {
            case DURATION -> text.matches("-?[0-9]+") ? text + "ns" : text;
            case BOOLEAN ->
                switch (text.toLowerCase(Locale.ROOT)) {
                    case "yes", "on", "y" -> "true";
                    case "no", "off", "n" -> "false";
                    default -> text;
                };
            default -> text;
        };
    }
}
