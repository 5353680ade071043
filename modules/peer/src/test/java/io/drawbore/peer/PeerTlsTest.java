package io.drawbore.peer;

import static io.drawbore.peer.TwoMembers.A;
import static io.drawbore.peer.TwoMembers.B;
import static io.drawbore.peer.TwoMembers.assertArrives;
import static io.drawbore.peer.TwoMembers.await;
import static io.drawbore.peer.TwoMembers.heartbeat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.metrics.Metrics;
import io.drawbore.peer.internal.FakeMember;
import io.drawbore.testkit.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that prove each other who they are. */
class PeerTlsTest {
    @TempDir
    static Path authorities;

    private static Certificates certificates;
    private static Certificates others;

    @TempDir
    Path folder;

    private TwoMembers two;

    @BeforeAll
    static void issue() throws IOException {
        certificates = new Certificates(Files.createDirectories(authorities.resolve("ours"))).issue("peer");
        others = new Certificates(Files.createDirectories(authorities.resolve("others"))).issue("peer");
    }

    @BeforeEach
    void begin() throws IOException {
        two = new TwoMembers(folder, "https");
    }

    @AfterEach
    void end() {
        two.close();
    }

    @Test
    void membersWithCertificatesTalk() throws Exception {
        FakeMember b = two.fake();
        PeerEndpoint from = two.start(A, two.fake(), new Metrics(), tls(certificates, List.of("peer"), List.of()));
        two.start(B, b, new Metrics(), tls(certificates, List.of(), List.of("localhost")));
        await(() -> from.activeSince(B).isPresent());
        assertArrives(from, heartbeat(), b);
        assertEquals("3.7.1", from.version(B).join());
    }

    @Test
    void whoShowsNoneOrOneOfAnotherAuthorityIsRefused() throws Exception {
        FakeMember a = two.fake();
        two.start(A, a, new Metrics(), tls(certificates, List.of(), List.of()));
        PeerEndpoint other = two.start(B, two.fake(), new Metrics(), tls(others, List.of(), List.of()));

        other.send(List.of(heartbeat().toBuilder().setFrom(B).setTo(A).build()));
        assertFalse(isAnswered());
        assertTrue(other.version(A).isCompletedExceptionally()
                || other.version(A).handle((_, failure) -> failure != null).join());
        assertTrue(a.received.isEmpty());
    }

    @Test
    void whoBearsAnotherNameIsRefused() {
        two.start(A, two.fake(), new Metrics(), tls(certificates, List.of("somebody"), List.of()));
        PeerEndpoint other = two.start(B, two.fake(), new Metrics(), tls(certificates, List.of(), List.of()));
        assertTrue(other.version(A).handle((_, failure) -> failure != null).join());
    }

    @Test
    void clearTextIsNotAnswered() throws Exception {
        two.start(A, two.fake(), new Metrics(), tls(certificates, List.of(), List.of()));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), two.port(A))) {
            socket.getOutputStream().write("GET /version HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(
                    StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertFalse(answer.contains("etcdserver"), answer);
        }
    }

    @Test
    void aNewCertificateIsShownToTheNextWhoComes() throws Exception {
        two.start(A, two.fake(), new Metrics(), tls(certificates, List.of(), List.of()));
        X509Certificate first = shown();
        certificates.issue("peer");
        assertNotEquals(first.getSerialNumber(), shown().getSerialNumber());
    }

    private static PeerTls tls(Certificates of, List<String> names, List<String> hosts) {
        return new PeerTls(
                of.certificate("peer", ""),
                of.certificate("peer", "-key"),
                null,
                null,
                of.authority(),
                true,
                names,
                hosts);
    }

    private SSLSocket connect() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustingManager()}, null);
        return (SSLSocket) trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), two.port(A));
    }

    private X509Certificate shown() throws Exception {
        try (SSLSocket socket = connect()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.3"});
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private boolean isAnswered() throws Exception {
        try (SSLSocket socket = connect()) {
            socket.getOutputStream().write("GET /version HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().readAllBytes().length > 0;
        } catch (SSLException | SocketException refused) {
            return false;
        }
    }

    /** Trusts all, and has no certificate itself. */
    private static final class TrustingManager implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
