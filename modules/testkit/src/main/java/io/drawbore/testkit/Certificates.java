package io.drawbore.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An authority and certificates of it, for tests with TLS, as PEM files in a folder: {@code ca.pem}, and for each name
 * {@code <name>.pem} and {@code <name>-key.pem}. Made by the JDK's keytool. One thread.
 */
public final class Certificates {
    private static final String PASSWORD = "no-secret";
    private static final String CA = "ca";
    private static final long PATIENCE_SECONDS = 120;

    private final Path folder;
    private final Path store;

    /** Makes an authority whose files lie in a folder, which must be there. */
    public Certificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("store.p12");
        keytool(CA, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + CA, "-ext", "bc:c", "-validity", "30");
        write(folder.resolve("ca.pem"), "CERTIFICATE", encoded(certificate(CA)));
    }

    /** The file with the authority's certificate. */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    /** The file with the certificate of a name. */
    public Path certificate(String name, String suffix) {
        return folder.resolve(name + suffix + ".pem");
    }

    /** Issues a certificate for 127.0.0.1 and localhost, for servers and clients, in place of an earlier one. */
    public Certificates issue(String name) {
        Path request = folder.resolve(name + ".csr");
        Path answer = folder.resolve(name + ".crt");
        if (Files.exists(answer)) {
            keytool(name, "-delete");
        }
        keytool(name, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-validity", "30");
        keytool(name, "-certreq", "-file", request.toString());
        keytool(
                CA,
                "-gencert",
                "-infile",
                request.toString(),
                "-outfile",
                answer.toString(),
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-ext",
                "eku=serverAuth,clientAuth",
                "-validity",
                "30");
        keytool(name, "-importcert", "-noprompt", "-file", answer.toString());
        write(certificate(name, ""), "CERTIFICATE", encoded(certificate(name)));
        write(certificate(name, "-key"), "PRIVATE KEY", key(name).getEncoded());
        return this;
    }

    private void keytool(String alias, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                arguments[0],
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                alias));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        try {
            Path output = folder.resolve("keytool.txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(command + ": " + Files.readString(output));
            }
        } catch (IOException e) {
            throw new IllegalStateException("keytool does not run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private KeyStore open() throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private Certificate certificate(String alias) {
        try {
            return open().getCertificate(alias);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Key key(String alias) {
        try {
            return open().getKey(alias, PASSWORD.toCharArray());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, String label, byte[] bytes) {
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes)
                + "\n-----END " + label + "-----\n";
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
