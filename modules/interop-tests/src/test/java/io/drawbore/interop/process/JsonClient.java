package io.drawbore.interop.process;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** A client of the JSON gateway with connections of its own. */
final class JsonClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final String url;

    JsonClient(final Ports ports) {
        url = ports.clientUrl();
    }

    /** A path's answer, whatever its status. */
    HttpResponse<String> get(final String path) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).build());
    }

    /** A body's answer, whatever its status. */
    HttpResponse<String> post(final String path, final String body) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url + path))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<String> send(final HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** The answer to a call; any refusal is an {@link IOException}, because who was refused knows nothing for sure. */
    JsonObject call(final String path, final JsonObject request) throws IOException {
        final HttpResponse<String> response = post(path, request.toString());
        if (response.statusCode() != 200) {
            throw new IOException(response.statusCode() + ": " + response.body());
        }
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    /** Puts a key; answers the revision. */
    long put(final String key, final String value) throws IOException {
        return revision(call("/v3/kv/put", putOf(key, value)));
    }

    /** Deletes a key; answers the revision. */
    long delete(final String key) throws IOException {
        final var request = new JsonObject();
        request.addProperty("key", base64(key));
        return revision(call("/v3/kv/deleterange", request));
    }

    /** Puts several keys at once; answers the revision. */
    long putAll(final List<String> keys, final String value) throws IOException {
        final var success = new JsonArray();
        for (final String key : keys) {
            final var operation = new JsonObject();
            operation.add("requestPut", putOf(key, value));
            success.add(operation);
        }
        final var request = new JsonObject();
        request.add("success", success);
        return revision(call("/v3/kv/txn", request));
    }

    /** All keys, as of a revision; 0 for now. */
    List<Stored> all(final long revision) throws IOException {
        final var request = new JsonObject();
        request.addProperty("key", "AA==");
        request.addProperty("range_end", "AA==");
        request.addProperty("revision", revision);
        return stored(call("/v3/kv/range", request));
    }

    /** One key as of a revision, 0 for now; empty where it isn't there. */
    List<Stored> one(final String key, final long revision) throws IOException {
        final var request = new JsonObject();
        request.addProperty("key", base64(key));
        request.addProperty("revision", revision);
        return stored(call("/v3/kv/range", request));
    }

    JsonObject status() throws IOException {
        return call("/v3/maintenance/status", new JsonObject());
    }

    /** The hash of the history up to a revision; 0 for all. */
    JsonObject hashKv(final long revision) throws IOException {
        final var request = new JsonObject();
        request.addProperty("revision", revision);
        return call("/v3/maintenance/hashkv", request);
    }

    /** A number of an answer; what isn't there is 0. */
    static long number(final JsonObject answer, final String field) {
        final JsonElement found = answer.get(field);
        return found == null ? 0 : found.getAsLong();
    }

    static long revision(final JsonObject answer) {
        return number(answer.getAsJsonObject("header"), "revision");
    }

    private static JsonObject putOf(final String key, final String value) {
        final var put = new JsonObject();
        put.addProperty("key", base64(key));
        put.addProperty("value", base64(value));
        return put;
    }

    private static List<Stored> stored(final JsonObject answer) {
        final JsonArray kvs = answer.getAsJsonArray("kvs");
        return kvs == null
                ? List.of()
                : kvs.asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .map(kv -> new Stored(text(kv, "key"), text(kv, "value"), number(kv, "mod_revision")))
                        .toList();
    }

    private static String text(final JsonObject kv, final String field) {
        final JsonElement found = kv.get(field);
        return found == null
                ? ""
                : new String(Base64.getDecoder().decode(found.getAsString()), StandardCharsets.UTF_8);
    }

    private static String base64(final String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
