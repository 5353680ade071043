package io.drawbore.packaging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests in the form that tools print. */
final class Checksum {
    private Checksum() {}

    static String sha256(final byte[] bytes) {
        return hex("SHA-256", bytes);
    }

    static String md5(final byte[] bytes) {
        return hex("MD5", bytes);
    }

    private static String hex(final String algorithm, final byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (final NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
