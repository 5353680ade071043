package io.drawbore.rpc;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdException;
import io.drawbore.api.HttpPath;
import io.drawbore.api.ResponseSink;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a client port serves beside etcd's own: services of gRPC, which pass the same checks and are counted as those
 * are (learners don't answer them), but aren't on the JSON gateway; and paths of plain HTTP, wherever the port serves
 * HTTP, be the gateway on or off, under the same rules for browsers. Who answers never blocks: it is called on the
 * port's own threads. Where a call is over before its answer is there (the client has gone, its deadline has come, the
 * port stops), the answer's future is cancelled.
 *
 * @param services of gRPC
 * @param paths of plain HTTP
 * @param pathTime how long a path may take for an answer before the client is told 504, and a request's body to come
 *     before it is told 408; more than 0
 * @param refusals who hears of requests that the port refuses
 */
public record ClientExtensions(List<Service> services, List<Path> paths, Duration pathTime, Refusals refusals) {
    /** How long a path may take, unless something else is said. */
    public static final Duration PATH_TIME = Duration.ofSeconds(30);

    /** Most bytes of a path's request and of its answer. */
    public static final int MAX_BODY_BYTES = 4 << 20;

    /** Nothing besides. */
    public static final ClientExtensions EMPTY = new ClientExtensions(List.of(), List.of(), PATH_TIME);

    private static final List<String> OWN_PACKAGES = List.of("etcdserverpb.", "v3lockpb.", "v3electionpb.", "grpc.");
    private static final List<String> OWN_PATHS = List.of("/v2", "/v3", "/v3beta", "/health", "/livez", "/readyz",
            "/metrics", "/version", "/debug", "/config");
    private static final String IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*";
    private static final String SEGMENT = "[A-Za-z0-9._~!$&'()*+,;=:@-]+";

    /**
     * Refuses what cannot be served.
     *
     * @throws IllegalArgumentException one line that says which name or path of whom is taken or bad
     */
    public ClientExtensions {
        services = List.copyOf(services);
        paths = List.copyOf(paths);
        if (!pathTime.isPositive()) {
            throw new IllegalArgumentException("a path needs time for an answer");
        }
        Map<String, String> owners = new HashMap<>();
        for (Service service : services) {
            judge(service);
            unique("gRPC service " + service.name(), service.owner(), owners);
        }
        for (Path path : paths) {
            judge(path);
            unique("HTTP path " + path.path(), path.owner(), owners);
        }
    }

    /** The same where nobody hears of refusals. */
    public ClientExtensions(List<Service> services, List<Path> paths, Duration pathTime) {
        this(services, paths, pathTime, Refusals.NONE);
    }

    private static void unique(String what, String owner, Map<String, String> owners) {
        String other = owners.putIfAbsent(what, owner);
        if (other != null) {
            throw new IllegalArgumentException(what + " is offered twice: by plug-in " + other + " and by plug-in "
                    + owner);
        }
    }

    private static void judge(Service service) {
        String whose = "gRPC service " + service.name() + " of plug-in " + service.owner();
        if (OWN_PACKAGES.stream().anyMatch(service.name()::startsWith)) {
            throw new IllegalArgumentException(whose + ": names that begin with " + String.join(", ", OWN_PACKAGES)
                    + " are the member's own");
        }
        if (!service.name().matches(IDENTIFIER + "(\\." + IDENTIFIER + ")*")) {
            throw new IllegalArgumentException(whose + " has a bad name: one such as acme.v1.Quotas is wanted");
        }
        Set<String> names = new HashSet<>();
        for (Method<?, ?> method : service.methods()) {
            if (!method.name().matches(IDENTIFIER)) {
                throw new IllegalArgumentException(whose + " has a method with a bad name: \"" + method.name() + "\"");
            }
            if (!names.add(method.name())) {
                throw new IllegalArgumentException(whose + " has the method " + method.name() + " twice");
            }
        }
    }

    private static void judge(Path path) {
        String whose = "HTTP path " + path.path() + " of plug-in " + path.owner();
        for (String own : OWN_PATHS) {
            if (path.path().equals(own) || path.path().startsWith(own + "/")) {
                throw new IllegalArgumentException(whose + ": " + own + " and all below it are the member's own");
            }
        }
        if (!path.path().matches("(/" + SEGMENT + ")+/?") || path.path().matches(".*/\\.\\.?(/.*)?")) {
            throw new IllegalArgumentException(whose
                    + " is no path to serve: one such as /acme/status or /acme/ is wanted");
        }
    }

    /** Hears of requests that the port refuses before they come to the front door or to an extension. */
    @FunctionalInterface
    public interface Refusals {
        /** Nobody. */
        Refusals NONE = (_, _, _, _) -> {};

        /**
         * A request is refused; the client is told so without waiting for this. Never blocks.
         *
         * @param method its full name, {@code etcdserverpb.KV/Put}
         * @param request an empty one where a stream is refused before its first
         */
        void refused(String method, Message request, Caller caller, EtcdException refusal);
    }

    /**
     * A service of gRPC.
     *
     * @param owner the plug-in, for messages
     * @param name its full name, {@code acme.v1.Quotas}
     * @param methods its methods
     */
    public record Service(String owner, String name, List<Method<?, ?>> methods) {
        /** Copies the list. */
        public Service {
            methods = List.copyOf(methods);
        }
    }

    /**
     * A method.
     *
     * @param <Q> the request
     * @param <R> the response
     */
    public sealed interface Method<Q extends Message, R extends Message> {
        /** Its name, {@code Get}. */
        String name();

        /** An empty request, by which requests are read. */
        Q emptyRequest();
    }

    /**
     * One request, one response.
     *
     * @param name the method's name
     * @param emptyRequest by which requests are read
     * @param handler answers; may throw what it would fail with
     */
    public record Unary<Q extends Message, R extends Message>(
            String name, Q emptyRequest, BiFunction<Q, Caller, CompletableFuture<R>> handler) implements Method<Q, R> {}

    /**
     * One request, any number of responses.
     *
     * @param name the method's name
     * @param emptyRequest by which requests are read
     * @param handler answers
     */
    public record ServerStreaming<Q extends Message, R extends Message>(
            String name, Q emptyRequest, StreamAnswer<Q, R> handler) implements Method<Q, R> {}

    /**
     * Who has a stream of responses.
     *
     * @param <Q> the request
     * @param <R> the response
     */
    @FunctionalInterface
    public interface StreamAnswer<Q extends Message, R extends Message> {
        /**
         * Sends all responses; may throw what it would fail with.
         *
         * @return completes when the last one is on its way
         */
        CompletableFuture<Void> stream(Q request, ResponseSink<R> responses, Caller caller);
    }

    /**
     * A path of plain HTTP.
     *
     * @param owner the plug-in, for messages
     * @param path where it answers: exactly there, or with a slash at its end at all that begins so; of several that
     *     fit a request, the longest answers
     * @param handler answers; what it throws or fails with becomes a 500 that names the owner
     */
    public record Path(
            String owner, String path, Function<HttpPath.Request, CompletableFuture<HttpPath.Answer>> handler) {}
}
