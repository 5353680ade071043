package io.drawbore.launcher.internal;

import io.drawbore.api.ApiVersion;
import io.drawbore.api.Plugin;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One folder of jars, which is one plug-in: read and judged without running any of it, then opened as a layer of its
 * own above the host's, so that what it brings for itself meets nobody else's.
 */
final class PluginFolder {
    private final Path folder;
    private final PluginJars jars;
    private final PluginDescriptor descriptor;

    private PluginFolder(final Path folder, final PluginJars jars, final PluginDescriptor descriptor) {
        this.folder = folder;
        this.jars = jars;
        this.descriptor = descriptor;
    }

    /**
     * Reads what is in it.
     *
     * @throws UnusablePlugin where that is no plug-in
     */
    static PluginFolder read(final Path folder) throws UnusablePlugin {
        final PluginJars jars = PluginJars.read(folder);
        return new PluginFolder(folder, jars, jars.descriptor());
    }

    /** The plug-in's name. */
    String name() {
        return descriptor.name();
    }

    /** What it says of itself. */
    PluginDescriptor descriptor() {
        return descriptor;
    }

    /** Its jars, private ones too. */
    PluginJars jars() {
        return jars;
    }

    /**
     * Whether it can run here, by all that shows without running it.
     *
     * @throws UnusablePlugin where it can't
     */
    void judge(final HostModules host) throws UnusablePlugin {
        final Optional<String> version = descriptor.api().mistake(ApiVersion.CURRENT);
        if (version.isPresent()) {
            throw unusable("plug-in " + name() + " " + descriptor.version() + ": " + version.get());
        }
        if (!host.has(Plugin.class.getPackageName())) {
            throw unusable("Drawbore itself runs on the class path here, where no folder can be opened: put Drawbore "
                    + "on the module path, or the plug-in on the class path");
        }
        jars.judge(host);
    }

    /**
     * Makes its layer and its plug-in. To be {@link #judge judged} before.
     *
     * @throws UnusablePlugin where that fails
     */
    LoadedPlugin open(final HostModules host) throws UnusablePlugin {
        try {
            final ModuleLayer layer = layer(host);
            final Plugin plugin = ServiceLoader.load(layer, Plugin.class).stream()
                    .filter(provider -> provider.type().getModule().getLayer() == layer)
                    .findFirst()
                    .orElseThrow(() -> unusable("no module in it provides " + Plugin.class.getName()))
                    .get();
            judge(plugin);
            return new LoadedPlugin(
                    name(),
                    descriptor.version(),
                    descriptor.api().toString(),
                    folder.toString(),
                    descriptor.keys(),
                    descriptor.after(),
                    Map.of(),
                    plugin,
                    Optional.of(layer));
        } catch (final VirtualMachineError ofTheJvm) {
            throw ofTheJvm;
        } catch (final FindException | ResolutionException | LayerInstantiationException wrong) {
            throw unusable("its modules don't fit together: " + wrong.getMessage());
        } catch (final IOException unreadable) {
            throw unusable("its jars cannot be read (" + unreadable + "): copy them there again");
        } catch (final RuntimeException | Error wrong) {
            throw unusable("plug-in " + name() + " cannot be made: " + explain(wrong));
        }
    }

    /** What only shows once it is there. */
    private void judge(final Plugin plugin) throws UnusablePlugin {
        final String itself = plugin.name();
        if (!name().equals(itself)) {
            throw unusable("it is called " + name() + " in " + PluginDescriptor.FILE + " and " + itself
                    + " in its code: make both the same");
        }
        for (final ExtensionPoint point : ExtensionPoint.values()) {
            if (point.namesOf(plugin).contains(null)) {
                throw unusable("plug-in " + name() + " offers a " + point.title() + " without a name");
            }
        }
    }

    private ModuleLayer layer(final HostModules host) throws IOException {
        final Set<String> classPath = jars.all().stream()
                .map(PluginJars.Jar::descriptor)
                .filter(ModuleDescriptor::isAutomatic)
                .map(ModuleDescriptor::name)
                .collect(Collectors.toUnmodifiableSet());
        final ModuleFinder modules = new ExplicitModules(jars.modules(), classPath);
        final Configuration configuration = host.layer()
                .configuration()
                .resolve(
                        modules,
                        ModuleFinder.of(),
                        modules.findAll().stream().map(one -> one.descriptor().name()).toList());
        final List<ModuleReference> all = jars.all().stream().map(PluginJars.Jar::module).toList();
        final PluginLoader loader = new PluginLoader(name(), all, host);
        final ModuleLayer.Controller controller =
                ModuleLayer.defineModules(configuration, List.of(host.layer()), module -> loader);
        for (final Module module : controller.layer().modules()) {
            controller.addReads(module, loader.getUnnamedModule());
            allowNativeCode(controller, module);
        }
        return controller.layer();
    }

    /** Who put a plug-in into the folder trusts it; without this the JVM warns of its libraries at every start. */
    @SuppressWarnings("restricted")
    private static void allowNativeCode(final ModuleLayer.Controller controller, final Module module) {
        if (PluginFolder.class.getModule().isNativeAccessEnabled()) {
            controller.enableNativeAccess(module);
        }
    }

    private static String explain(final Throwable wrong) {
        Throwable cause = wrong;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return wrong.getCause() == null ? wrong.toString() : wrong.getMessage() + " (" + cause + ")";
    }

    private UnusablePlugin unusable(final String why) {
        return new UnusablePlugin(folder, why);
    }
}
