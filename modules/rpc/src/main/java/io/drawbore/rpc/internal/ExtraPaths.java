package io.drawbore.rpc.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.HttpPath;
import io.drawbore.rpc.ClientExtensions;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** The paths of plain HTTP that a client port has beside its own. Any thread; never blocks. */
final class ExtraPaths {
    private final Map<String, ClientExtensions.Path> exact = new HashMap<>();
    /** The longest first. */
    private final List<ClientExtensions.Path> prefixes;
    private final Duration time;
    private final GrpcServer server;

    ExtraPaths(ClientExtensions extensions, GrpcServer server) {
        extensions.paths().forEach(path -> exact.put(path.path(), path));
        this.prefixes = extensions.paths().stream()
                .filter(path -> path.path().endsWith("/"))
                .sorted(Comparator.comparingInt((ClientExtensions.Path path) -> path.path().length()).reversed())
                .toList();
        this.time = extensions.pathTime();
        this.server = server;
    }

    /** Answers where there is such a path: then true. */
    boolean answers(Request request, Response response, Callback callback) {
        if (exact.isEmpty()) {
            return false;
        }
        String path = request.getHttpURI().getDecodedPath();
        ClientExtensions.Path found = find(path);
        if (found == null) {
            return false;
        }
        if (request.getLength() > ClientExtensions.MAX_BODY_BYTES) {
            tooLarge(request, response, callback);
            return true;
        }
        // Refused by Jetty, with 400, where it is badly written.
        Map<String, List<String>> query = values(Request.extractQueryParameters(request));
        Map<String, List<String>> headers = headers(request);
        Caller caller = Gateway.caller(request);
        new ExtraExchange(found, server, request, response, callback, time)
                .start(body -> new HttpPath.Request(request.getMethod(), path, query, headers, body, caller));
        return true;
    }

    private ClientExtensions.@Nullable Path find(@Nullable String path) {
        ClientExtensions.Path found = path == null ? null : exact.get(path);
        if (found != null || path == null) {
            return found;
        }
        for (ClientExtensions.Path prefix : prefixes) {
            if (path.startsWith(prefix.path())) {
                return prefix;
            }
        }
        return null;
    }

    /** What arrives is dropped where that is bearable, so that its sender sees why. */
    private static void tooLarge(Request request, Response response, Callback callback) {
        if (request.getLength() > Gateway.DROPPED_BYTES) {
            ExtraExchange.tooLarge(response, callback);
        } else {
            Content.Source.consumeAll(
                    request, Callback.from(() -> ExtraExchange.tooLarge(response, callback), callback::failed));
        }
    }

    private static Map<String, List<String>> values(Fields query) {
        Map<String, List<String>> values = HashMap.newHashMap(query.getSize());
        query.forEach(field -> values.put(field.getName(), List.copyOf(field.getValues())));
        return Map.copyOf(values);
    }

    private static Map<String, List<String>> headers(Request request) {
        Map<String, List<String>> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue() == null ? "" : field.getValue();
            headers.merge(field.getName().toLowerCase(Locale.ROOT), List.of(value), ExtraPaths::joined);
        }
        return Map.copyOf(headers);
    }

    private static List<String> joined(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
