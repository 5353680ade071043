package io.drawbore.jwt.internal;

import com.nimbusds.jose.JOSEException;
import io.drawbore.api.TokenProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens as etcd's {@code --auth-token=jwt} makes them, with the same options: {@code sign-method} (RS, PS, ES and HS
 * with 256, 384 or 512, and EdDSA), {@code priv-key} and {@code pub-key} (files in PEM; for HS the private one is the
 * secret as it stands) and {@code ttl}. Without a private key tokens are read and none are made.
 */
final class JwtProvider implements TokenProvider {
    private static final String SIGN_METHOD = "sign-method";
    private static final String PUBLIC_KEY = "pub-key";
    private static final String PRIVATE_KEY = "priv-key";
    private static final String TTL = "ttl";
    private static final Set<String> KNOWN = Set.of(SIGN_METHOD, PUBLIC_KEY, PRIVATE_KEY, TTL);
    private static final Duration DEFAULT_TTL = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "jwt";
    }

    @Override
    public Tokens open(Map<String, String> options) {
        options.keySet().stream().filter(option -> !KNOWN.contains(option)).sorted().findFirst().ifPresent(unknown -> {
            throw new IllegalArgumentException(
                    "unknown option \"" + unknown + "\"; there are: priv-key, pub-key, sign-method, ttl");
        });
        String method = options.getOrDefault(SIGN_METHOD, "");
        SignMethod signMethod = SignMethod.of(method)
                .orElseThrow(() -> new IllegalArgumentException("sign-method=" + method
                        + " is none: RS, PS, ES or HS with 256, 384 or 512, or EdDSA are"));
        byte @Nullable [] privateKey = file(PRIVATE_KEY, options);
        byte @Nullable [] publicKey = file(PUBLIC_KEY, options);
        try {
            return new JwtTokens(signMethod.keys(privateKey, publicKey), ttl(options), Clock.systemUTC());
        } catch (GeneralSecurityException | JOSEException unusable) {
            throw new IllegalArgumentException(
                    "the keys are none for " + method + ": " + unusable.getMessage(), unusable);
        }
    }

    private static byte @Nullable [] file(String option, Map<String, String> options) {
        String name = options.getOrDefault(option, "");
        if (name.isEmpty()) {
            return null;
        }
        try {
            return Files.readAllBytes(Path.of(name));
        } catch (IOException | InvalidPathException unreadable) {
            throw new IllegalArgumentException(option + "=" + name + " cannot be read: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    private static Duration ttl(Map<String, String> options) {
        String told = options.getOrDefault(TTL, "");
        Duration ttl = told.isEmpty() ? DEFAULT_TTL : GoDuration.parse(told);
        if (!ttl.isPositive()) {
            throw new IllegalArgumentException("ttl=" + told + " is no time to live: one such as 10m is wanted");
        }
        return ttl;
    }
}
