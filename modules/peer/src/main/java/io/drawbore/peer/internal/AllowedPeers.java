package io.drawbore.peer.internal;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts who is trusted anyway, provided that the certificate bears a name that is allowed. Any thread. */
final class AllowedPeers extends X509ExtendedTrustManager {
    private static final int DNS_NAME = 2;
    private static final int ADDRESS = 7;

    private final X509ExtendedTrustManager trust;
    private final List<String> commonNames;
    private final List<String> hosts;

    /**
     * Narrows trust.
     *
     * @param commonNames one of which the subject has to have; none for any
     * @param hosts for one of which the certificate has to be; none for any
     */
    AllowedPeers(X509ExtendedTrustManager trust, List<String> commonNames, List<String> hosts) {
        this.trust = trust;
        this.commonNames = commonNames;
        this.hosts = hosts;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (!commonNames.isEmpty() && !commonNames.contains(commonName(chain[0]))) {
            throw new CertificateException("its common name is not among " + commonNames);
        }
        if (!hosts.isEmpty() && hosts.stream().noneMatch(host -> isFor(chain[0], host))) {
            throw new CertificateException("it is for none of " + hosts);
        }
    }

    private static @Nullable String commonName(X509Certificate certificate) throws CertificateException {
        try {
            for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(rdn.getValue());
                }
            }
            return null;
        } catch (InvalidNameException e) {
            throw new CertificateException("its subject can't be read", e);
        }
    }

    private static boolean isFor(X509Certificate certificate, String host) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> covers(name, host));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static boolean covers(List<?> name, String host) {
        String said = String.valueOf(name.get(1)).toLowerCase(Locale.ROOT);
        String asked = host.toLowerCase(Locale.ROOT);
        if (name.get(0).equals(ADDRESS)) {
            return said.equals(asked);
        }
        int dot = asked.indexOf('.');
        return name.get(0).equals(DNS_NAME)
                && (said.equals(asked) || (dot > 0 && said.equals("*" + asked.substring(dot))));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        trust.checkClientTrusted(chain, type);
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        trust.checkClientTrusted(chain, type, socket);
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        trust.checkClientTrusted(chain, type, engine);
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        trust.checkServerTrusted(chain, type);
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        trust.checkServerTrusted(chain, type, socket);
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        trust.checkServerTrusted(chain, type, engine);
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }
}
