package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log of a real etcd with every kind of request that speaks of users and roles, allowed ones and refused ones: the
 * member that replays it has the same history, lets the same users do the same, and a snapshot of it is served by an
 * etcd that knows the same users and roles.
 */
@Tag("full")
class AuthReplayTest {
    private static final Pattern HEADER = Pattern.compile("\"header\":\\{[^}]*},?");

    /** What is left of a thousand seconds while the test runs. */
    private static final Pattern TIME_LEFT = Pattern.compile("\"TTL\":\"(?:[0-9]{3}|1000)\"");

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    /** Tokens by user. */
    private final Map<String, String> tokens = new LinkedHashMap<>();

    /** A request as a user, "" for nobody: the answer's code, and its text without the header. */
    private String ask(final ServerProcess server, final String user, final String path, final String json)
            throws IOException, InterruptedException {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.client() + path))
                .timeout(Ran.PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (!user.isEmpty()) {
            request.header("Authorization", tokens.getOrDefault(user, user));
        }
        final HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + HEADER.matcher(TIME_LEFT
                        .matcher(answer.body().replace(" ", ""))
                        .replaceAll("\"TTL\":\"left\""))
                .replaceAll("");
    }

    private void authenticate(final ServerProcess server, final String user, final String password)
            throws IOException, InterruptedException {
        final String answer = ask(
                server, "", "/v3/auth/authenticate", "{\"name\":\"" + user + "\",\"password\":\"" + password + "\"}");
        tokens.put(user, field(answer, "token"));
    }

    private static String field(final String json, final String name) {
        final Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]+)").matcher(json);
        assertTrue(matcher.find(), name + " in " + json);
        return matcher.group(1);
    }

    private static String text(final String name, final String value) {
        final byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return "\"" + name + "\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"";
    }

    private static String put(final String key, final String more) {
        return "{" + text("key", key) + "," + text("value", "v") + more + "}";
    }

    private static String range(final String key, final String end) {
        return "{" + text("key", key) + "," + text("range_end", end) + "}";
    }

    private static String permission(final String role, final String type, final String key, final String end) {
        return "{\"name\":\"" + role + "\",\"perm\":{\"permType\":\"" + type + "\"," + text("key", key) + ","
                + text("range_end", end) + "}}";
    }

    private static String names(final String... namesAndValues) {
        final var fields = new ArrayList<String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add("\"" + namesAndValues[i] + "\":\"" + namesAndValues[i + 1] + "\"");
        }
        return "{" + String.join(",", fields) + "}";
    }

    /** All kinds of requests; each line is a user, a path and what is asked. */
    private static List<List<String>> founding() {
        return List.of(
                List.of("", "/v3/auth/enable", "{}"),
                List.of("", "/v3/auth/user/add", names("name", "root", "password", "r")),
                List.of("", "/v3/auth/enable", "{}"),
                List.of("", "/v3/auth/user/grant", names("user", "root", "role", "root")),
                List.of("", "/v3/auth/role/add", names("name", "root")),
                List.of("", "/v3/auth/enable", "{}"),
                List.of("", "/v3/auth/user/add", names("name", "early", "password", "e")),
                List.of("", "/v3/auth/disable", "{}"));
    }

    private static List<List<String>> asRoot() {
        return List.of(
                List.of("root", "/v3/auth/disable", "{}"),
                List.of("", "/v3/auth/disable", "{}"),
                List.of("", "/v3/auth/user/add", names("name", "alice", "password", "a")),
                List.of("", "/v3/auth/user/add", names("name", "bob", "password", "b")),
                List.of("", "/v3/auth/user/add", names("name", "bob", "password", "b")),
                List.of("", "/v3/auth/user/add", names("name", "gone", "password", "b")),
                List.of("", "/v3/auth/user/add", "{\"name\":\"cn\",\"options\":{\"no_password\":true}}"),
                List.of("", "/v3/auth/user/add", names("name", "", "password", "b")),
                List.of("", "/v3/auth/role/add", names("name", "reader")),
                List.of("", "/v3/auth/role/add", names("name", "writer")),
                List.of("", "/v3/auth/role/add", names("name", "gone")),
                List.of("", "/v3/auth/role/add", names("name", "writer")),
                List.of("", "/v3/auth/role/grant", permission("reader", "READ", "a", "c")),
                List.of("", "/v3/auth/role/grant", permission("reader", "READ", "c", "e")),
                List.of("", "/v3/auth/role/grant", permission("writer", "READWRITE", "b", "")),
                List.of("", "/v3/auth/role/grant", permission("writer", "WRITE", "b", "d")),
                List.of("", "/v3/auth/role/grant", permission("writer", "READWRITE", "b", "d")),
                List.of("", "/v3/auth/role/grant", permission("writer", "WRITE", "x", "\0")),
                List.of("", "/v3/auth/role/grant", permission("writer", "WRITE", "b", "a")),
                List.of("", "/v3/auth/role/grant", "{\"name\":\"writer\"}"),
                List.of("", "/v3/auth/role/grant", permission("gone", "READWRITE", "\0", "\0")),
                List.of("", "/v3/auth/user/grant", names("user", "alice", "role", "writer")),
                List.of("", "/v3/auth/user/grant", names("user", "alice", "role", "reader")),
                List.of("", "/v3/auth/user/grant", names("user", "alice", "role", "reader")),
                List.of("", "/v3/auth/user/grant", names("user", "alice", "role", "none")),
                List.of("", "/v3/auth/user/grant", names("user", "bob", "role", "gone")),
                List.of("", "/v3/auth/user/grant", names("user", "bob", "role", "reader")),
                List.of("", "/v3/auth/user/revoke", names("name", "bob", "role", "writer")),
                List.of("", "/v3/auth/role/revoke", "{\"role\":\"reader\"," + text("key", "none") + "}"),
                List.of("", "/v3/auth/enable", "{}"));
    }

    private static List<List<String>> withUsers() {
        return List.of(
                List.of("root", "/v3/auth/role/delete", names("role", "gone")),
                List.of("root", "/v3/auth/role/delete", names("role", "root")),
                List.of("root", "/v3/auth/user/delete", names("name", "gone")),
                List.of("root", "/v3/auth/user/delete", names("name", "root")),
                List.of("root", "/v3/auth/user/revoke", names("name", "root", "role", "root")),
                List.of("alice", "/v3/auth/user/add", names("name", "evil", "password", "e")),
                List.of("", "/v3/auth/user/add", names("name", "evil", "password", "e")),
                List.of("alice", "/v3/kv/put", put("b", "")),
                List.of("alice", "/v3/kv/put", put("a", "")),
                List.of("alice", "/v3/kv/put", put("y", ",\"prev_kv\":true")),
                List.of("bob", "/v3/kv/put", put("b", "")),
                List.of("", "/v3/kv/put", put("b", "")),
                List.of("root", "/v3/kv/put", put("a", "")),
                List.of("root", "/v3/lease/grant", "{\"ID\":\"77\",\"TTL\":\"1000\"}"),
                List.of("root", "/v3/kv/put", put("a/leased", ",\"lease\":\"77\"")),
                List.of("alice", "/v3/kv/put", put("b/leased", ",\"lease\":\"77\"")),
                List.of("alice", "/v3/lease/revoke", "{\"ID\":\"77\"}"),
                List.of("alice", "/v3/kv/deleterange", range("b", "d")),
                List.of("alice", "/v3/kv/deleterange", range("b", "e")),
                List.of("alice", "/v3/kv/txn", "{\"success\":[{\"request_put\":" + put("c", "") + "}]}"),
                List.of(
                        "alice",
                        "/v3/kv/txn",
                        "{\"success\":[{\"request_put\":" + put("c", "") + "}],\"failure\":[{\"request_txn\":"
                                + "{\"success\":[{\"request_delete_range\":" + range("a", "") + "}]}}]}"));
    }

    /** What is refused or only read, and so may be asked of anybody at any time. */
    private static List<List<String>> questions() {
        final var questions = new ArrayList<List<String>>();
        for (final String user : List.of("", "root", "alice", "bob", "wrong.1", "nonsense")) {
            questions.add(List.of(user, "/v3/kv/range", range("a", "")));
            questions.add(List.of(user, "/v3/kv/range", range("a", "e")));
            questions.add(List.of(user, "/v3/kv/range", range("b", "d")));
            questions.add(List.of(user, "/v3/kv/range", range("\0", "\0")));
            questions.add(List.of(user, "/v3/kv/txn", "{\"compare\":[{" + text("key", "x") + "}],\"success\":["
                    + "{\"request_range\":" + range("b", "") + "}]}"));
            questions.add(List.of(user, "/v3/cluster/member/remove", "{\"ID\":\"5\"}"));
            questions.add(List.of(user, "/v3/lease/timetolive", "{\"ID\":\"99\",\"keys\":true}"));
            questions.add(List.of(user, "/v3/lease/leases", "{}"));
            questions.add(List.of(user, "/v3/kv/lease/revoke", "{\"ID\":\"99\"}"));
            questions.add(List.of(user, "/v3/maintenance/alarm", "{}"));
        }
        for (final String user : List.of("", "alice", "bob", "nonsense")) {
            questions.add(List.of(user, "/v3/kv/put", put("a", "")));
            questions.add(List.of(user, "/v3/kv/deleterange", range("a", "")));
            questions.add(List.of(user, "/v3/kv/compaction", "{\"revision\":\"1\"}"));
            questions.add(List.of(user, "/v3/maintenance/defragment", "{}"));
            questions.add(List.of(user, "/v3/maintenance/hashkv", "{}"));
            questions.add(List.of(user, "/v3/maintenance/hash", "{}"));
            questions.add(List.of(user, "/v3/cluster/member/add", "{\"peerURLs\":[\"http://127.0.0.1:1\"]}"));
            questions.add(List.of(user, "/v3/maintenance/alarm", "{\"action\":\"ACTIVATE\",\"alarm\":\"NOSPACE\"}"));
            questions.add(List.of(user, "/v3/lease/revoke", "{\"ID\":\"77\"}"));
            questions.add(List.of(user, "/v3/lease/timetolive", "{\"ID\":\"77\",\"keys\":true}"));
        }
        questions.add(List.of("root", "/v3/maintenance/hashkv", "{\"revision\":\"7\"}"));
        return questions;
    }

    /** What an etcd knows of users and roles. */
    private static List<List<String>> lists() {
        final var lists = new ArrayList<List<String>>();
        lists.add(List.of("root", "/v3/auth/status", "{}"));
        lists.add(List.of("root", "/v3/auth/user/list", "{}"));
        lists.add(List.of("root", "/v3/auth/role/list", "{}"));
        for (final String user : List.of("root", "alice", "bob", "cn", "early", "gone")) {
            lists.add(List.of("root", "/v3/auth/user/get", names("name", user)));
        }
        for (final String role : List.of("root", "reader", "writer", "gone")) {
            lists.add(List.of("root", "/v3/auth/role/get", names("role", role)));
        }
        return lists;
    }

    /** Who is not known by a password, and what no password can be. */
    private static List<List<String>> wrong() {
        return List.of(
                List.of("", "/v3/auth/authenticate", names("name", "alice", "password", "x")),
                List.of("", "/v3/auth/authenticate", names("name", "nobody", "password", "x")),
                List.of("", "/v3/auth/authenticate", names("name", "cn", "password", "x")),
                List.of("root", "/v3/auth/user/add", names("name", "long", "password", "x".repeat(73))));
    }

    private List<String> answers(final ServerProcess server, final List<List<String>> questions)
            throws IOException, InterruptedException {
        final var answers = new ArrayList<String>();
        for (final List<String> question : questions) {
            answers.add(question.getFirst() + " " + question.get(1) + " " + question.get(2) + "\n"
                    + ask(server, question.getFirst(), question.get(1), question.get(2)));
        }
        return answers;
    }

    /** Everything happens to it, and in the end authentication is on. */
    private List<String> fill(final ServerProcess etcd) throws IOException, InterruptedException {
        final var said = new ArrayList<String>();
        said.addAll(answers(etcd, founding()));
        authenticate(etcd, "root", "r");
        said.addAll(answers(etcd, asRoot()));
        authenticate(etcd, "root", "r");
        authenticate(etcd, "alice", "a");
        authenticate(etcd, "bob", "b");
        said.addAll(answers(etcd, withUsers()));
        said.addAll(answers(etcd, List.of(
                List.of("root", "/v3/auth/user/changepw", names("name", "bob", "password", "c")),
                List.of("root", "/v3/auth/user/changepw", names("name", "none", "password", "c")),
                List.of("root", "/v3/auth/role/revoke", "{\"role\":\"writer\"," + text("key", "b") + "}"))));
        authenticate(etcd, "bob", "c");
        said.addAll(answers(etcd, lists()));
        said.addAll(answers(etcd, questions()));
        return said;
    }

    private static void copy(final Path from, final Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void whoReplaysAnEtcdsLogKnowsItsUsers() throws IOException, InterruptedException {
        final List<String> answers;
        final List<String> known;
        final List<String> wrong;
        try (ServerProcess etcd = ServerProcess.start(ServerKind.ETCD_3_7, folder.resolve("etcd"))) {
            fill(etcd);
            known = answers(etcd, lists());
            answers = answers(etcd, questions());
            wrong = answers(etcd, wrong());
            etcd.terminate();
        }
        copy(folder.resolve("etcd/data/member/wal"), folder.resolve("drawbore/data/member/wal"));
        final Path saved = folder.resolve("saved.db");
        try (ServerProcess drawbore = ServerProcess.start(ServerKind.DRAWBORE, folder.resolve("drawbore"))) {
            assertSame(answers, answers(drawbore, questions()));
            assertSame(known, answers(drawbore, lists()));
            for (final String user : List.of("root", "alice")) {
                final String before = tokens.get(user);
                authenticate(drawbore, user, user.substring(0, 1));
                assertNotEquals(before, tokens.get(user));
            }
            assertSame(answers, answers(drawbore, questions()));
            assertSame(wrong, answers(drawbore, wrong()));
            run(
                    Programs.go("etcdctl-3.7").toString(),
                    "--endpoints=" + drawbore.client(),
                    "--auth-jwt-token=" + tokens.get("root"),
                    "snapshot",
                    "save",
                    saved.toString());
        }
        run(
                Programs.go("etcdutl-3.7").toString(),
                "snapshot",
                "restore",
                saved.toString(),
                "--data-dir=" + folder.resolve("again/data"),
                "--name=m",
                "--initial-cluster=m=http://127.0.0.1:1",
                "--initial-advertise-peer-urls=http://127.0.0.1:1");
        try (ServerProcess again = ServerProcess.start(ServerKind.ETCD_3_7, folder.resolve("again"))) {
            authenticate(again, "root", "r");
            authenticate(again, "alice", "a");
            authenticate(again, "bob", "c");
            assertSame(known, answers(again, lists()));
        }
    }

    /** What ours says to each request, when it is asked all of them from the start, is what an etcd says. */
    @Test
    void askedForAllOfItOursAnswersAsAnEtcd() throws IOException, InterruptedException {
        final List<String> theirs;
        try (ServerProcess etcd = ServerProcess.start(ServerKind.ETCD_3_7, folder.resolve("etcd"))) {
            theirs = fill(etcd);
        }
        tokens.clear();
        try (ServerProcess drawbore = ServerProcess.start(ServerKind.DRAWBORE, folder.resolve("drawbore"))) {
            assertSame(theirs, fill(drawbore));
        }
    }

    private static void assertSame(final List<String> expected, final List<String> answers) {
        final var differences = new ArrayList<String>();
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).equals(answers.get(i))) {
                differences.add(expected.get(i) + "\nand not\n" + answers.get(i));
            }
        }
        assertEquals("", String.join("\n\n", differences));
    }

    private static void run(final String... command) {
        final Ran ran = Ran.command(List.of(command), "", Ran.PATIENCE);
        assertEquals(0, ran.exitCode(), () -> String.join(" ", command) + ": " + ran.output());
    }
}
