package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Records what a real etcd writes into its log, and what it says of its history at some entries, for the replay corpus
 * of the apply room. The files go to {@code target/corpus}, or where {@code -Dcorpus.folder=} says.
 */
@Tag("full")
class EtcdLogRecordingTest {
    private static final String LEASE = "/v3/lease/grant";
    private static final String PUT = "/v3/kv/put";

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> said = new ArrayList<>();
    private String token = "";

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        http.close();
    }

    // ---- what is asked

    private HttpResponse<String> ask(final ServerProcess etcd, final String path, final String json) {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(etcd.client() + path))
                .timeout(Ran.PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')));
        if (!token.isEmpty()) {
            request.header("Authorization", token);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (final IOException failed) {
            throw new AssertionError(path, failed);
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private JsonObject post(final ServerProcess etcd, final String path, final String json) {
        final HttpResponse<String> answer = ask(etcd, path, json);
        assertEquals(200, answer.statusCode(), () -> path + " " + json + ": " + answer.body());
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    private void refused(final ServerProcess etcd, final String path, final String json) {
        final HttpResponse<String> answer = ask(etcd, path, json);
        assertTrue(answer.statusCode() >= 400, () -> path + " " + json + ": " + answer.body());
    }

    private static String base64(final String text) {
        return "'" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }

    private static String putOf(final String key, final String value) {
        return "{'key':" + base64(key) + ",'value':" + base64(value) + "}";
    }

    private static long number(final JsonObject answer, final String field) {
        return answer.has(field) ? answer.get(field).getAsLong() : 0;
    }

    /** The history at an entry, when nothing is under way. */
    private void hash(final ServerProcess etcd) {
        long index;
        JsonObject hash;
        do {
            index = applied(etcd);
            hash = post(etcd, "/v3/maintenance/hashkv", "{}");
        } while (index != applied(etcd));
        said.add("etcd %d %d %d %d".formatted(
                index,
                number(hash.getAsJsonObject("header"), "revision"),
                number(hash, "compact_revision"),
                number(hash, "hash")));
    }

    private long applied(final ServerProcess etcd) {
        return number(post(etcd, "/v3/maintenance/status", "{}"), "raftAppliedIndex");
    }

    private void awaitClusterVersion(final ServerProcess etcd, final String version) {
        Cluster.await(() -> etcd.versions().contains("\"etcdcluster\":\"" + version + "\""));
    }

    // ---- what it does

    private void keys(final ServerProcess etcd) {
        for (int i = 0; i < 30; i++) {
            post(etcd, PUT, putOf("k" + i % 7, "value " + i));
        }
        post(etcd, "/v3/kv/deleterange", "{'key':" + base64("k2") + ",'range_end':" + base64("k4") + "}");
        post(etcd, "/v3/kv/deleterange", "{'key':" + base64("none") + "}");
        for (int i = 0; i < 6; i++) {
            final String compare = "{'target':'VERSION','result':'GREATER','key':" + base64("k" + i) + "}";
            final String range = "{'requestRange':{'key':" + base64("k1") + "}}";
            final String delete = "{'requestDeleteRange':{'key':" + base64("then") + "}}";
            final String then = "{'requestPut':" + putOf("then", "t" + i) + "}";
            final String again = "{'requestPut':" + putOf("k" + i, "again") + "}";
            final String otherwise = "{'requestPut':" + putOf("else", "e" + i) + "}";
            post(etcd, "/v3/kv/txn", "{'compare':[" + compare + "],'success':[" + then + "," + range + "," + again
                    + "],'failure':[" + otherwise + "," + delete + "]}");
        }
        post(etcd, PUT, "{'key':" + base64("k1") + ",'ignore_value':true,'lease':'0'}");
        refused(etcd, PUT, "{'key':" + base64("none") + ",'ignore_value':true}");
        hash(etcd);
    }

    private void leases(final ServerProcess etcd) {
        for (int id = 1; id <= 3; id++) {
            post(etcd, LEASE, "{'ID':'" + id + "','TTL':'" + 1_000 * id + "'}");
            post(etcd, PUT, "{'key':" + base64("leased" + id) + ",'value':" + base64("v") + ",'lease':'" + id + "'}");
        }
        refused(etcd, LEASE, "{'ID':'1','TTL':'5'}");
        refused(etcd, PUT, "{'key':" + base64("k") + ",'lease':'99'}");
        post(etcd, "/v3/lease/revoke", "{'ID':'2'}");
        post(etcd, LEASE, "{'ID':'4','TTL':'6'}");
        post(etcd, PUT, "{'key':" + base64("short") + ",'lease':'4'}");
        Cluster.await(() -> number(post(etcd, "/v3/kv/range", "{'key':" + base64("short") + "}"), "count") == 0);
        hash(etcd);
    }

    private void users(final ServerProcess etcd) {
        post(etcd, "/v3/auth/role/add", "{'name':'reader'}");
        post(etcd, "/v3/auth/role/grant", "{'name':'reader','perm':{'permType':'READ','key':" + base64("k")
                + ",'range_end':" + base64("l") + "}}");
        post(etcd, "/v3/auth/role/add", "{'name':'root'}");
        for (final String user : List.of("root", "rita")) {
            post(etcd, "/v3/auth/user/add", "{'name':'" + user + "','password':'pass'}");
        }
        post(etcd, "/v3/auth/user/grant", "{'user':'root','role':'root'}");
        post(etcd, "/v3/auth/user/grant", "{'user':'rita','role':'reader'}");
        post(etcd, "/v3/auth/enable", "{}");
        token = token(etcd, "rita");
        refused(etcd, PUT, putOf("k1", "not hers"));
        token = token(etcd, "root");
        post(etcd, PUT, putOf("k1", "root's"));
        post(etcd, "/v3/auth/user/changepw", "{'name':'rita','password':'word'}");
        post(etcd, "/v3/auth/role/revoke", "{'role':'reader','key':" + base64("k")
                + ",'range_end':" + base64("l") + "}");
        token = token(etcd, "root");
        post(etcd, "/v3/auth/user/revoke", "{'name':'rita','role':'reader'}");
        post(etcd, "/v3/auth/user/delete", "{'name':'rita'}");
        token = token(etcd, "root");
        post(etcd, "/v3/auth/role/delete", "{'role':'reader'}");
        token = token(etcd, "root");
        post(etcd, "/v3/auth/disable", "{}");
        token = "";
        hash(etcd);
    }

    private String token(final ServerProcess etcd, final String user) {
        return post(etcd, "/v3/auth/authenticate", "{'name':'" + user + "','password':'pass'}")
                .get("token")
                .getAsString();
    }

    private void members(final ServerProcess etcd) {
        final String added = post(
                        etcd, "/v3/cluster/member/add", "{'peerURLs':['http://127.0.0.1:1'],'isLearner':true}")
                .getAsJsonObject("member")
                .get("ID")
                .getAsString();
        post(etcd, "/v3/cluster/member/update", "{'ID':'" + added + "','peerURLs':['http://127.0.0.1:2']}");
        refused(etcd, "/v3/cluster/member/promote", "{'ID':'" + added + "'}");
        post(etcd, PUT, putOf("k1", "with a learner"));
        post(etcd, "/v3/cluster/member/remove", "{'ID':'" + added + "'}");
        hash(etcd);
    }

    private void alarms(final ServerProcess etcd) {
        final String alarm = "{'action':'%s','memberID':'5','alarm':'NOSPACE'}";
        post(etcd, "/v3/maintenance/alarm", alarm.formatted("ACTIVATE"));
        refused(etcd, PUT, putOf("k1", "no space"));
        post(etcd, "/v3/kv/deleterange", "{'key':" + base64("k5") + "}");
        post(etcd, "/v3/maintenance/alarm", alarm.formatted("DEACTIVATE"));
        hash(etcd);
    }

    private void compactions(final ServerProcess etcd) {
        for (final int revision : List.of(10, 35)) {
            post(etcd, "/v3/kv/compaction", "{'revision':'" + revision + "','physical':true}");
            post(etcd, PUT, putOf("k1", "after " + revision));
            hash(etcd);
        }
        refused(etcd, "/v3/kv/compaction", "{'revision':'20'}");
    }

    /** To the minor version before, and not in the end. */
    private void downgrade(final ServerProcess etcd, final String version, final String before) {
        final String path = "/v3/maintenance/downgrade";
        Cluster.await(() ->
                ask(etcd, path, "{'action':'VALIDATE','version':'" + before + "'}").statusCode() == 200);
        post(etcd, path, "{'action':'ENABLE','version':'" + before + "'}");
        awaitClusterVersion(etcd, before + ".0");
        post(etcd, PUT, putOf("k1", "in " + before));
        hash(etcd);
        post(etcd, path, "{'action':'CANCEL'}");
        awaitClusterVersion(etcd, version + ".0");
        post(etcd, PUT, putOf("k1", "in " + version));
        hash(etcd);
    }

    private void life(final ServerKind kind) throws InterruptedException {
        try (ServerProcess etcd = ServerProcess.start(kind, folder)) {
            keys(etcd);
            leases(etcd);
            users(etcd);
            etcd.terminate();
        }
        try (ServerProcess etcd = ServerProcess.start(kind, folder)) {
            members(etcd);
            alarms(etcd);
            compactions(etcd);
            switch (kind) {
                case ETCD_3_6 -> downgrade(etcd, "3.6", "3.5");
                case ETCD_3_7 -> downgrade(etcd, "3.7", "3.6");
                default -> { }
            }
            keys(etcd);
            etcd.terminate();
        }
    }

    /** What is in entries, by the names of etcd's requests. */
    private static Set<String> kinds(final List<Entry> entries) throws InvalidProtocolBufferException {
        final var kinds = new TreeSet<String>();
        for (final Entry entry : entries) {
            if (entry.getType() != EntryType.EntryNormal) {
                kinds.add("change of members");
                continue;
            }
            try {
                InternalRaftRequest.parseFrom(entry.getData()).getAllFields().keySet().stream()
                        .map(FieldDescriptor::getName)
                        .forEach(kinds::add);
            } catch (final InvalidProtocolBufferException bare) {
                kinds.add("v2");
            }
        }
        return kinds;
    }

    @ParameterizedTest
    @EnumSource(names = {"ETCD_3_5", "ETCD_3_6", "ETCD_3_7"})
    void anEtcdWritesItsLog(final ServerKind kind) throws IOException, InterruptedException {
        life(kind);
        final List<Entry> entries = EtcdWal.entries(folder.resolve("data/member/wal"));
        assertEquals(1, entries.getFirst().getIndex());
        assertEquals(entries.size(), entries.getLast().getIndex());
        final Set<String> kinds = kinds(entries);
        final var wanted = new TreeSet<>(List.of(
                "put", "delete_range", "txn", "compaction", "lease_grant", "lease_revoke", "alarm", "auth_enable",
                "auth_disable", "auth_user_add", "auth_role_grant_permission", "authenticate", "change of members"));
        wanted.addAll(kind == ServerKind.ETCD_3_5
                ? List.of("v2")
                : List.of("cluster_version_set", "cluster_member_attr_set", "downgrade_info_set"));
        wanted.removeAll(kinds);
        assertEquals(Set.of(), wanted, "never written");
        final List<String> lines = new ArrayList<>();
        for (final Entry entry : entries) {
            lines.add("%d %d %s =%s".formatted(
                    entry.getIndex(),
                    entry.getTerm(),
                    entry.getType(),
                    Base64.getEncoder().encodeToString(entry.getData().toByteArray())));
        }
        lines.addAll(said);
        final Path target = Path.of(System.getProperty("corpus.folder", "target/corpus"));
        final String name = kind.name().toLowerCase(Locale.ROOT).replace("etcd_3_", "etcd-3.") + ".txt";
        Files.write(Files.createDirectories(target).resolve(name), lines);
    }
}
