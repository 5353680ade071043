package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What curl sees of the JSON gateway, of health and of versions is what etcd 3.7 shows; the full tier asks etcd
 * itself. A line of a script is method, path, perhaps a content type in brackets, and the body; {@code
 * @2} before it reads two lines of an answer that doesn't end. PEER stands for the server's own peer URL.
 */
class GatewayTest {
    private static final Pattern REQUEST =
            Pattern.compile("(?:@([0-9]+) )?([A-Z]+) (\\S+)(?: \\[([^\\]]*)\\])?(?: (.*))?");
    private static final List<String> HEADERS =
            List.of("Content-Type", "Grpc-Metadata-Content-Type", "Allow", "X-Content-Type-Options");
    /** On every answer; shown where a browser asks for them. */
    private static final List<String> BROWSER_HEADERS = List.of(
            "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin");
    /** What is wrong with a JSON text each library says in its own words; that it is refused, and how, is compared. */
    private static final Pattern PARSER = Pattern.compile("(\"code\":3,\"message\":)\"(?!etcdserver:).*\"}");
    /** The hash over the store's own bytes is of one kind of store only. */
    private static final Pattern STORE_HASH = Pattern.compile("\"hash\":[0-9]+}");

    /** How large a store's file is, and what is in it, is its own affair. */
    private static final Pattern SNAPSHOT =
            Pattern.compile("(\\{\"result\":\\{)(?:\"remaining_bytes\":\"[0-9]+\",)?\"blob\":\"[^\"]*+\"");
    /** What is left of a hundred seconds while the script runs. */
    private static final Pattern TIME_LEFT = Pattern.compile("\"TTL\":\"(?:9[0-9]|100)\"");

    private static final Pattern MEMBERS = Pattern.compile("\"members\":\\[(\\{.*\\})\\]");
    private static final Pattern STRING_OR_SPACES = Pattern.compile("(\"(?:[^\"\\\\]++|\\\\.)*+\")| +");

    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "gateway.services", "gateway.members"})
    void drawboreAnswersAsEtcd(final String script) throws Exception {
        run(script, ServerKind.DRAWBORE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "gateway.services", "gateway.members"})
    @Tag("full")
    void etcdAnswersAsWritten(final String script) throws Exception {
        run(script, ServerKind.ETCD_3_7);
    }

    private void run(final String script, final ServerKind kind) throws Exception {
        final var transcript = new StringBuilder();
        try (ServerProcess server = ServerProcess.start(kind, folder)) {
            if (script.equals("gateway.services")
                    && answer("POST /v3/lease/timetolive {}", server, kind).startsWith("501")) {
                abort("this member does not serve leases yet");
            }
            for (final String line : Transcript.resource(script + ".script").lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    transcript.append("$ ").append(line).append('\n');
                    transcript.append(Transcript.normalise(answer(line, server, kind), server));
                }
            }
        }
        Transcript.compare(script + ".txt", transcript.toString(), kind);
    }

    private String answer(final String line, final ServerProcess server, final ServerKind kind)
            throws IOException, InterruptedException {
        final Matcher parts = REQUEST.matcher(line);
        if (!parts.matches()) {
            throw new IllegalStateException("no request: " + line);
        }
        final String body = parts.group(5);
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.client() + parts.group(3)))
                .timeout(Ran.PATIENCE)
                .method(
                        parts.group(2),
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.replace("PEER", server.peer())));
        if (parts.group(4) != null) {
            request.header("Content-Type", parts.group(4));
        }
        final String limit = parts.group(1);
        if (limit == null) {
            final HttpResponse<String> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            return head(response) + text(response.body(), parts.group(3));
        }
        final HttpResponse<InputStream> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        final var lines = new ArrayList<String>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            while (lines.size() < Integer.parseInt(limit)) {
                final String next = assertTimeoutPreemptively(
                        Ran.PATIENCE, reader::readLine, () -> "no line " + (lines.size() + 1) + " of " + line);
                lines.add(next == null ? "(the end)" : unspaced(next));
            }
        }
        if (kind != ServerKind.DRAWBORE && line.contains("progress_request")) {
            // asked in the same breath, an etcd now and then tells the progress before the watcher's creation
            lines.sort(Comparator.comparing(answer -> !answer.contains("\"created\":true")));
        }
        return head(response) + SNAPSHOT.matcher(String.join("\n", lines)).replaceAll("$1\"blob\":\"…\"") + "\n";
    }

    private static String head(final HttpResponse<?> response) {
        final var head = new StringBuilder(response.statusCode() + "\n");
        for (final String name : HEADERS) {
            response.headers().firstValue(name).ifPresent(value -> head.append(name + ": " + value + "\n"));
        }
        if (response.request().method().equals("OPTIONS")) {
            for (final String name : BROWSER_HEADERS) {
                response.headers().firstValue(name).ifPresent(value -> head.append(name + ": " + value + "\n"));
            }
        }
        return head.toString();
    }

    /** Go's JSON printer puts spaces between tokens in some builds and not in others, so that nobody relies on them. */
    private static String unspaced(final String body) {
        return body.startsWith("{") ? STRING_OR_SPACES.matcher(body).replaceAll("$1") : body;
    }

    /** Members stand in the order of their ids, which differ from run to run. */
    private static String inOrder(final String members) {
        return Arrays.stream(members.split("(?<=\\}),(?=\\{)"))
                .sorted(Comparator.comparing(member -> member.substring(member.indexOf("peerURLs"))))
                .collect(Collectors.joining(",", "\"members\":[", "]"));
    }

    /** Ends in a line's end, told apart from one that the server sent. */
    private static String text(final String body, final String path) {
        final String said = PARSER.matcher(unspaced(body)).replaceAll("$1\"…\"}");
        final String timed = TIME_LEFT.matcher(said).replaceAll("\"TTL\":\"≤100\"");
        final String comparable = path.endsWith("/hash")
                ? STORE_HASH.matcher(timed).replaceAll("\"hash\":N}")
                : MEMBERS.matcher(timed).replaceAll(list -> Matcher.quoteReplacement(inOrder(list.group(1))));
        return comparable.isEmpty() ? "" : comparable.endsWith("\n") ? comparable : comparable + "¬\n";
    }
}
