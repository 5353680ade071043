package io.drawbore.launcher.internal;

import io.drawbore.api.ApiVersion;
import io.drawbore.api.Plugin;
import io.drawbore.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds plug-ins: those on the module path or class path, and those in folders that were chosen. One thread. */
final class PluginSearch {
    private final List<LoadedPlugin> found = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final HostModules host = host();
    private final Runnable beforeCode;
    private boolean anyOpened;

    PluginSearch() {
        this(() -> {});
    }

    /**
     * Nothing found yet.
     *
     * @param beforeCode is done once, before code of a plug-in from a folder runs
     */
    PluginSearch(final Runnable beforeCode) {
        this.beforeCode = beforeCode;
    }

    /** The modules of this process. */
    static HostModules host() {
        final ModuleLayer own = PluginSearch.class.getModule().getLayer();
        return new HostModules(own == null ? ModuleLayer.boot() : own);
    }

    /** Those that came with the program. */
    void builtIn() {
        final ModuleLayer own = PluginSearch.class.getModule().getLayer();
        final ServiceLoader<Plugin> plugins = own == null
                ? ServiceLoader.load(Plugin.class, PluginSearch.class.getClassLoader())
                : ServiceLoader.load(own, Plugin.class);
        try {
            plugins.forEach(plugin -> add(plugin, LoadedPlugin.BUILT_IN));
        } catch (final ServiceConfigurationError broken) {
            faults.add("a built-in plug-in cannot be loaded: " + broken.getMessage());
        }
    }

    /** One that was made by whoever embeds a member. */
    void take(final Plugin plugin) {
        add(plugin, LoadedPlugin.EMBEDDED);
    }

    private void add(final Plugin plugin, final String origin) {
        found.add(new LoadedPlugin(
                plugin.name(),
                Versions.drawbore(),
                ApiVersion.CURRENT.toString(),
                origin,
                List.of(),
                List.of(),
                Map.of(),
                plugin,
                Optional.empty()));
    }

    /**
     * Those in a folder's folders.
     *
     * @param parent may be missing, unless it was told
     */
    void inFolders(final Path parent, final boolean told, final ServerConfig.Selection selection) {
        switch (selection) {
            case ServerConfig.Selection.None none -> {}
            case ServerConfig.Selection.All all -> readable(folders(parent, told), faults).values().forEach(this::open);
            case ServerConfig.Selection.Named named -> {
                final List<String> passedOver = new ArrayList<>();
                open(named.names(), readable(folders(parent, told), passedOver), passedOver, parent);
            }
        }
    }

    /** Those that aren't chosen stop nobody, whatever is wrong with them. */
    private void open(
            final List<String> names,
            final Map<Path, PluginFolder> folders,
            final List<String> passedOver,
            final Path parent) {
        final TreeSet<String> known = new TreeSet<>();
        folders.values().forEach(folder -> known.add(folder.name()));
        folders.values().stream().filter(folder -> names.contains(folder.name())).forEach(this::open);
        final List<String> missing = names.stream().filter(name -> !known.contains(name)).toList();
        if (!missing.isEmpty()) {
            faults.add("--plugins: there is no plug-in " + String.join(", ", missing) + " in " + parent
                    + "; there are: " + (known.isEmpty() ? "none" : String.join(", ", known)));
            faults.addAll(passedOver);
        }
    }

    private static Map<Path, PluginFolder> readable(final List<Path> folders, final List<String> faults) {
        final Map<Path, PluginFolder> readable = new LinkedHashMap<>();
        for (final Path folder : folders) {
            try {
                readable.put(folder, PluginFolder.read(folder));
            } catch (final UnusablePlugin unusable) {
                faults.add(unusable.line());
            }
        }
        return readable;
    }

    private void open(final PluginFolder folder) {
        try {
            folder.judge(host);
            if (!anyOpened) {
                anyOpened = true;
                beforeCode.run();
            }
            found.add(folder.open(host));
        } catch (final UnusablePlugin unusable) {
            faults.add(unusable.line());
        }
    }

    private List<Path> folders(final Path parent, final boolean told) {
        if (!Files.isDirectory(parent)) {
            if (told) {
                faults.add("--plugins-dir=" + parent + " is no folder");
            }
            return List.of();
        }
        try {
            return folders(parent);
        } catch (final IOException unreadable) {
            faults.add("plug-in folder " + parent + " cannot be read: " + unreadable.getMessage());
            return List.of();
        }
    }

    /** The folders in a folder; those that begin with a dot are others'. */
    static List<Path> folders(final Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(Files::isDirectory)
                    .filter(folder -> !String.valueOf(folder.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** Those that were found good so far. */
    List<LoadedPlugin> found() {
        return found;
    }

    /** What was wrong with others. */
    List<String> faults() {
        return faults;
    }
}
