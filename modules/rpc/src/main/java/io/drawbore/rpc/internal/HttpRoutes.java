package io.drawbore.rpc.internal;

import io.drawbore.api.FrontDoor;
import io.drawbore.metrics.Metrics;
import io.drawbore.rpc.EndpointConfig;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.jspecify.annotations.Nullable;

/** Which path of plain HTTP is answered by whom. Never blocks. */
final class HttpRoutes extends Handler.Abstract.NonBlocking {
    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final FrontDoor door;
    private final Gateway gateway;
    private final HealthChecks health;
    private final Metrics metrics;
    private final BrowserRules browsers;
    private final ExtraPaths extras;
    private final boolean servesGateway;

    /** What a connector serves; one of its beans. */
    enum Scope {
        /** All there is. */
        EVERYTHING,
        /** What browsers and scripts want. */
        EVERYTHING_BUT_GRPC,
        /** What is looked at from outside. */
        METRICS,
        /** Of plain HTTP nothing: gRPC alone. */
        NOTHING;

        boolean servesGrpc() {
            return this == EVERYTHING || this == NOTHING;
        }

        static Scope of(Connector connector) {
            return connector instanceof ContainerLifeCycle beans ? beans.getBean(Scope.class) : EVERYTHING;
        }
    }

    HttpRoutes(FrontDoor door, GrpcServer grpc, Metrics metrics, EndpointConfig config, ExtraPaths extras) {
        this.door = door;
        this.gateway = new Gateway(grpc);
        this.health = new HealthChecks(door, metrics, config.requestTimeout());
        this.metrics = metrics;
        this.browsers = new BrowserRules(config.browsers());
        this.extras = extras;
        this.servesGateway = config.listeners().gateway();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (browsers.answers(request, response, callback)) {
            return true;
        }
        String path = Request.getPathInContext(request);
        switch (Scope.of(request.getConnectionMetaData().getConnector())) {
            case EVERYTHING, EVERYTHING_BUT_GRPC -> everything(path, request, response, callback);
            case METRICS ->
                UnreadBody.drop(
                        request, response, callback, () -> observation(path, request, response, callback));
            case NOTHING ->
                UnreadBody.drop(request, response, callback, () -> HttpReply.notFound(response, callback));
        }
        return true;
    }

    private void everything(String path, Request request, Response response, Callback callback) {
        if (servesGateway && path.startsWith("/v3/")) {
            gateway.handle(path, request, response, callback);
        } else if (servesGateway && path.startsWith("/v3beta/")) {
            gateway.handle("/v3/" + path.substring("/v3beta/".length()), request, response, callback);
        } else if (path.equals("/version")) {
            UnreadBody.drop(request, response, callback, () -> version(request, response, callback));
        } else if (!extras.answers(request, response, callback)) {
            UnreadBody.drop(request, response, callback, () -> observation(path, request, response, callback));
        }
    }

    private void observation(String path, Request request, Response response, Callback callback) {
        switch (path) {
            case "/health" -> health(request, response, callback);
            case "/metrics" -> metrics(request, response, callback);
            default -> {
                String[] parts = path.split("/", 3);
                String type = parts.length > 1 ? parts[1] : "";
                String name = parts.length > 2 ? parts[2] : null;
                if (health.knows(type, name)) {
                    report(type, name, request, response, callback);
                } else {
                    HttpReply.notFound(response, callback);
                }
            }
        }
    }

    private void health(Request request, Response response, Callback callback) {
        if (!request.getMethod().equals("GET")) {
            HttpReply.wrongMethod(response, callback, "GET");
            return;
        }
        Fields query = Request.extractQueryParameters(request);
        var _ = health.health(values(query, "exclude"), "true".equals(query.getValue("serializable")))
                .thenAccept(result -> request.getContext().execute(() -> {
                    if (result.healthy()) {
                        HttpReply.send(response, callback, 200, "text/plain; charset=utf-8", result.body());
                    } else {
                        HttpReply.text(response, callback, 503, result.body() + "\n");
                    }
                }));
    }

    private void report(String type, @Nullable String name, Request request, Response response, Callback callback) {
        if (!request.getMethod().equals("GET")) {
            HttpReply.wrongMethod(response, callback, "GET");
            return;
        }
        Fields query = Request.extractQueryParameters(request);
        var _ = health.report(type, name, values(query, "exclude"))
                .thenAccept(result -> request.getContext().execute(() -> {
                    if (result.healthy()) {
                        String lines = query.get("verbose") == null ? "" : result.lines();
                        HttpReply.text(response, callback, 200, lines + "ok\n");
                    } else {
                        HttpReply.text(response, callback, 503, result.lines() + "\n");
                    }
                }));
    }

    private static List<String> values(Fields query, String name) {
        List<String> values = query.getValues(name);
        return values == null ? List.of() : values;
    }

    private void metrics(Request request, Response response, Callback callback) {
        if (READING.contains(request.getMethod())) {
            HttpReply.send(response, callback, 200, Metrics.CONTENT_TYPE, metrics.text());
        } else {
            HttpReply.wrongMethod(response, callback, "GET");
        }
    }

    private void version(Request request, Response response, Callback callback) {
        if (!request.getMethod().equals("GET")) {
            HttpReply.wrongMethod(response, callback, "GET");
            return;
        }
        FrontDoor.Versions versions = door.versions();
        HttpReply.json(response, callback, 200, "{\"etcdserver\":" + JsonPrinter.quote(versions.server())
                + ",\"etcdcluster\":" + JsonPrinter.quote(versions.cluster())
                + ",\"storage\":" + JsonPrinter.quote(versions.storage()) + "}");
    }
}
