package io.drawbore.peer.internal;

import io.drawbore.api.StorageException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate and its key, read again for the next connection whenever the files have changed; what can't be read
 * leaves the one before in force. Any thread.
 */
final class FileKeys extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(FileKeys.class);

    private final Path certFile;
    private final Path keyFile;

    // guarded by this
    private Pair current;
    private Pair before;

    /** What was read, and when the files had last been written then. */
    private record Pair(
            String alias, List<X509Certificate> chain, PrivateKey key, FileTime certTime, FileTime keyTime) {}

    /**
     * Reads the files.
     *
     * @throws StorageException where they can't be read
     */
    FileKeys(Path certFile, Path keyFile) {
        this.certFile = certFile;
        this.keyFile = keyFile;
        try {
            current = read("1", time(certFile), time(keyFile));
        } catch (IOException e) {
            throw new StorageException("can't be read: " + e.getMessage(), e);
        }
        before = current;
    }

    private Pair read(String alias, FileTime certTime, FileTime keyTime) {
        return new Pair(alias, PemFile.certificates(certFile), PemFile.key(keyFile), certTime, keyTime);
    }

    private static FileTime time(Path file) throws IOException {
        return Files.getLastModifiedTime(file);
    }

    private synchronized Pair current() {
        try {
            FileTime certTime = time(certFile);
            FileTime keyTime = time(keyFile);
            if (!certTime.equals(current.certTime) || !keyTime.equals(current.keyTime)) {
                Pair read = read(current.alias + "+", certTime, keyTime);
                before = current;
                current = read;
            }
        } catch (IOException | StorageException e) {
            LOG.atWarn().addKeyValue("file", certFile).log("the certificate stays as it was: {}", e.getMessage());
        }
        return current;
    }

    private synchronized @Nullable Pair find(String alias) {
        if (current.alias.equals(alias)) {
            return current;
        }
        return before.alias.equals(alias) ? before : null;
    }

    private @Nullable String alias(@Nullable String... keyTypes) {
        Pair pair = current();
        for (String keyType : keyTypes) {
            if (pair.key.getAlgorithm().equalsIgnoreCase(keyType)) {
                return pair.alias;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyTypes);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyTypes);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = alias(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return getClientAliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Pair pair = find(alias);
        return pair == null ? null : pair.chain.toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Pair pair = find(alias);
        return pair == null ? null : pair.key;
    }
}
