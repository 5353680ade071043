package io.drawbore.jwt.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSProvider;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A way to sign. */
sealed interface SignMethod {
    /** That of etcd's name for it. */
    static Optional<SignMethod> of(String name) {
        if (name.equals("EdDSA")) {
            return Optional.of(new Asymmetric(JWSAlgorithm.EdDSA, "Ed25519"));
        }
        if (!name.matches("(RS|PS|ES|HS)(256|384|512)")) {
            return Optional.empty();
        }
        JWSAlgorithm algorithm = new JWSAlgorithm(name);
        return Optional.of(switch (name.charAt(0)) {
            case 'H' -> new Secret(algorithm);
            case 'E' -> new Asymmetric(algorithm, "EC");
            default -> new Asymmetric(algorithm, "RSA");
        });
    }

    /**
     * Keys for it.
     *
     * @param privateKey a file's bytes, or null
     * @param publicKey a file's bytes, or null
     * @throws IllegalArgumentException where neither is there, or one isn't the other's
     */
    JwtKeys keys(byte @Nullable [] privateKey, byte @Nullable [] publicKey)
            throws GeneralSecurityException, JOSEException;

    /** By one secret that all share. */
    record Secret(JWSAlgorithm algorithm) implements SignMethod {
        @Override
        public JwtKeys keys(byte @Nullable [] privateKey, byte @Nullable [] publicKey) throws JOSEException {
            if (privateKey == null || privateKey.length == 0) {
                throw new IllegalArgumentException("priv-key is missing: the file with the secret");
            }
            return new JwtKeys(algorithm, new MACSigner(privateKey), new MACVerifier(privateKey));
        }
    }

    /** By a private key; who has the public one can read. */
    record Asymmetric(JWSAlgorithm algorithm, String family) implements SignMethod {
        @Override
        public JwtKeys keys(byte @Nullable [] privateKey, byte @Nullable [] publicKey)
                throws GeneralSecurityException, JOSEException {
            if (privateKey == null) {
                if (publicKey == null) {
                    throw new IllegalArgumentException("priv-key and pub-key are missing: one of them is needed");
                }
                return withPublic(null, PemKeys.publicKey(family, publicKey));
            }
            PrivateKey signing = PemKeys.privateKey(family, privateKey);
            PublicKey reading = publicKey == null
                    ? PemKeys.publicOf(family, signing, privateKey)
                    : PemKeys.publicKey(family, publicKey);
            JwtKeys keys = withPublic(signing, reading);
            if (!keys.belongTogether()) {
                throw new IllegalArgumentException("pub-key is not that of priv-key");
            }
            return keys;
        }

        private JwtKeys withPublic(@Nullable PrivateKey signing, PublicKey reading) throws JOSEException {
            return switch (family) {
                case "RSA" -> new JwtKeys(
                        algorithm,
                        signing == null ? null : new RSASSASigner(signing),
                        new RSASSAVerifier((RSAPublicKey) reading));
                case "EC" -> new JwtKeys(
                        algorithm,
                        signing == null ? null : fitting(new ECDSASigner((ECPrivateKey) signing)),
                        fitting(new ECDSAVerifier((ECPublicKey) reading)));
                default -> new JwtKeys(
                        algorithm,
                        signing == null ? null : new EdSigner(signing),
                        new EdVerifier(reading));
            };
        }

        /** A curve belongs to one method only. */
        private <T extends JWSProvider> T fitting(T provider) throws JOSEException {
            if (!provider.supportedJWSAlgorithms().contains(algorithm)) {
                throw new JOSEException("the key's curve is for "
                        + List.copyOf(provider.supportedJWSAlgorithms()).getFirst());
            }
            return provider;
        }
    }
}
