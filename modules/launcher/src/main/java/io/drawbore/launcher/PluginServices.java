package io.drawbore.launcher;

import com.google.protobuf.Message;
import io.drawbore.api.GrpcService;
import io.drawbore.api.HttpPath;
import io.drawbore.plugins.Hosted;
import io.drawbore.plugins.PluggedServices;
import io.drawbore.plugins.PortAudit;
import io.drawbore.rpc.ClientExtensions;
import java.util.ArrayList;
import java.util.List;

/** What the plug-ins that run have on the client port, each called behind its fence and recorded. One thread. */
final class PluginServices implements AutoCloseable {
    private final PortAudit audit;
    private final List<PluggedServices> plugged = new ArrayList<>();
    private final List<ClientExtensions.Service> services = new ArrayList<>();
    private final List<ClientExtensions.Path> paths = new ArrayList<>();

    /**
     * That of some plug-ins.
     *
     * @throws IllegalStateException where one cannot say what it has
     */
    PluginServices(final List<Hosted> plugins, final PortAudit audit) {
        this.audit = audit;
        for (final Hosted one : plugins) {
            try {
                add(one);
            } catch (final RuntimeException | LinkageError broken) {
                close();
                throw new IllegalStateException(
                        "plug-in " + one.fence().plugin() + " cannot say what it has on the client port: " + broken,
                        broken);
            }
        }
    }

    private void add(final Hosted one) {
        final List<GrpcService> offered = one.plugin().grpcServices();
        final List<HttpPath> answered = one.plugin().httpPaths();
        if (offered.isEmpty() && answered.isEmpty()) {
            return;
        }
        final PluggedServices calls = new PluggedServices(one.fence());
        plugged.add(calls);
        final String plugin = one.fence().plugin();
        for (final GrpcService service : offered) {
            final List<ClientExtensions.Method<?, ?>> methods = new ArrayList<>();
            service.methods()
                    .forEach(method -> methods.add(method(calls, service.name() + "/" + method.name(), method)));
            services.add(new ClientExtensions.Service(plugin, service.name(), methods));
        }
        for (final HttpPath path : answered) {
            paths.add(new ClientExtensions.Path(
                    plugin, path.path(), request -> audit.path(request, () -> calls.answer(path, request))));
        }
    }

    private <Q extends Message, R extends Message> ClientExtensions.Method<Q, R> method(
            final PluggedServices calls, final String name, final GrpcService.Method<Q, R> method) {
        return switch (method) {
            case GrpcService.Unary<Q, R> unary ->
                new ClientExtensions.Unary<>(
                        unary.name(),
                        unary.emptyRequest(),
                        (request, caller) ->
                                audit.unary(name, request, caller, () -> calls.call(unary, request, caller)));
            case GrpcService.ServerStreaming<Q, R> streaming ->
                new ClientExtensions.ServerStreaming<>(
                        streaming.name(),
                        streaming.emptyRequest(),
                        (request, responses, caller) -> audit.stream(
                                name,
                                request,
                                responses,
                                caller,
                                sink -> calls.call(streaming, request, sink, caller)));
        };
    }

    /**
     * As the client port takes it.
     *
     * @throws IllegalArgumentException one line that says which name or path cannot be served
     */
    ClientExtensions extensions() {
        return new ClientExtensions(services, paths, ClientExtensions.PATH_TIME, audit::refused);
    }

    /** After the client port has stopped. */
    @Override
    public void close() {
        plugged.forEach(PluggedServices::close);
    }
}
