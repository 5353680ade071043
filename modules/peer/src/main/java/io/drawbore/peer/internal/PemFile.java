package io.drawbore.peer.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys as operators have them: PEM, keys in PKCS 8, or as OpenSSL and cfssl wrote them once. */
final class PemFile {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int CURVE = 0xa0;
    private static final int LONG_FORM = 0x80;
    private static final byte[] VERSION = HexFormat.of().parseHex("020100");
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private PemFile() {}

    private record Block(String label, ByteString content) {
        byte[] bytes() {
            return content.toByteArray();
        }

        boolean isKey() {
            return label.endsWith("PRIVATE KEY");
        }
    }

    /**
     * All certificates of a file, in its order.
     *
     * @throws StorageException where there is none, or one can't be read
     */
    static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(file)) {
                if (block.label.equals("CERTIFICATE")) {
                    certificates.add((X509Certificate) factory.generateCertificate(
                            new ByteArrayInputStream(block.bytes())));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new StorageException(file + ": a certificate can't be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new StorageException(file + ": there is no certificate in it");
        }
        return certificates;
    }

    /**
     * The key of a file.
     *
     * @throws StorageException where there is none that can be read
     */
    static PrivateKey key(Path file) {
        Block block = blocks(file).stream()
                .filter(Block::isKey)
                .findFirst()
                .orElseThrow(() -> new StorageException(file + ": there is no private key in it"));
        try {
            return key(switch (block.label) {
                case "PRIVATE KEY" -> block.bytes();
                case "RSA PRIVATE KEY" -> sequence(VERSION, RSA, element(OCTETS, block.bytes()));
                case "EC PRIVATE KEY" ->
                    sequence(VERSION, sequence(EC, curve(block.bytes())), element(OCTETS, block.bytes()));
                default -> throw new GeneralSecurityException("it is of the kind " + block.label);
            });
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new StorageException(file + ": its private key can't be read: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        GeneralSecurityException last = new GeneralSecurityException("no kind of key");
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw last;
    }

    private static List<Block> blocks(Path file) {
        List<Block> blocks = new ArrayList<>();
        try {
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                byte[] content = Base64.getMimeDecoder().decode(matcher.group(2));
                blocks.add(new Block(matcher.group(1), ByteString.copyFrom(content)));
            }
        } catch (IOException e) {
            throw new StorageException(file + ": can't be read: " + e.getMessage(), e);
        }
        return blocks;
    }

    // ---- as much of DER as keys of old need

    private static byte[] sequence(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (byte[] part : parts) {
            all.put(part);
        }
        return element(SEQUENCE, all.array());
    }

    private static byte[] element(int tag, byte[] content) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(content.length);
        int lengthBytes = content.length < LONG_FORM ? 0 : (bits + Byte.SIZE - 1) / Byte.SIZE;
        ByteBuffer element = ByteBuffer.allocate(2 + lengthBytes + content.length).put((byte) tag);
        if (lengthBytes == 0) {
            element.put((byte) content.length);
        } else {
            element.put((byte) (LONG_FORM | lengthBytes));
            for (int i = lengthBytes - 1; i >= 0; i--) {
                element.put((byte) (content.length >> (8 * i)));
            }
        }
        return element.put(content).array();
    }

    /** The curve that an EC key of old names: behind its version and number. */
    private static byte[] curve(byte[] sec1) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(sec1);
        in.get();
        length(in);
        while (in.hasRemaining()) {
            int tag = Byte.toUnsignedInt(in.get());
            byte[] content = new byte[length(in)];
            in.get(content);
            if (tag == CURVE) {
                return content;
            }
        }
        throw new GeneralSecurityException("it doesn't say its curve");
    }

    private static int length(ByteBuffer in) {
        int first = Byte.toUnsignedInt(in.get());
        if (first < LONG_FORM) {
            return first;
        }
        int length = 0;
        for (int i = first - LONG_FORM; i > 0; i--) {
            length = length << 8 | Byte.toUnsignedInt(in.get());
        }
        return length;
    }
}
