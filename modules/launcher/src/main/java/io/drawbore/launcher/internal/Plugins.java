package io.drawbore.launcher.internal;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.Plugin;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.TokenProvider;
import io.drawbore.api.V2Translator;
import io.drawbore.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Stream;

/** Every plug-in of this process: those on the module path, and one layer for each folder of {@code plugins/}. */
public final class Plugins {
    private static final String TOKEN_PROVIDER = "token provider";
    private static final String SIMPLE = ServerConfig.Auth.SIMPLE;
    private static final String NAME = "[a-z0-9]+(-[a-z0-9]+)*";

    private final List<Loaded> loaded;
    private final List<String> faults;

    private Plugins(final List<Loaded> loaded, final List<String> faults) {
        this.loaded = List.copyOf(loaded);
        this.faults = List.copyOf(faults);
    }

    /**
     * A plug-in and where it came from.
     *
     * @param origin {@code built in}, or the folder
     */
    record Loaded(String origin, Plugin plugin) {}

    /**
     * Loads all there are.
     *
     * @param home the distribution's folder; empty for what is on the module path alone
     */
    public static Plugins load(final Optional<Path> home) {
        final var loaded = new ArrayList<Loaded>();
        final var faults = new ArrayList<String>();
        final ModuleLayer own = Plugins.class.getModule().getLayer();
        try {
            (own == null ? ServiceLoader.load(Plugin.class) : ServiceLoader.load(own, Plugin.class))
                    .forEach(plugin -> loaded.add(new Loaded("built in", plugin)));
        } catch (final ServiceConfigurationError broken) {
            faults.add("a built-in plug-in cannot be loaded: " + broken.getMessage());
        }
        final ModuleLayer parent = own == null ? ModuleLayer.boot() : own;
        for (final Path folder : folders(home, faults)) {
            try {
                new PluginFolder(folder, parent)
                        .load()
                        .forEach(plugin -> loaded.add(new Loaded(folder.toString(), plugin)));
            } catch (final PluginFolder.Unusable unusable) {
                faults.add(unusable.line());
            }
        }
        judgeNames(loaded, faults);
        return new Plugins(loaded, faults);
    }

    private static List<Path> folders(final Optional<Path> home, final List<String> faults) {
        final Optional<Path> plugins = home.map(path -> path.resolve("plugins")).filter(Files::isDirectory);
        if (plugins.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(plugins.get())) {
            return entries.filter(Files::isDirectory).sorted().toList();
        } catch (final IOException unreadable) {
            faults.add("plug-in folder " + plugins.get() + " cannot be read: " + unreadable.getMessage());
            return List.of();
        }
    }

    private static void judgeNames(final List<Loaded> loaded, final List<String> faults) {
        judge("plug-in", loaded, one -> List.of(one.plugin().name()), faults);
        judge("backend", loaded, one -> one.plugin().backends().stream().map(BackendProvider::name).toList(), faults);
        judge("log store", loaded, one -> one.plugin().logs().stream().map(LogStoreProvider::name).toList(), faults);
        judge(
                "v2 translator",
                loaded,
                one -> one.plugin().v2Translators().stream().map(V2Translator::name).toList(),
                faults);
        judge(
                "storage migrator",
                loaded,
                one -> one.plugin().storageMigrators().stream()
                        .map(StorageMigrator::name)
                        .toList(),
                faults);
        judge(
                "checkpoint persistence",
                loaded,
                one -> one.plugin().checkpointPersistences().stream()
                        .map(CheckpointPersistence::name)
                        .toList(),
                faults);
        judge(
                TOKEN_PROVIDER,
                loaded,
                one -> one.plugin().tokenProviders().stream()
                        .map(TokenProvider::name)
                        .toList(),
                faults);
        for (final Loaded one : loaded) {
            if (one.plugin().tokenProviders().stream().anyMatch(offered -> offered.name().equals(SIMPLE))) {
                faults.add(TOKEN_PROVIDER + " \"" + SIMPLE + "\" (" + one.origin() + ") has the name of etcd's own");
            }
        }
    }

    private static void judge(
            final String what,
            final List<Loaded> loaded,
            final Function<Loaded, List<String>> names,
            final List<String> faults) {
        final Map<String, String> owners = new HashMap<>();
        for (final Loaded one : loaded) {
            for (final String name : names.apply(one)) {
                final String other = owners.putIfAbsent(name, one.origin());
                if (other != null) {
                    faults.add(what + " \"" + name + "\" is there twice: " + other + " and " + one.origin());
                }
                if (!name.matches(NAME)) {
                    faults.add(what + " \"" + name + "\" (" + one.origin()
                            + ") has a bad name: lower-case letters, digits and single dashes are allowed");
                }
            }
        }
    }

