package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that etcdctl saves from us is one that etcdutl restores and etcd serves, with the same history. */
@Tag("full")
class SnapshotTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private String post(final ServerProcess server, final String path, final String json)
            throws IOException, InterruptedException {
        final HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(server.client() + path))
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), path + ": " + answer.body());
        return answer.body().replace(" ", "");
    }

    private static String key(final String name) {
        return "\"key\":\"" + Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    /** 400 changes of 50 keys, some of them deletions; history up to revision 300 is given up. */
    private void fill(final ServerProcess server) throws IOException, InterruptedException {
        for (int i = 0; i < 400; i++) {
            final String value = Base64.getEncoder().encodeToString(("value " + i).getBytes(StandardCharsets.UTF_8));
            post(server, "/v3/kv/put", "{" + key("k" + i % 50) + ",\"value\":\"" + value + "\"}");
            if (i % 40 == 39) {
                post(server, "/v3/kv/deleterange", "{" + key("k" + i % 30) + "}");
            }
        }
        post(server, "/v3/kv/compaction", "{\"revision\":\"300\",\"physical\":true}");
    }

    /** Hash, compact revision and revision. */
    private List<String> hash(final ServerProcess server, final long revision)
            throws IOException, InterruptedException {
        final String answer = post(server, "/v3/maintenance/hashkv", "{\"revision\":\"" + revision + "\"}");
        return List.of(field(answer, "hash"), field(answer, "compact_revision"), field(answer, "hash_revision"));
    }

    private static String field(final String json, final String name) {
        final Matcher matcher = Pattern.compile("\"" + name + "\":\"?([0-9-]+)").matcher(json);
        assertTrue(matcher.find(), name + " in " + json);
        return matcher.group(1);
    }

    @Test
    void etcdRestoresAndServesWhatEtcdctlSaved() throws IOException, InterruptedException {
        final Path saved = folder.resolve("saved.db");
        final String etcdutl = Programs.go("etcdutl-3.7").toString();
        final List<String> newest;
        final List<String> older;
        try (ServerProcess drawbore = ServerProcess.start(ServerKind.DRAWBORE, folder.resolve("drawbore"))) {
            fill(drawbore);
            run(Programs.go("etcdctl-3.6").toString(), "--endpoints=" + drawbore.client(), "snapshot", "save",
                    saved.toString());
            newest = hash(drawbore, 0);
            older = hash(drawbore, 350);
        }
        final String status = run(etcdutl, "snapshot", "status", "-w", "json", saved.toString());
        assertEquals(newest.getLast(), field(status, "revision"));
        assertTrue(status.contains("\"version\":\"3.7.0\""), status);

        run(etcdutl, "snapshot", "restore", saved.toString(), "--data-dir=" + folder.resolve("etcd/data"), "--name=m",
                "--initial-cluster=m=http://127.0.0.1:1", "--initial-advertise-peer-urls=http://127.0.0.1:1");
        try (ServerProcess etcd = ServerProcess.start(ServerKind.ETCD_3_7, folder.resolve("etcd"))) {
            assertEquals(newest, hash(etcd, Long.parseLong(newest.getLast())));
            assertEquals(older, hash(etcd, 350));
            post(etcd, "/v3/kv/put", "{" + key("k1") + "}");
        }
    }

    private static String run(final String... command) {
        final Ran ran = Ran.command(List.of(command), "", Ran.PATIENCE);
        assertEquals(0, ran.exitCode(), () -> String.join(" ", command) + ": " + ran.output());
        return ran.output();
    }
}
