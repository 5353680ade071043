package io.drawbore.rpc.internal;

import io.drawbore.api.FrontDoor;
import io.drawbore.metrics.Metrics;
import io.drawbore.rpc.ClientExtensions;
import io.drawbore.rpc.EndpointConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Jetty server behind {@link io.drawbore.rpc.ClientEndpoint}: one connector a URL, one thread pool for all. */
public final class JettyEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(JettyEndpoint.class);
    /** After this silence HTTP/1.1 connections are closed and HTTP/2 ones asked whether anybody is there. */
    private static final long IDLE_MILLIS = TimeUnit.MINUTES.toMillis(5);
    /**
     * Connections that may wait to be accepted; the system takes its own limit where that is lower. Of Java's default
     * of 50 a burst of clients loses some, which then wait a second for the next try of their system.
     */
    private static final int BACKLOG = 4096;

    private final EndpointConfig config;
    private final Server server;
    private final List<ServerConnector> connectors = new ArrayList<>();
    private final List<ListenUrl> urls = new ArrayList<>();
    private final LeaderWatch leaderWatch;
    private final GrpcServer grpc;
    private boolean stopped;

    /** See {@link io.drawbore.rpc.ClientEndpoint}. */
    public JettyEndpoint(EndpointConfig config, FrontDoor door, Metrics metrics, ClientExtensions extensions) {
        this.config = config;
        this.leaderWatch = new LeaderWatch(door);
        List<RpcMethod<?, ?>> methods = new ArrayList<>(Services.of(door));
        methods.addAll(ExtraServices.of(extensions));
        RpcMetrics rpcMetrics = new RpcMetrics(metrics, methods);
        Admission admission = new Admission(door, rpcMetrics, extensions.refusals());
        this.grpc = new GrpcServer(methods, admission, leaderWatch, rpcMetrics, config);
        // Jetty's own numbers; of this group, also where a plug-in's thread is the one that needs one more
        QueuedThreadPool threads =
                new QueuedThreadPool(200, 8, 60_000, null, Thread.currentThread().getThreadGroup());
        threads.setName("client-port");
        threads.setDaemon(true);
        // no thread of a member keeps a process that embeds it
        this.server = new Server(threads, new ScheduledExecutorScheduler("client-port-timer", true), null);
        server.setHandler(new HttpRoutes(door, grpc, metrics, config, new ExtraPaths(extensions, grpc)));
        server.setErrorHandler(new PlainErrors());
        EndpointConfig.Listeners listeners = config.listeners();
        listeners.clients().forEach(url ->
                add(url, listeners.http().isEmpty() ? HttpRoutes.Scope.EVERYTHING : HttpRoutes.Scope.NOTHING));
        listeners.http().forEach(url -> add(url, HttpRoutes.Scope.EVERYTHING_BUT_GRPC));
        listeners.metrics().forEach(url -> add(url, HttpRoutes.Scope.METRICS));
        if (config.limits().maxConnections() < Integer.MAX_VALUE) {
            server.addBean(new NetworkConnectionLimit(config.limits().maxConnections(), server));
        }
    }

    private void add(String url, HttpRoutes.Scope scope) {
        ListenUrl parsed = ListenUrl.parse(url);
        ServerConnector connector = connector(parsed, scope);
        urls.add(parsed);
        connectors.add(connector);
        server.addConnector(connector);
    }

    private ServerConnector connector(ListenUrl url, HttpRoutes.Scope scope) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(config.limits().maxHeaderBytes());
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector = scope.servesGrpc()
                ? new RepairingConnector(server, plain,
                        ConnectionFactories.clearText(http, grpc, config.limits().maxConcurrentStreams()))
                : new ServerConnector(server, plain);
        connector.addBean(scope);
        connector.setName(url.url());
        connector.setHost(url.address().getAddress().getHostAddress());
        connector.setPort(url.address().getPort());
        connector.setIdleTimeout(Math.min(IDLE_MILLIS, config.keepalive().interval().toMillis()));
        connector.setAcceptQueueSize(BACKLOG);
        return connector;
    }

    /** See {@link io.drawbore.rpc.ClientEndpoint#start()}. */
    public void start() throws IOException {
        for (int i = 0; i < urls.size(); i++) {
            open(i);
        }
        try {
            server.start();
        } catch (Exception e) {
            closeAll();
            List<String> all = urls.stream().map(ListenUrl::url).toList();
            throw new IOException("cannot serve " + String.join(", ", all) + ": " + e.getMessage(), e);
        }
        scheduleLeaderCheck();
    }

    private void open(int i) throws IOException {
        try {
            connectors.get(i).open();
        } catch (IOException e) {
            closeAll();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("cannot listen on " + urls.get(i).url() + ": " + cause.getMessage()
                    + "; end what holds it or choose another --listen-" + flag(i) + "-urls", e);
        }
    }

    private String flag(int i) {
        return switch (HttpRoutes.Scope.of(connectors.get(i))) {
            case EVERYTHING, NOTHING -> "client";
            case EVERYTHING_BUT_GRPC -> "client-http";
            case METRICS -> "metrics";
        };
    }

    private void closeAll() {
        connectors.forEach(ServerConnector::close);
    }

    private void scheduleLeaderCheck() {
        connectors.getFirst().getScheduler().schedule(() -> {
            leaderWatch.tick();
            if (server.isRunning()) {
                scheduleLeaderCheck();
            }
        }, config.electionTimeout());
    }

    /** See {@link io.drawbore.rpc.ClientEndpoint#addresses()}. */
    public List<InetSocketAddress> addresses() {
        return addresses(false);
    }

    /** See {@link io.drawbore.rpc.ClientEndpoint#metricsAddresses()}. */
    public List<InetSocketAddress> metricsAddresses() {
        return addresses(true);
    }

    private List<InetSocketAddress> addresses(boolean ofMetrics) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < urls.size(); i++) {
            boolean metrics = HttpRoutes.Scope.of(connectors.get(i)) == HttpRoutes.Scope.METRICS;
            if (metrics == ofMetrics && connectors.get(i).getLocalPort() > 0) {
                addresses.add(new InetSocketAddress(urls.get(i).address().getAddress(),
                        connectors.get(i).getLocalPort()));
            }
        }
        return addresses;
    }

    /** See {@link io.drawbore.rpc.ClientEndpoint#stop()}. */
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        try {
            for (ServerConnector connector : connectors) {
                // No new connections; those that are there are ended by their calls.
                connector.close();
            }
            grpc.liveCalls().stop(config.stopTimeout());
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("interrupted while the client port was stopping");
        } catch (Exception e) {
            LOG.warn("the client port did not stop cleanly", e);
        }
    }
}
