package io.drawbore.launcher.internal;

import io.drawbore.api.GrpcService;
import io.drawbore.api.HttpPath;
import io.drawbore.config.ServerConfig;
import io.drawbore.rpc.ClientExtensions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Judges what plug-ins offer, beside each other: their names, their services and their paths. A start, a list and a
 * verification all do; nothing of a plug-in has been started then. Runs code of theirs.
 */
final class Offers {
    private static final String SIMPLE = ServerConfig.Auth.SIMPLE;

    private final List<LoadedPlugin> plugins;
    private final List<String> faults = new ArrayList<>();

    private Offers(final List<LoadedPlugin> plugins) {
        this.plugins = plugins;
    }

    /** What keeps a member with these plug-ins from starting, a line each. */
    static List<String> faultsOf(final List<LoadedPlugin> plugins) {
        final Offers offers = new Offers(plugins);
        offers.judgeNames();
        plugins.forEach(offers::judgeServices);
        return offers.faults;
    }

    private void judgeNames() {
        final Map<LoadedPlugin, List<String>> own = new HashMap<>();
        plugins.forEach(one -> own.put(one, List.of(one.name())));
        judge("plug-in", true, own);
        for (final ExtensionPoint point : ExtensionPoint.values()) {
            final Map<LoadedPlugin, List<String>> names = new HashMap<>();
            plugins.forEach(one -> names.put(one, namesOf(one, point)));
            judge(point.title(), point.hasPlainNames(), names);
            if (point == ExtensionPoint.TOKEN_PROVIDER) {
                plugins.stream().filter(one -> named(one, names).contains(SIMPLE)).forEach(one -> faults.add(
                        point.title() + " \"" + SIMPLE + "\" of " + one.who() + " has the name of etcd's own"));
            }
        }
    }

    private List<String> namesOf(final LoadedPlugin one, final ExtensionPoint point) {
        try {
            return point.namesOf(one.plugin()).stream().map(Objects::requireNonNull).toList();
        } catch (final RuntimeException | LinkageError broken) {
            faults.add(one.who() + " cannot say what it has as " + point.title() + ": " + broken);
            return List.of();
        }
    }

    private static List<String> named(final LoadedPlugin one, final Map<LoadedPlugin, List<String>> names) {
        return names.getOrDefault(one, List.of());
    }

    private void judge(final String what, final boolean plain, final Map<LoadedPlugin, List<String>> names) {
        final Map<String, LoadedPlugin> owners = new HashMap<>();
        for (final LoadedPlugin one : plugins) {
            for (final String name : named(one, names)) {
                final LoadedPlugin other = owners.putIfAbsent(name, one);
                if (other != null) {
                    faults.add(what + " \"" + name + "\" is there twice, in " + other.who() + " and in " + one.who()
                            + ": remove one of them, or leave it out with --plugins");
                }
                if (plain && !name.matches(PluginDescriptor.NAME)) {
                    faults.add(what + " \"" + name + "\" of " + one.who()
                            + " has a bad name: lower-case letters, digits and single dashes are allowed");
                }
            }
        }
    }

    /** As the client port will judge them. */
    private void judgeServices(final LoadedPlugin one) {
        try {
            for (final GrpcService service : one.plugin().grpcServices()) {
                judge(one, List.of(service(one, service)), List.of());
            }
            for (final HttpPath path : one.plugin().httpPaths()) {
                judge(one, List.of(), List.of(new ClientExtensions.Path(
                        one.name(), path.path(), _ -> new CompletableFuture<>())));
            }
        } catch (final RuntimeException | LinkageError broken) {
            faults.add(one.who() + " cannot say what it has on the client port: " + broken);
        }
    }

    private static ClientExtensions.Service service(final LoadedPlugin one, final GrpcService service) {
        final List<ClientExtensions.Method<?, ?>> methods = new ArrayList<>();
        for (final GrpcService.Method<?, ?> method : service.methods()) {
            methods.add(new ClientExtensions.Unary<>(
                    method.name(),
                    Objects.requireNonNull(method.emptyRequest(), "a method without an empty request"),
                    (_, _) -> new CompletableFuture<>()));
        }
        return new ClientExtensions.Service(one.name(), service.name(), methods);
    }

    private void judge(
            final LoadedPlugin one,
            final List<ClientExtensions.Service> services,
            final List<ClientExtensions.Path> paths) {
        try {
            final var _ = new ClientExtensions(services, paths, ClientExtensions.PATH_TIME);
        } catch (final IllegalArgumentException refused) {
            faults.add(refused.getMessage() + " (" + one.origin() + ")");
        }
    }
}
