package io.drawbore.launcher.internal;

import io.drawbore.api.Plugin;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The jars of a plug-in's folder, looked at without running anything in them: what lies below other folders in it is
 * not looked at. Immutable.
 */
final class PluginJars {
    private static final String SERVICE = Plugin.class.getName();

    private final Path folder;
    private final List<Jar> jars;

    private PluginJars(final Path folder, final List<Jar> jars) {
        this.folder = folder;
        this.jars = List.copyOf(jars);
    }

    /**
     * A jar.
     *
     * @param file where it lies
     * @param module what it is; automatic where it doesn't say so itself
     */
    record Jar(Path file, ModuleReference module) {
        String name() {
            return String.valueOf(file.getFileName());
        }

        ModuleDescriptor descriptor() {
            return module.descriptor();
        }
    }

    /**
     * Opens a folder's jars.
     *
     * @throws UnusablePlugin where one can't be read, or two can't live in one plug-in
     */
    static PluginJars read(final Path folder) throws UnusablePlugin {
        final List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (final IOException | UncheckedIOException unreadable) {
            throw new UnusablePlugin(folder, "it cannot be read (" + unreadable + ")");
        }
        if (files.isEmpty()) {
            throw new UnusablePlugin(folder, "there is no jar in it: put the plug-in's jars there, or remove it");
        }
        final List<Jar> jars = new ArrayList<>();
        for (final Path file : files) {
            jars.add(new Jar(file, read(folder, file)));
        }
        final PluginJars read = new PluginJars(folder, jars);
        read.requireNothingTwice();
        return read;
    }

    private static ModuleReference read(final Path folder, final Path file) throws UnusablePlugin {
        if (!Files.isRegularFile(file)) {
            throw new UnusablePlugin(
                    folder, file.getFileName() + " is no file: remove it, or copy the jar there again");
        }
        try {
            return ModuleFinder.of(file).findAll().stream()
                    .findFirst()
                    .orElseThrow(() -> new FindException("there is no module in it"));
        } catch (final FindException unreadable) {
            final Throwable cause = unreadable.getCause();
            throw new UnusablePlugin(
                    folder,
                    file.getFileName() + " is no readable jar (" + (cause == null ? unreadable : cause).getMessage()
                            + "): copy it there again");
        }
    }

    private void requireNothingTwice() throws UnusablePlugin {
        final Map<String, Jar> modules = new HashMap<>();
        final Map<String, Jar> packages = new HashMap<>();
        for (final Jar jar : jars) {
            final Jar same = modules.putIfAbsent(jar.descriptor().name(), jar);
            if (same != null) {
                throw unusable(same.name() + " and " + jar.name() + " are both module " + jar.descriptor().name()
                        + ": remove one of them");
            }
            for (final String name : jar.descriptor().packages().stream().sorted().toList()) {
                final Jar other = packages.putIfAbsent(name, jar);
                if (other != null) {
                    throw unusable("package " + name + " is split between " + other.name() + " and " + jar.name()
                            + ": remove one of them, or make one jar of both");
                }
            }
        }
    }

    /**
     * Makes sure that they bring nothing of the host's and require nothing that they can't have.
     *
     * @throws UnusablePlugin where they do
     */
    void judge(final HostModules host) throws UnusablePlugin {
        for (final Jar jar : jars) {
            if (host.shares(jar.descriptor().name())) {
                throw unusable(jar.name() + " is module " + jar.descriptor().name()
                        + ", which plug-ins have of Drawbore or of Java: remove it from the folder");
            }
            for (final String name : jar.descriptor().packages().stream().sorted().toList()) {
                final Optional<String> owner = host.ownerOf(name);
                if (owner.isPresent()) {
                    throw unusable(jar.name() + " holds package " + name + ", which is module " + owner.get()
                            + "'s: remove the jar, or what is in that package");
                }
            }
        }
        for (final Jar jar : jars) {
            judgeRequired(jar, host);
        }
    }

    private void judgeRequired(final Jar jar, final HostModules host) throws UnusablePlugin {
        if (jar.descriptor().isAutomatic()) {
            return;
        }
        for (final ModuleDescriptor.Requires required : jar.descriptor().requires().stream().sorted().toList()) {
            final boolean needed = !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC)
                    && jars.stream().noneMatch(one -> one.descriptor().name().equals(required.name()));
            final Optional<String> mistake = needed ? host.mistake(required) : Optional.empty();
            if (mistake.isPresent()) {
                throw unusable(jar.name() + " requires module " + required.name() + ", " + mistake.get());
            }
        }
    }

    /**
     * The jar that provides the plug-in.
     *
     * @throws UnusablePlugin where it isn't exactly one
     */
    Jar main() throws UnusablePlugin {
        final List<Jar> modules = new ArrayList<>();
        final List<String> providers = new ArrayList<>();
        for (final Jar jar : jars) {
            for (final ModuleDescriptor.Provides provided : jar.descriptor().provides()) {
                if (provided.service().equals(SERVICE)) {
                    modules.add(jar);
                    provided.providers().forEach(provider -> providers.add(provider + " of " + jar.name()));
                }
            }
        }
        if (providers.isEmpty()) {
            throw unusable("no module in it provides " + SERVICE
                    + ": say 'provides " + SERVICE + " with …' in the plug-in's module-info.java");
        }
        if (providers.size() > 1) {
            throw unusable("a folder is one plug-in, and this one provides " + String.join(" and ", providers)
                    + ": give each a folder of its own");
        }
        final Jar main = modules.getFirst();
        if (main.descriptor().isAutomatic()) {
            throw unusable(main.name() + " provides " + SERVICE
                    + " in META-INF/services and is no module: add a module-info.java that says the same");
        }
        return main;
    }

    /**
     * What the plug-in says of itself.
     *
     * @throws UnusablePlugin where it says nothing usable
     */
    PluginDescriptor descriptor() throws UnusablePlugin {
        final Jar main = main();
        try (ModuleReader reader = main.module().open()) {
            final Optional<InputStream> file = reader.open(PluginDescriptor.FILE);
            if (file.isEmpty()) {
                throw unusable(main.name() + " has no " + PluginDescriptor.FILE
                        + ": add it, with the keys name, version and api");
            }
            try (InputStream in = file.get()) {
                return PluginDescriptor.read(in.readNBytes(PluginDescriptor.MAX_BYTES + 1));
            }
        } catch (final PluginDescriptor.Bad bad) {
            throw unusable(PluginDescriptor.FILE + " of " + main.name() + " " + bad.what());
        } catch (final IOException unreadable) {
            throw unusable(main.name() + " cannot be read (" + unreadable + "): copy it there again");
        }
    }

    /** All of them, by their names. */
    List<Jar> all() {
        return jars;
    }

    /** Those that are modules. */
    List<ModuleReference> modules() {
        return jars.stream().map(Jar::module).filter(one -> !one.descriptor().isAutomatic()).toList();
    }

    private UnusablePlugin unusable(final String why) {
        return new UnusablePlugin(folder, why);
    }
}
