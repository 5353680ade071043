package io.drawbore.peer.internal;

import io.drawbore.api.StorageException;
import io.drawbore.peer.PeerTls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** Jetty's TLS, from the files of a member. */
public final class TlsContexts {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private TlsContexts() {}

    /**
     * For those who connect to this member.
     *
     * @throws StorageException where a file can't be read
     */
    public static SslContextFactory.Server server(PeerTls tls) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(context(tls, new FileKeys(tls.certFile(), tls.keyFile())));
        factory.setIncludeProtocols(PROTOCOLS);
        factory.setNeedClientAuth(tls.clientCertAuth() || tls.trustedCaFile() != null);
        return factory;
    }

    /**
     * For those whom this member connects to.
     *
     * @throws StorageException where a file can't be read
     */
    public static SslContextFactory.Client client(@Nullable PeerTls tls) {
        SslContextFactory.Client factory = new SslContextFactory.Client();
        if (tls != null) {
            Path certFile = tls.clientCertFile();
            Path keyFile = tls.clientKeyFile();
            factory.setSslContext(context(tls, certFile == null || keyFile == null
                    ? new FileKeys(tls.certFile(), tls.keyFile())
                    : new FileKeys(certFile, keyFile)));
        }
        factory.setIncludeProtocols(PROTOCOLS);
        return factory;
    }

    private static SSLContext context(PeerTls tls, FileKeys keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust(tls)}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new StorageException("the peer port's TLS can't be set up: " + e.getMessage(), e);
        }
    }

    private static TrustManager trust(PeerTls tls) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities(tls.trustedCaFile()));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager trust) {
                return new AllowedPeers(trust, tls.allowedCommonNames(), tls.allowedHosts());
            }
        }
        throw new GeneralSecurityException("this Java checks no certificates");
    }

    /** Null stands for those of the machine. */
    private static @Nullable KeyStore authorities(@Nullable Path file) throws GeneralSecurityException, IOException {
        if (file == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        for (X509Certificate certificate : PemFile.certificates(file)) {
            store.setCertificateEntry("ca-" + count, certificate);
            count++;
        }
        return store;
    }
}
