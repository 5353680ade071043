package io.drawbore.launcher.internal;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.Plugin;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.TokenProvider;
import io.drawbore.api.V2Translator;
import io.drawbore.config.ServerConfig;
import io.drawbore.plugins.Installed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Every plug-in of this process that was chosen: those that are built in, and one layer for each folder. Immutable; any
 * thread.
 */
public final class Plugins {
    private static final String SIMPLE = ServerConfig.Auth.SIMPLE;

    private final List<LoadedPlugin> loaded;
    private final List<String> faults;

    private Plugins(final List<LoadedPlugin> loaded, final List<String> faults) {
        this.loaded = List.copyOf(loaded);
        this.faults = List.copyOf(faults);
    }

    /**
     * Loads what is chosen; nothing of it is started.
     *
     * @param home the distribution's folder, whose {@code plugins/} is looked into where no other folder is told; may
     *     be empty
     * @param choice which plug-ins, and what they are told
     */
    public static Plugins load(final Optional<Path> home, final ServerConfig.PluginChoice choice) {
        final PluginSearch search = new PluginSearch();
        search.builtIn();
        return load(search, home, choice);
    }

    /** The same, for a member that has the process: who calls exit is named, and who hangs while a plug-in is made. */
    public static Plugins watched(final Optional<Path> home, final ServerConfig.PluginChoice choice) {
        try (StartWatch start = new StartWatch(Thread.currentThread())) {
            final PluginSearch search = new PluginSearch(() -> {
                new ExitWatch().start();
                start.begin();
            });
            search.builtIn();
            return load(search, home, choice);
        }
    }

    /**
     * Loads what is chosen, and takes what is given.
     *
     * @param given made by whoever embeds a member, who has told them what they need
     * @param choice of plug-ins in folders, where one is told
     */
    public static Plugins embedded(final List<Plugin> given, final ServerConfig.PluginChoice choice) {
        final PluginSearch search = new PluginSearch();
        search.builtIn();
        given.forEach(search::take);
        return load(search, Optional.empty(), choice);
    }

    private static Plugins load(
            final PluginSearch search, final Optional<Path> home, final ServerConfig.PluginChoice choice) {
        choice.folder()
                .or(() -> home.map(path -> path.resolve("plugins")))
                .ifPresent(folder ->
                        search.inFolders(folder, choice.folder().isPresent(), choice.selection()));
        final List<String> faults = new ArrayList<>(search.faults());
        faults.addAll(Offers.faultsOf(search.found()));
        final List<LoadedPlugin> ordered = StartOrder.of(search.found(), faults);
        if (faults.isEmpty()) {
            judgeConfiguration(ordered, choice.configuration(), faults);
        }
        return new Plugins(
                ordered.stream()
                        .map(one -> one.told(choice.configuration().getOrDefault(one.name(), Map.of())))
                        .toList(),
                faults);
    }

    private static void judgeConfiguration(
            final List<LoadedPlugin> loaded, final Map<String, Map<String, String>> told, final List<String> faults) {
        final Map<String, List<String>> keys = new HashMap<>();
        loaded.forEach(one -> keys.put(one.name(), one.keys()));
        told.forEach((plugin, values) -> {
            final List<String> known = keys.get(plugin);
            if (known == null) {
                faults.add("--plugin-config: there is no plug-in \"" + plugin + "\"; there are: "
                        + names(loaded.stream().map(LoadedPlugin::name)));
                return;
            }
            values.keySet().stream().sorted().filter(key -> !known.contains(key)).forEach(key -> faults.add(
                    "--plugin-config: plug-in " + plugin + " has no key \"" + key + "\"; it has: "
                            + names(known.stream())));
        });
    }

    /** All of them, in the order in which they are started. */
    public List<Installed> installed() {
        return loaded.stream()
                .map(one -> new Installed(one.name(), one.plugin(), one.configuration()))
                .toList();
    }

    /** Whether nothing is here but what came with the program. */
    public boolean areBuiltIn() {
        return loaded.stream().allMatch(LoadedPlugin::isBuiltIn);
    }

    /** What is wrong with plug-ins, a line each. */
    public List<String> faults() {
        return faults;
    }

    /** Those that are good, in the order in which they start. */
    public List<LoadedPlugin> inStartOrder() {
        return loaded;
    }

    /** What keeps a member with these choices from starting: faults, or a choice that nobody offers. */
    public List<String> faultsFor(final ServerConfig chosen) {
        final var all = new ArrayList<>(faults);
        final ServerConfig.Compatibility compatibility = chosen.compatibility();
        require("backend", chosen.storage().backend(), ExtensionPoint.BACKEND, all);
        require("log-store", chosen.storage().logStore(), ExtensionPoint.LOG_STORE, all);
        if (v2Translator(compatibility.v2Compat()).isEmpty()) {
            require("v2-compat", compatibility.v2Compat(), ExtensionPoint.V2_TRANSLATOR, all);
        }
        require("storage-migrator", compatibility.storageMigrator(), ExtensionPoint.STORAGE_MIGRATOR, all);
        require(
                "lease-checkpoint-persist",
                compatibility.checkpointPersistence(),
                ExtensionPoint.CHECKPOINT_PERSISTENCE,
                all);
        require("auth-token", chosen.auth().tokens(), ExtensionPoint.TOKEN_PROVIDER, all);
        return all;
    }

    private void require(
            final String flag, final String chosen, final ExtensionPoint point, final List<String> faults) {
        final List<String> names = Stream.concat(
                        point == ExtensionPoint.TOKEN_PROVIDER ? Stream.of(SIMPLE) : Stream.empty(),
                        loaded.stream().flatMap(one -> point.namesOf(one.plugin()).stream()))
                .sorted()
                .toList();
        if (!names.contains(chosen)) {
            faults.add("--" + flag + "=" + chosen + " is offered by no plug-in; there are: " + names(names.stream()));
        }
    }

    /** The store of that name. */
    public Optional<BackendProvider> backend(final String name) {
        return offered(Plugin::backends, BackendProvider::name, name);
    }

    /** The log of that name. */
    public Optional<LogStoreProvider> log(final String name) {
        return offered(Plugin::logs, LogStoreProvider::name, name);
    }

    /** The translator of v2 requests of that name; that none is translated needs no plug-in. */
    public Optional<V2Translator> v2Translator(final String name) {
        return offered(Plugin::v2Translators, V2Translator::name, name)
                .or(() -> Optional.of(V2Translator.REJECT).filter(reject -> reject.name().equals(name)));
    }

    /** The migrator of storage versions of that name. */
    public Optional<StorageMigrator> storageMigrator(final String name) {
        return offered(Plugin::storageMigrators, StorageMigrator::name, name);
    }

    /** What decides, under that name, which checkpoints are kept. */
    public Optional<CheckpointPersistence> checkpointPersistence(final String name) {
        return offered(Plugin::checkpointPersistences, CheckpointPersistence::name, name);
    }

    /** What makes and reads tokens under that name; empty for etcd's own. */
    public Optional<TokenProvider> tokenProvider(final String name) {
        return offered(Plugin::tokenProviders, TokenProvider::name, name);
    }

    private <T> Optional<T> offered(
            final Function<Plugin, List<T>> offers, final Function<T, String> nameOf, final String name) {
        return loaded.stream()
                .flatMap(one -> offers.apply(one.plugin()).stream())
                .filter(one -> nameOf.apply(one).equals(name))
                .findFirst();
    }

    private static String names(final Stream<String> names) {
        final String all = String.join(", ", names.toList());
        return all.isEmpty() ? "none" : all;
    }
}