    /** What is wrong with plug-ins, a line each. */
    public List<String> faults() {
        return faults;
    }

    /** What keeps a member with these choices from starting: faults, or a choice that nobody offers. */
    public List<String> faultsFor(final ServerConfig chosen) {
        final var all = new ArrayList<>(faults);
        require("backend", chosen.storage().backend(), backends().map(BackendProvider::name), all);
        require("log-store", chosen.storage().logStore(), logs().map(LogStoreProvider::name), all);
        require("v2-compat", chosen.compatibility().v2Compat(), v2Translators().map(V2Translator::name), all);
        require(
                "storage-migrator",
                chosen.compatibility().storageMigrator(),
                storageMigrators().map(StorageMigrator::name),
                all);
        require(
                "lease-checkpoint-persist",
                chosen.compatibility().checkpointPersistence(),
                checkpointPersistences().map(CheckpointPersistence::name),
                all);
        require(
                "auth-token",
                chosen.auth().tokens(),
                Stream.concat(Stream.of(SIMPLE), tokenProviders().map(TokenProvider::name)),
                all);
        return all;
    }

    private static void require(
            final String flag, final String chosen, final Stream<String> offered, final List<String> faults) {
        final List<String> names = offered.toList();
        if (!names.contains(chosen)) {
            faults.add("--" + flag + "=" + chosen + " is offered by no plug-in; there are: " + names(names.stream()));
        }
    }

    /** A line for each plug-in. */
    public List<String> describe() {
        return loaded.stream()
                .map(one -> one.plugin().name() + " (" + one.origin() + "): backends "
                        + names(one.plugin().backends().stream().map(BackendProvider::name)) + "; log stores "
                        + names(one.plugin().logs().stream().map(LogStoreProvider::name)) + "; v2 translators "
                        + names(one.plugin().v2Translators().stream().map(V2Translator::name))
                        + "; storage migrators "
                        + names(one.plugin().storageMigrators().stream().map(StorageMigrator::name))
                        + "; checkpoint persistences "
                        + names(one.plugin().checkpointPersistences().stream().map(CheckpointPersistence::name))
                        + "; token providers "
                        + names(one.plugin().tokenProviders().stream().map(TokenProvider::name)))
                .toList();
    }

    /** The store of that name. */
    public Optional<BackendProvider> backend(final String name) {
        return backends().filter(backend -> backend.name().equals(name)).findFirst();
    }

    /** The log of that name. */
    public Optional<LogStoreProvider> log(final String name) {
        return logs().filter(log -> log.name().equals(name)).findFirst();
    }

    /** The translator of v2 requests of that name. */
    public Optional<V2Translator> v2Translator(final String name) {
        return v2Translators().filter(translator -> translator.name().equals(name)).findFirst();
    }

    private Stream<V2Translator> v2Translators() {
        return loaded.stream().flatMap(one -> one.plugin().v2Translators().stream());
    }

    /** The migrator of storage versions of that name. */
    public Optional<StorageMigrator> storageMigrator(final String name) {
        return storageMigrators().filter(migrator -> migrator.name().equals(name)).findFirst();
    }

    private Stream<StorageMigrator> storageMigrators() {
        return loaded.stream().flatMap(one -> one.plugin().storageMigrators().stream());
    }

    /** What decides, under that name, which checkpoints are kept. */
    public Optional<CheckpointPersistence> checkpointPersistence(final String name) {
        return checkpointPersistences()
                .filter(persistence -> persistence.name().equals(name))
                .findFirst();
    }

    private Stream<CheckpointPersistence> checkpointPersistences() {
        return loaded.stream().flatMap(one -> one.plugin().checkpointPersistences().stream());
    }

    /** What makes and reads tokens under that name; empty for etcd's own. */
    public Optional<TokenProvider> tokenProvider(final String name) {
        return tokenProviders().filter(provider -> provider.name().equals(name)).findFirst();
    }

    private Stream<TokenProvider> tokenProviders() {
        return loaded.stream().flatMap(one -> one.plugin().tokenProviders().stream());
    }

    private Stream<BackendProvider> backends() {
        return loaded.stream().flatMap(one -> one.plugin().backends().stream());
    }

    private Stream<LogStoreProvider> logs() {
        return loaded.stream().flatMap(one -> one.plugin().logs().stream());
    }

    private static String names(final Stream<String> names) {
        final String all = String.join(", ", names.toList());
        return all.isEmpty() ? "none" : all;
    }
}
