package io.drawbore.peer.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in the forms that operators have. */
class PemFileTest {
    /** In the PKCS 8 form of such a key the older form begins there. */
    private static final int PKCS1_BEGINS = 26;

    @TempDir
    Path folder;

    @Test
    void anRsaKeyIsReadInBothForms() throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        byte[] pkcs8 = key.getEncoded();

        assertEquals(key, PemFile.key(pem("PRIVATE KEY", pkcs8)));
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, PKCS1_BEGINS, pkcs8.length);
        assertEquals(key, PemFile.key(pem("RSA PRIVATE KEY", pkcs1)));
    }

    /** As OpenSSL writes it; made for this test, and used nowhere. */
    @Test
    void anEcKeyOfOpensslIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("ec.pem"), """
                -----BEGIN EC PARAMETERS-----
                BggqhkjOPQMBBw==
                -----END EC PARAMETERS-----
                -----BEGIN EC PRIVATE KEY-----
                MHcCAQEEIOzbt7VlHtyrdNd0AbWqfXuw5fyXV/pGAVweaFMYqJZKoAoGCCqGSM49
                AwEHoUQDQgAETXMmSqJicTddmFOJloxeDw8U+MBW+EYeTrR7Lvg048PXT1iPwnhz
                i3jDlKceANMnbW0MO8BNSlFZptC14Gdxmg==
                -----END EC PRIVATE KEY-----
                """);
        assertEquals(256, ((ECPrivateKey) PemFile.key(file)).getParams().getOrder().bitLength());
    }

    @Test
    void whatIsNoKeyIsRefusedByTheFilesName() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        String message = assertThrows(StorageException.class, () -> PemFile.key(empty)).getMessage();
        assertEquals(empty + ": there is no private key in it", message);
        assertThrows(StorageException.class, () -> PemFile.key(pem("EC PRIVATE KEY", new byte[] {1, 2, 3})));
        assertThrows(StorageException.class, () -> PemFile.key(pem("RSA PRIVATE KEY", new byte[] {1, 2, 3})));
        assertThrows(StorageException.class, () -> PemFile.certificates(empty));
        assertThrows(StorageException.class, () -> PemFile.certificates(pem("CERTIFICATE", new byte[] {1, 2, 3})));
        assertThrows(StorageException.class, () -> PemFile.key(folder.resolve("missing")));
    }

    private Path pem(String label, byte[] bytes) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(bytes);
        String text = "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
        return Files.writeString(folder.resolve("key.pem"), text);
    }
}
