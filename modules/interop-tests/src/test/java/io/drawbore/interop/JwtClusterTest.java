package io.drawbore.interop;

import static io.drawbore.interop.ServerKind.DRAWBORE_WITH_JWT;
import static io.drawbore.interop.ServerKind.ETCD_3_7;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ours and a real etcd have the same keys: each takes the tokens that the other has signed, and refuses the same. */
@Tag("full")
class JwtClusterTest {
    private static final String ROOT = "--user=root:secret";
    private static final String OLD = "etcdserver: revision of auth store is old";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"PS256, RSA", "ES384, secp384r1", "EdDSA, Ed25519"})
    void eachTakesTheOthersTokens(final String method, final String kind) throws Exception {
        final String flags = "--auth-token=jwt,sign-method=" + method + keys(kind) + ",ttl=10m";
        final List<ServerKind> kinds = List.of(DRAWBORE_WITH_JWT, ETCD_3_7, ETCD_3_7);
        try (Cluster cluster = Cluster.found(folder, kinds, Cluster.Setup.of(flags));
                HttpClient http = HttpClient.newHttpClient()) {
            cluster.ctlAt(0, "user", "add", "root:secret");
            cluster.ctlAt(1, "user", "grant-role", "root", "root");
            cluster.ctlAt(0, "auth", "enable");
            for (int issuer = 0; issuer < 2; issuer++) {
                final String token = token(http, cluster.client(issuer));
                for (int i = 0; i < cluster.size(); i++) {
                    final JsonObject put = put(http, cluster.client(i), token);
                    assertEquals("", message(put), put::toString);
                }
                cluster.ctlAt(issuer, ROOT, "user", "add", "later" + issuer + ":x");
                for (int i = 0; i < cluster.size(); i++) {
                    assertEquals(OLD, message(put(http, cluster.client(i), token)));
                }
            }
            cluster.ctlAt(2, ROOT, "auth", "disable");
            cluster.assertSame();
        }
    }

    private String keys(final String kind) throws GeneralSecurityException, IOException {
        final KeyPairGenerator generator;
        if (kind.startsWith("secp")) {
            generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(kind));
        } else {
            generator = KeyPairGenerator.getInstance(kind);
        }
        final KeyPair pair = generator.generateKeyPair();
        return ",priv-key=" + pem("PRIVATE KEY", pair.getPrivate()) + ",pub-key=" + pem("PUBLIC KEY", pair.getPublic());
    }

    private Path pem(final String title, final Key key) throws IOException {
        return Files.writeString(
                folder.resolve(title.replace(' ', '-') + ".pem"),
                "-----BEGIN " + title + "-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                        + "\n-----END " + title + "-----\n");
    }

    private static String token(final HttpClient http, final String member) throws Exception {
        final HttpRequest login = HttpRequest.newBuilder(URI.create(member + "/v3/auth/authenticate"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"root\",\"password\":\"secret\"}"))
                .build();
        return send(http, login).get("token").getAsString();
    }

    private static JsonObject put(final HttpClient http, final String member, final String token) throws Exception {
        return send(http, HttpRequest.newBuilder(URI.create(member + "/v3/kv/put"))
                .header("Authorization", token)
                .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"YQ==\",\"value\":\"MQ==\"}"))
                .build());
    }

    private static JsonObject send(final HttpClient http, final HttpRequest request) throws Exception {
        final String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return JsonParser.parseString(body).getAsJsonObject();
    }

    private static String message(final JsonObject answer) {
        return answer.has("message") ? answer.get("message").getAsString() : "";
    }
}
