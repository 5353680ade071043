package io.drawbore.jwt.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.drawbore.api.TokenProvider.Holder;
import io.drawbore.api.TokenProvider.Tokens;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes and reads tokens with etcd's claims: {@code username}, {@code revision} and {@code exp}. Any thread. */
final class JwtTokens implements Tokens {
    private static final String USER = "username";
    private static final String REVISION = "revision";

    private final JwtKeys keys;
    private final Duration ttl;
    private final Clock clock;

    JwtTokens(JwtKeys keys, Duration ttl, Clock clock) {
        this.keys = keys;
        this.ttl = ttl;
        this.clock = clock;
    }

    @Override
    public String issue(String user, long authRevision) {
        JWSSigner signer = keys.signer();
        if (signer == null) {
            throw new IllegalStateException("auth: token signing attempted with verify-only key");
        }
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .claim(USER, user)
                .claim(REVISION, authRevision)
                .expirationTime(Date.from(clock.instant().plus(ttl)))
                .build();
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(keys.algorithm()).type(JOSEObjectType.JWT).build(), claims);
        try {
            token.sign(signer);
        } catch (JOSEException failed) {
            throw new IllegalStateException("cannot sign: " + failed.getMessage(), failed);
        }
        return token.serialize();
    }

    @Override
    public Optional<Holder> verify(String token) {
        try {
            SignedJWT signed = SignedJWT.parse(token);
            // Whoever made it doesn't choose how it is judged.
            if (!signed.getHeader().getAlgorithm().equals(keys.algorithm()) || !signed.verify(keys.verifier())) {
                return Optional.empty();
            }
            return holder(signed.getJWTClaimsSet());
        } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException worthNothing) {
            return Optional.empty();
        }
    }

    private Optional<Holder> holder(JWTClaimsSet claims) throws ParseException {
        @Nullable String user = claims.getStringClaim(USER);
        @Nullable Long revision = claims.getLongClaim(REVISION);
        Instant now = clock.instant();
        Instant end = at(claims.getExpirationTime(), Instant.MAX);
        Instant begin = at(claims.getNotBeforeTime(), Instant.MIN);
        boolean valid = now.isBefore(end) && !now.isBefore(begin);
        return user == null || user.isEmpty() || revision == null || revision < 0 || !valid
                ? Optional.empty()
                : Optional.of(new Holder(user, revision));
    }

    private static Instant at(@Nullable Date date, Instant unless) {
        return date == null ? unless : date.toInstant();
    }
}
