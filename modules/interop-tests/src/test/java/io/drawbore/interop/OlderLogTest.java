package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A member starts from the log of a real etcd, v2 requests in it, and comes to the same history. */
@Tag("full")
class OlderLogTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private HttpResponse<String> ask(final HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String post(final ServerProcess server, final String path, final String json)
            throws IOException, InterruptedException {
        final HttpResponse<String> answer = ask(HttpRequest.newBuilder(URI.create(server.client() + path))
                .POST(HttpRequest.BodyPublishers.ofString(json)));
        assertEquals(200, answer.statusCode(), path + ": " + answer.body());
        return answer.body().replace(" ", "");
    }

    private static String base64(final String text) {
        return "\"" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    private void fill(final ServerProcess server) throws IOException, InterruptedException {
        post(server, "/v3/lease/grant", "{\"ID\":\"7\",\"TTL\":\"3600\"}");
        for (int i = 0; i < 200; i++) {
            final String lease = i % 7 == 0 ? ",\"lease\":\"7\"" : "";
            post(
                    server,
                    "/v3/kv/put",
                    "{\"key\":" + base64("k" + i % 50) + ",\"value\":" + base64("value " + i) + lease + "}");
            if (i % 40 == 39) {
                post(server, "/v3/kv/deleterange", "{\"key\":" + base64("k" + i % 30) + "}");
            }
        }
    }

    private String hash(final ServerProcess server, final long revision) throws IOException, InterruptedException {
        return field(post(server, "/v3/maintenance/hashkv", "{\"revision\":\"" + revision + "\"}"), "hash");
    }

    private static String field(final String json, final String name) {
        final Matcher matcher = Pattern.compile("\"" + name + "\":\"?([0-9-]+)").matcher(json);
        assertTrue(matcher.find(), name + " in " + json);
        return matcher.group(1);
    }

    private static void copy(final Path from, final Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (final Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ETCD_3_5", "ETCD_3_6", "ETCD_3_7"})
    void aLogOfEtcdIsOurs(final ServerKind writer) throws IOException, InterruptedException {
        final long revision = 206;
        final String newest;
        final String older;
        final String member;
        try (ServerProcess etcd = ServerProcess.start(writer, folder.resolve("etcd"))) {
            fill(etcd);
            newest = hash(etcd, revision);
            older = hash(etcd, 100);
            member = field(post(etcd, "/v3/cluster/member/list", "{}"), "ID");
            etcd.terminate();
        }
        copy(folder.resolve("etcd/data/member/wal"), folder.resolve("ours/data/member/wal"));
        try (ServerProcess drawbore = ServerProcess.start(ServerKind.DRAWBORE, folder.resolve("ours"))) {
            assertEquals(newest, hash(drawbore, revision));
            assertEquals(older, hash(drawbore, 100));
            final String members = post(drawbore, "/v3/cluster/member/list", "{}");
            assertEquals(member, field(members, "ID"));
            assertTrue(members.contains("\"name\":\"m\""), members);
            final HttpResponse<String> version =
                    ask(HttpRequest.newBuilder(URI.create(drawbore.client() + "/version")));
            assertTrue(version.body().contains("\"etcdcluster\":\"3.7.0\""), version.body());
            // and nobody asks for the keys of then
            for (final String path : List.of("/v2/keys/a", "/v2/members", "/v2/stats/self")) {
                assertEquals(
                        404,
                        ask(HttpRequest.newBuilder(URI.create(drawbore.client() + path)))
                                .statusCode());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "ETCD_3_5")
    void whoRejectsV2StopsAtTheFirstSuchEntry(final ServerKind writer) throws IOException, InterruptedException {
        try (ServerProcess etcd = ServerProcess.start(writer, folder.resolve("etcd"))) {
            etcd.terminate();
        }
        copy(folder.resolve("etcd/data/member/wal"), folder.resolve("ours/data/member/wal"));
        final Ran ran = Ran.command(
                List.of(
                        Programs.drawbore().toString(),
                        "--name=m",
                        "--data-dir=" + folder.resolve("ours/data"),
                        "--v2-compat=reject",
                        "--listen-client-urls=http://127.0.0.1:0",
                        "--advertise-client-urls=http://127.0.0.1:1"),
                "",
                Ran.PATIENCE);
        assertEquals(1, ran.exitCode(), ran.output());
        assertTrue(
                Pattern.compile("log entry 2/3 holds a v2 request that has no meaning here, PUT"
                                + " /0/members/[0-9a-f]+/attributes: v2 requests are rejected by --v2-compat=reject")
                        .matcher(ran.output())
                        .find(),
                ran.output());
        assertFalse(ran.output().contains("ready to serve"), ran.output());
    }
}
