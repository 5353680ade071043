package io.drawbore.jwt.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import io.drawbore.api.TokenProvider;
import io.drawbore.api.TokenProvider.Holder;
import io.drawbore.api.TokenProvider.Tokens;
import io.drawbore.testkit.TokenProviderContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of every kind, the options that are wrong, and tokens that others have made. */
class JwtProviderTest {
    private static final byte[] SECRET = "a secret that has at least sixty-four bytes, for the longest of all methods!!"
            .getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final TokenProvider provider = new JwtProvider();

    /** The contract, with a secret. */
    @Nested
    class Contract extends TokenProviderContract {
        @Override
        protected TokenProvider provider() {
            return new JwtProvider();
        }

        @Override
        protected Map<String, String> options() {
            try {
                return Map.of("sign-method", "HS256", "priv-key",
                        Files.write(folder.resolve("secret"), SECRET).toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** One of RSA takes a while to find. */
    private static final Map<String, KeyPair> PAIRS = new HashMap<>();

    private static KeyPair pair(String method, String owner) throws GeneralSecurityException {
        String kind = (method.startsWith("RS") || method.startsWith("PS") ? "RSA" : method) + owner;
        if (!PAIRS.containsKey(kind)) {
            PAIRS.put(kind, newPair(method));
        }
        return PAIRS.get(kind);
    }

    private static KeyPair newPair(String method) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(switch (method.charAt(0)) {
            case 'R', 'P' -> "RSA";
            default -> method.equals("EdDSA") ? "Ed25519" : "EC";
        });
        if (method.startsWith("ES")) {
            generator.initialize(new ECGenParameterSpec(
                    "secp" + (method.endsWith("512") ? "521" : method.substring(2)) + "r1"));
        } else if (!method.equals("EdDSA")) {
            generator.initialize(2048);
        }
        return generator.generateKeyPair();
    }

    private String pem(String name, String title, Key key) throws IOException {
        String text = "-----BEGIN " + title + "-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END " + title + "-----\n";
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
    void whoHasThePublicKeyReadsWhatThePrivateOneHasSigned(String method) throws Exception {
        KeyPair pair = pair(method, "ours");
        Map<String, String> both = Map.of("sign-method", method, "priv-key",
                pem("private", "PRIVATE KEY", pair.getPrivate()), "pub-key",
                pem("public", "PUBLIC KEY", pair.getPublic()));
        String token = provider.open(both).issue("alice", 7);
        assertEquals(Optional.of(new Holder("alice", 7)), provider.open(both).verify(token));

        Tokens reading = provider.open(Map.of("sign-method", method, "pub-key", both.get("pub-key")));
        assertEquals(Optional.of(new Holder("alice", 7)), reading.verify(token));
        assertThrows(IllegalStateException.class, () -> reading.issue("alice", 7));

        Map<String, String> others = new HashMap<>(both);
        others.put("pub-key", pem("other", "PUBLIC KEY", pair(method, "others").getPublic()));
        assertEquals("pub-key is not that of priv-key",
                assertThrows(IllegalArgumentException.class, () -> provider.open(others)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "EdDSA"})
    void aPrivateKeyAloneIsEnough(String method) throws Exception {
        KeyPair pair = pair(method, "ours");
        Map<String, String> alone =
                Map.of("sign-method", method, "priv-key", pem("private", "PRIVATE KEY", pair.getPrivate()));
        assertEquals("alice", provider.open(alone).verify(provider.open(alone).issue("alice", 7)).orElseThrow().user());
    }

    /** The confusion of a public key with a secret, and of a token that says it needs no signature. */
    @Test
    void aTokenDoesNotChooseHowItIsJudged() throws Exception {
        KeyPair pair = pair("RS256", "ours");
        String file = pem("public", "PUBLIC KEY", pair.getPublic());
        Tokens tokens = provider.open(Map.of("sign-method", "RS256", "pub-key", file));
        byte[] known = Files.readAllBytes(Path.of(file));
        JwtKeys confused = new JwtKeys(JWSAlgorithm.HS256, new MACSigner(known), new MACVerifier(known));
        String forged = new JwtTokens(confused, Duration.ofMinutes(5), Clock.systemUTC()).issue("root", 7);
        assertEquals(Optional.empty(), tokens.verify(forged));
        String head = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"none\"}".getBytes(
                StandardCharsets.UTF_8));
        assertEquals(Optional.empty(), tokens.verify(head + "." + forged.split("\\.", -1)[1] + "."));
    }

    @Test
    void aTokenIsOverAfterItsTime() throws Exception {
        JwtKeys keys = new JwtKeys(JWSAlgorithm.HS256, new MACSigner(SECRET), new MACVerifier(SECRET));
        Instant then = Instant.parse("2030-01-01T00:00:00Z");
        Tokens before = new JwtTokens(keys, Duration.ofMinutes(5), Clock.fixed(then, ZoneOffset.UTC));
        String token = before.issue("alice", 7);
        assertEquals("alice", before.verify(token).orElseThrow().user());
        Clock later = Clock.fixed(then.plus(Duration.ofMinutes(5)), ZoneOffset.UTC);
        assertEquals(Optional.empty(), new JwtTokens(keys, Duration.ofMinutes(5), later).verify(token));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sign-method=none | sign-method=none is none: RS, PS, ES or HS with 256, 384 or 512, or EdDSA are",
        "sign-method=RS256 | priv-key and pub-key are missing: one of them is needed",
        "sign-method=HS256 | priv-key is missing: the file with the secret",
        "sign-method=HS256,priv-key=SECRET,ttl=soon | ttl=soon is no time to live: one such as 10m is wanted",
        "sign-method=HS256,priv-key=SECRET,life=1 | unknown option \"life\"; there are: priv-key, pub-key, sign-method,"
                + " ttl",
        "sign-method=RS256,pub-key=SECRET | the keys are none for RS256: no block of PEM with a PUBLIC KEY or"
                + " CERTIFICATE"})
    void whatIsWrongIsSaidInOneLine(String told, String line) throws IOException {
        String secret = Files.write(folder.resolve("secret"), SECRET).toString();
        Map<String, String> options = new HashMap<>();
        for (String option : told.replace("SECRET", secret).split(",", -1)) {
            options.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        assertEquals(line,
                assertThrows(IllegalArgumentException.class, () -> provider.open(options)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"5m, 300000", "1h30m, 5400000", "1.5s, 1500", "250ms, 250", "'', 0", "5, 0", "-5m, 0", "1d, 0"})
    void timesAreWrittenAsInGo(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), GoDuration.parse(text));
    }
}
