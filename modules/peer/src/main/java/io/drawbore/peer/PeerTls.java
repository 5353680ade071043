package io.drawbore.peer;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files by which members prove each other who they are; all PEM. A certificate and its key are read again for the
 * next connection once they have changed.
 *
 * @param certFile what this member shows who connects
 * @param keyFile its key
 * @param clientCertFile what it shows where it connects; null for the same
 * @param clientKeyFile its key; null for the same
 * @param trustedCaFile who signs the certificates of the others; null for whom the machine trusts
 * @param clientCertAuth whether those who connect have to show one; they have to where {@code trustedCaFile} is given
 * @param allowedCommonNames one of which a certificate has to bear; none for any
 * @param allowedHosts for one of which a certificate has to be; none for any
 */
public record PeerTls(
        Path certFile,
        Path keyFile,
        @Nullable Path clientCertFile,
        @Nullable Path clientKeyFile,
        @Nullable Path trustedCaFile,
        boolean clientCertAuth,
        List<String> allowedCommonNames,
        List<String> allowedHosts) {
    /** Keeps copies of the lists. */
    public PeerTls {
        allowedCommonNames = List.copyOf(allowedCommonNames);
        allowedHosts = List.copyOf(allowedHosts);
    }
}
