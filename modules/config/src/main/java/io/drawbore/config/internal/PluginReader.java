package io.drawbore.config.internal;

import io.drawbore.config.ServerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Reads which plug-ins are wanted and what they are told. Belongs to the thread that parses. */
final class PluginReader {
    private static final int MAX_BYTES = 1 << 20;
    private static final String ALL = "all";
    private static final String NONE = "none";

    private final Settings settings;
    private final Mistakes mistakes;
    private final Map<String, Map<String, String>> told = new HashMap<>();

    PluginReader(final Settings settings, final Mistakes mistakes) {
        this.settings = settings;
        this.mistakes = mistakes;
    }

    ServerConfig.PluginChoice read() {
        for (final PluginSettings.Part part : settings.plugins(Flag.PLUGIN_CONFIG).parts()) {
            switch (part) {
                case PluginSettings.FromFile file -> keepAll(file.file());
                case PluginSettings.Value value -> keep(value);
            }
        }
        return new ServerConfig.PluginChoice(selection(), folder(), told);
    }

    private ServerConfig.Selection selection() {
        final List<String> names = settings.texts(Flag.PLUGINS);
        if (names.equals(List.of(ALL))) {
            return new ServerConfig.Selection.All();
        }
        if (names.equals(List.of(NONE))) {
            return new ServerConfig.Selection.None();
        }
        if (names.isEmpty()) {
            mistakes.add("--plugins must be 'all', 'none', or names of plug-ins");
            return new ServerConfig.Selection.None();
        }
        if (names.contains(ALL) || names.contains(NONE)) {
            mistakes.add("--plugins: 'all' and 'none' stand alone, not among names (set to "
                    + settings.text(Flag.PLUGINS) + ")");
        }
        return new ServerConfig.Selection.Named(names);
    }

    private Optional<Path> folder() {
        final String folder = settings.text(Flag.PLUGINS_DIR);
        return folder.isEmpty() ? Optional.empty() : path(Flag.PLUGINS_DIR, folder);
    }

    private Optional<Path> path(final Flag flag, final String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (final InvalidPathException impossible) {
            mistakes.add("--" + flag.flag() + " is no path: " + impossible.getReason());
            return Optional.empty();
        }
    }

    private void keep(final PluginSettings.Value value) {
        final String before = told.computeIfAbsent(value.plugin(), plugin -> new HashMap<>())
                .putIfAbsent(value.key(), value.value());
        if (before != null) {
            mistakes.add("--plugin-config says \"" + value.plugin() + "." + value.key() + "\" twice");
        }
    }

    private void keepAll(final String name) {
        final Optional<Path> file = path(Flag.PLUGIN_CONFIG, name);
        if (file.isEmpty()) {
            return;
        }
        final var lines = new Properties();
        try (InputStream in = Files.newInputStream(file.get())) {
            final byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                mistakes.add("--plugin-config: file " + file.get() + " is larger than " + MAX_BYTES + " bytes");
                return;
            }
            lines.load(new StringReader(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()));
        } catch (final NoSuchFileException missing) {
            mistakes.add("--plugin-config: file " + file.get() + " does not exist");
        } catch (final CharacterCodingException | IllegalArgumentException notText) {
            mistakes.add("--plugin-config: file " + file.get() + " holds no Java properties in UTF-8");
        } catch (final IOException unreadable) {
            mistakes.add("--plugin-config: file " + file.get() + " cannot be read: " + unreadable.getMessage());
        }
        for (final String property : lines.stringPropertyNames().stream().sorted().toList()) {
            try {
                keep(PluginSettings.value(property, lines.getProperty(property)));
            } catch (final Kind.BadValue bad) {
                mistakes.add("--plugin-config: file " + file.get() + ": " + bad.why());
            }
        }
    }
}
