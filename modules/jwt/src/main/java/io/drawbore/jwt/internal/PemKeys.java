package io.drawbore.jwt.internal;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads keys as operators of etcd have them: PEM as OpenSSL writes it, its older forms included. Stateless. */
final class PemKeys {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final byte[] RSA = Der.hex("300d06092a864886f70d0101010500");
    private static final byte[] EC = Der.hex("06072a8648ce3d0201");
    private static final byte[] ZERO = Der.hex("020100");

    private PemKeys() {}

    /** What stands in a file. */
    private static final class Block {
        private final String title;
        private final byte[] bytes;

        private Block(String title, byte[] bytes) {
            this.title = title;
            this.bytes = bytes;
        }

        /** The first whose title ends so. */
        static Block of(byte[] pem, String... ends) throws InvalidKeyException {
            Matcher found = BLOCK.matcher(new String(pem, StandardCharsets.US_ASCII));
            while (found.find()) {
                for (String end : ends) {
                    if (found.group(1).endsWith(end)) {
                        return new Block(found.group(1), Base64.getMimeDecoder().decode(found.group(2)));
                    }
                }
            }
            throw new InvalidKeyException("no block of PEM with a " + String.join(" or ", ends));
        }
    }

    static PrivateKey privateKey(String family, byte[] pem) throws GeneralSecurityException {
        Block block = Block.of(pem, "PRIVATE KEY");
        byte[] pkcs8 = switch (block.title) {
            case "RSA PRIVATE KEY" -> Der.of(0x30, ZERO, RSA, Der.of(0x04, block.bytes));
            case "EC PRIVATE KEY" -> Der.of(0x30, ZERO, Der.of(0x30, EC, curve(block.bytes)),
                    Der.of(0x04, block.bytes));
            default -> block.bytes;
        };
        return KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    static PublicKey publicKey(String family, byte[] pem) throws GeneralSecurityException {
        Block block = Block.of(pem, "PUBLIC KEY", "CERTIFICATE");
        byte[] encoded = switch (block.title) {
            case "CERTIFICATE" -> CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.bytes)).getPublicKey().getEncoded();
            case "RSA PUBLIC KEY" -> Der.of(0x30, RSA, Der.of(0x03, new byte[1], block.bytes));
            default -> block.bytes;
        };
        return KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** The public key of a private one. */
    static PublicKey publicOf(String family, PrivateKey key, byte[] pem) throws GeneralSecurityException {
        return switch (key) {
            case RSAPrivateCrtKey rsa -> KeyFactory.getInstance(family)
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
            case EdECPrivateKey ed -> ofSeed(ed);
            default -> ofPoint(family, pem);
        };
    }

    /** The private key is what its generator drew by chance; so let it draw that again. */
    private static PublicKey ofSeed(EdECPrivateKey key) throws GeneralSecurityException {
        byte[] seed = key.getBytes().orElseThrow(() -> new InvalidKeyException("the key keeps its bytes"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, bytes.length);
            }
        });
        return generator.generateKeyPair().getPublic();
    }

    /** OpenSSL and Go write a private key of a curve with its point. */
    private static PublicKey ofPoint(String family, byte[] pem) throws GeneralSecurityException {
        Block block = Block.of(pem, "PRIVATE KEY");
        byte[] key = block.bytes;
        byte[] curve;
        if (block.title.equals("EC PRIVATE KEY")) {
            curve = curve(key);
        } else {
            Der.Item pkcs8 = Der.item(key, 0);
            curve = pkcs8.child(1).child(1).whole();
            key = pkcs8.child(2).content();
        }
        byte[] point = Der.item(key, 0).tagged(0xa1)
                .orElseThrow(() -> new InvalidKeyException("priv-key has no point, so pub-key is needed too"))
                .content();
        byte[] encoded = Der.of(0x30, Der.of(0x30, EC, curve), point);
        return KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static byte[] curve(byte[] sec1) throws InvalidKeyException {
        return Der.item(sec1, 0).tagged(0xa0)
                .orElseThrow(() -> new InvalidKeyException("priv-key does not say its curve"))
                .content();
    }
}
