package io.drawbore.peer.internal;

import io.drawbore.api.Vfs;
import io.drawbore.api.Workers;
import io.drawbore.membership.Member;
import io.drawbore.peer.PeerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One member's listeners and its ways to the others, from start to stop. */
public final class PeerPort {
    private static final Logger LOG = LoggerFactory.getLogger(PeerPort.class);

    /** A stream shows a sign of life so often: three times within the other side's patience, as in etcd. */
    private static final Duration SIGN_OF_LIFE = DialedStream.SILENCE.dividedBy(3);

    /** Connections without a stream are closed after this silence, as in etcd. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Link link;
    private final PeerTable peers;
    private final Questions questions;
    private final SnapshotUpload snapshots;
    private final Probing probing;
    private final Server server;
    private final List<ServerConnector> connectors = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * A port that is yet to be started.
     *
     * @param listen where to listen
     * @param tls for those of them that are https
     * @param client opens connections; started, and stopped by its owner
     */
    public PeerPort(
            List<String> listen,
            @Nullable PeerTls tls,
            Local local,
            LocalMember member,
            HttpClient client,
            Server server,
            Vfs vfs,
            Workers workers,
            PeerMetrics metrics) {
        this.server = server;
        link = new Link(local, member, client, workers, metrics);
        peers = new PeerTable(link);
        questions = new Questions(link, peers);
        snapshots = new SnapshotUpload(link, peers, vfs);
        probing = new Probing(link);
        Refusals refusals = new Refusals();
        server.setHandler(new PeerRoutes(link, peers, refusals, new SnapshotDownload(link, vfs, refusals)));
        listen.forEach(url -> connectors.add(connector(url, tls, refusals)));
        connectors.forEach(server::addConnector);
    }

    private ServerConnector connector(String url, @Nullable PeerTls tls, Refusals refusals) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        URI uri = URI.create(url);
        if (UnixUrl.is(uri)) {
            return named(url, new UnixConnector(server, UnixUrl.file(uri), new HttpConnectionFactory(http)));
        }
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        if (tls != null && "https".equals(uri.getScheme())) {
            connector = new ServerConnector(
                    server,
                    1,
                    1,
                    AbstractConnectionFactory.getFactories(TlsContexts.server(tls), new HttpConnectionFactory(http)));
            connector.addBean(new HandshakeRefusals(refusals));
        }
        connector.setHost(uri.getHost());
        connector.setPort(uri.getPort());
        return named(url, connector);
    }

    private static ServerConnector named(String url, ServerConnector connector) {
        connector.setName(url);
        connector.setIdleTimeout(IDLE.toMillis());
        return connector;
    }

    /**
     * Listens, and begins to reach the members that are known from elsewhere.
     *
     * @throws IOException one line that says which URL and why
     */
    public void start(List<Member> known) throws IOException {
        for (ServerConnector connector : connectors) {
            try {
                connector.open();
            } catch (IOException e) {
                connectors.forEach(ServerConnector::close);
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new IOException("cannot listen on " + connector.getName() + ": " + cause.getMessage()
                        + "; end what holds it or choose another --listen-peer-urls", e);
            }
        }
        try {
            server.start();
        } catch (Exception e) {
            connectors.forEach(ServerConnector::close);
            throw new IOException("cannot serve peers: " + e.getMessage(), e);
        }
        peers.expect(known);
        keepAlive();
        probe();
    }

    private void keepAlive() {
        link.workers().after(SIGN_OF_LIFE, () -> {
            if (!stopped) {
                peers.keepAlive();
                keepAlive();
            }
        });
    }

    private void probe() {
        link.workers().after(Probing.INTERVAL, () -> {
            if (!stopped) {
                peers.all().forEach(probing::probe);
                probe();
            }
        });
    }

    /** The other members. */
    public PeerTable peers() {
        return peers;
    }

    /** What is asked of them. */
    public Questions questions() {
        return questions;
    }

    /** Snapshots for them. */
    public SnapshotUpload snapshots() {
        return snapshots;
    }

    /** See {@link io.drawbore.server.Peers#activeSince}. */
    public OptionalLong activeSince(long member) {
        RemotePeer peer = peers.find(member);
        return peer == null ? OptionalLong.empty() : peer.activeSince();
    }

    /** Where it listens. */
    public List<InetSocketAddress> addresses() {
        return connectors.stream()
                .filter(connector -> connector.getLocalPort() > 0)
                .map(connector -> new InetSocketAddress(connector.getHost(), connector.getLocalPort()))
                .toList();
    }

    /** Ends all links. Waits for handlers that are at work, for a while. */
    public void stop() {
        stopped = true;
        connectors.forEach(ServerConnector::close);
        peers.stop();
        try {
            server.setStopTimeout(TimeUnit.SECONDS.toMillis(1));
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("the peer port did not stop cleanly", e);
        }
    }
}
