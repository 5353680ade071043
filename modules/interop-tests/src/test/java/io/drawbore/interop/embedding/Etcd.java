package io.drawbore.interop.embedding;

import io.drawbore.junit.DrawboreEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;

/** What the tests of examples ask a member, through its gateway. */
final class Etcd {
    private static final int OK = 200;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Etcd() {}

    static void put(final DrawboreEndpoint endpoint, final String key, final String value) {
        ask(endpoint, "kv/put", "{\"key\":\"" + base64(key) + "\",\"value\":\"" + base64(value) + "\"}");
    }

    /** Whether a key has that value. */
    static boolean has(final DrawboreEndpoint endpoint, final String key, final String value) {
        return ask(endpoint, "kv/range", "{\"key\":\"" + base64(key) + "\"}").contains("\"" + base64(value) + "\"");
    }

    /** Whether there is no key, lease, user or role, and no alarm. */
    static boolean isFresh(final DrawboreEndpoint endpoint) {
        return !ask(endpoint, "kv/range", "{\"key\":\"AA==\",\"range_end\":\"AA==\"}").contains("\"kvs\"")
                && !ask(endpoint, "lease/leases", "{}").contains("\"ID\"")
                && !ask(endpoint, "auth/user/list", "{}").contains("\"users\":[\"")
                && !ask(endpoint, "auth/role/list", "{}").contains("\"roles\":[\"")
                && !ask(endpoint, "maintenance/alarm", "{\"action\":\"GET\"}").contains("memberID");
    }

    /** Leaves something of every kind. */
    static void leaveAll(final DrawboreEndpoint endpoint) {
        put(endpoint, "left", "over");
        ask(endpoint, "lease/grant", "{\"TTL\":600}");
        ask(endpoint, "auth/user/add", "{\"name\":\"a \\\"quoted\\\" ], name\",\"password\":\"p\"}");
        ask(endpoint, "auth/user/add", "{\"name\":\"users\",\"password\":\"p\"}");
        ask(endpoint, "auth/role/add", "{\"name\":\"reader\"}");
        ask(endpoint, "maintenance/alarm", "{\"action\":\"ACTIVATE\",\"memberID\":\"1\",\"alarm\":\"NOSPACE\"}");
    }

    /** Turns authentication on, which can't be taken back without a password. */
    static void lock(final DrawboreEndpoint endpoint) {
        ask(endpoint, "auth/user/add", "{\"name\":\"root\",\"password\":\"p\"}");
        ask(endpoint, "auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        ask(endpoint, "auth/enable", "{}");
    }

    /** Begins a downgrade. */
    static void downgrade(final DrawboreEndpoint endpoint) {
        ask(endpoint, "maintenance/downgrade", "{\"action\":\"ENABLE\",\"version\":\"3.6\"}");
    }

    /** A transaction of so many operations is refused. */
    static void assertTooManyOps(final DrawboreEndpoint endpoint, final int ops) {
        final String one = "{\"requestRange\":{\"key\":\"AA==\"}}";
        final var answer = send(
                endpoint, "kv/txn", "{\"success\":[" + String.join(",", Collections.nCopies(ops, one)) + "]}");
        if (!answer.body().contains("too many operations")) {
            throw new AssertionError(answer.body());
        }
    }

    /** Asks for something that the member refuses, and logs. */
    static void complain(final DrawboreEndpoint endpoint) {
        final var answer = send(endpoint, "maintenance/downgrade", "{\"action\":\"CANCEL\"}");
        if (answer.statusCode() == OK) {
            throw new AssertionError("there was a downgrade");
        }
    }

    private static String ask(final DrawboreEndpoint endpoint, final String path, final String body) {
        final HttpResponse<String> answer = send(endpoint, path, body);
        if (answer.statusCode() != OK) {
            throw new AssertionError(path + ": " + answer.body());
        }
        return answer.body();
    }

    private static HttpResponse<String> send(
            final DrawboreEndpoint endpoint, final String path, final String body) {
        final HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint.uri() + "/v3/" + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (final IOException failed) {
            throw new AssertionError(path, failed);
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static String base64(final String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
