package io.drawbore.launcher.internal;

import io.drawbore.api.Plugin;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One folder of jars that becomes a layer of its own above ours, so that what a plug-in brings for itself meets nobody
 * else's.
 */
final class PluginFolder {
    private final Path folder;
    private final ModuleLayer parent;

    PluginFolder(final Path folder, final ModuleLayer parent) {
        this.folder = folder;
        this.parent = parent;
    }

    /** Its plug-ins, at least one. */
    List<Plugin> load() throws Unusable {
        try {
            final ModuleLayer layer = layer();
            final List<Plugin> plugins = ServiceLoader.load(layer, Plugin.class).stream()
                    .filter(provider -> provider.type().getModule().getLayer() == layer)
                    .map(ServiceLoader.Provider::get)
                    .toList();
            if (plugins.isEmpty()) {
                throw new Unusable("no module in it provides " + Plugin.class.getName());
            }
            return plugins;
        } catch (final FindException | ResolutionException | LayerInstantiationException wrong) {
            throw new Unusable(explain(wrong));
        } catch (final ServiceConfigurationError | LinkageError wrong) {
            throw new Unusable(explain(wrong));
        }
    }

    private static String explain(final Throwable wrong) {
        final Throwable cause = wrong.getCause();
        return wrong.getMessage() + (cause == null ? "" : " (" + cause.getMessage() + ")");
    }

    private ModuleLayer layer() throws Unusable {
        final ModuleFinder jars = ModuleFinder.of(folder);
        final Set<String> roots = jars.findAll().stream()
                .map(ModuleReference::descriptor)
                .map(java.lang.module.ModuleDescriptor::name)
                .collect(Collectors.toUnmodifiableSet());
        if (roots.isEmpty()) {
            throw new Unusable("there is no jar in it");
        }
        final Configuration configuration = parent.configuration().resolve(jars, ModuleFinder.of(), roots);
        return parent.defineModulesWithOneLoader(configuration, PluginFolder.class.getClassLoader());
    }

    /** Why nothing could be loaded from a folder. */
    final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        private Unusable(final String why) {
            super("plug-in folder " + folder + " cannot be used: " + why.replace('\n', ' '));
        }

        /** One line for the operator. */
        String line() {
            return String.valueOf(getMessage());
        }
    }
}
