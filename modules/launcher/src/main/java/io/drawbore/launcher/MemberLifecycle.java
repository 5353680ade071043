package io.drawbore.launcher;

import com.google.inject.Inject;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.EtcdError;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.TokenProvider;
import io.drawbore.api.V2Translator;
import io.drawbore.api.Vfs;
import io.drawbore.config.ServerConfig;
import io.drawbore.metrics.Metrics;
import io.drawbore.peer.PeerEndpoint;
import io.drawbore.peer.PeerOptions;
import io.drawbore.peer.PeerTls;
import io.drawbore.plugins.Fence;
import io.drawbore.plugins.PluginHost;
import io.drawbore.rpc.ClientEndpoint;
import io.drawbore.rpc.ClientExtensions;
import io.drawbore.rpc.EndpointConfig;
import io.drawbore.server.AuthOptions;
import io.drawbore.server.EtcdVersion;
import io.drawbore.server.LeaseOptions;
import io.drawbore.server.MemberOptions;
import io.drawbore.server.MemberServer;
import io.drawbore.server.Surroundings;
import io.drawbore.server.UpkeepOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member, its peer port and its client port, started in an order in which nobody is told of what isn't there. */
final class MemberLifecycle implements ServerLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(MemberLifecycle.class);

    /** What a part has to stop: more than the disk takes for what a member has to write last. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    /** How long a stop waits for a start that opens parts; what is then cut off is as after a loss of power. */
    private static final Duration OPENER_PATIENCE = Duration.ofSeconds(5);

    private static final Duration OPENER_LOOK = Duration.ofMillis(100);

    private static final int READ_THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final ServerConfig config;
    private final LogStoreProvider logs;
    private final BackendProvider backends;
    private final V2Translator v2;
    private final StorageMigrator migrator;
    private final CheckpointPersistence checkpoints;
    private final Optional<TokenProvider> tokenProvider;
    private final Vfs vfs;
    private final Metrics metrics;
    private final ThreadWorkers workers;
    private final PluginHost plugins;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** Held by who stops it, and by nobody who starts it. */
    private final Object stops = new Object();

    // guarded by this
    /** Who opens the member's parts now, and with them plug-ins' stores, logs and tokens, which may hang. */
    private @Nullable Thread opener;
    private boolean stopping;
    /** The stop was over before the opener was. */
    private boolean leftBehind;
    private @Nullable MemberServer member;
    private @Nullable FrontDoor door;
    private @Nullable ClientEndpoint clients;
    private @Nullable PeerEndpoint peers;
    private TokenProvider.@Nullable Tokens tokens;
    private @Nullable PluginServices extras;

    @Inject
    MemberLifecycle(
            ServerConfig config,
            LogStoreProvider logs,
            BackendProvider backends,
            V2Translator v2,
            StorageMigrator migrator,
            CheckpointPersistence checkpoints,
            Optional<TokenProvider> tokenProvider,
            Vfs vfs,
            Metrics metrics,
            ThreadWorkers workers,
            PluginHost plugins) {
        this.config = config;
        this.workers = workers;
        this.plugins = plugins;
        this.v2 = v2;
        this.migrator = migrator;
        this.checkpoints = checkpoints;
        this.tokenProvider = tokenProvider;
        this.logs = logs;
        this.backends = backends;
        this.vfs = vfs;
        this.metrics = metrics;
    }

    /** To wait for plug-ins and for other founders must not keep anybody from stopping it; no lock is held. */
    @Override
    public void start() {
        if (!plugins.start()) {
            return;
        }
        PeerEndpoint others = openPeers();
        if (others == null) {
            return;
        }
        ClusterEntry entry = ClusterEntry.of(config, logs.exists(logOptions()), others::existingCluster);
        if (!beginsToOpen()) {
            return;
        }
        try {
            open(others, entry);
        } finally {
            hasOpened();
        }
    }

    private synchronized @Nullable PeerEndpoint openPeers() {
        if (stopping) {
            return null;
        }
        PeerEndpoint others = new PeerEndpoint(peerOptions(), vfs, workers, metrics);
        peers = others;
        return others;
    }

    private synchronized boolean beginsToOpen() {
        if (stopping || ended.isDone()) {
            return false;
        }
        opener = Thread.currentThread();
        return true;
    }

    /** What a stop that was over before has not seen is stopped here. */
    private void hasOpened() {
        boolean late;
        synchronized (this) {
            opener = null;
            late = leftBehind;
            notifyAll();
        }
        if (late) {
            end(this::killed);
        }
    }

    /** Waits until nobody opens parts any more, for a while: who hangs in a plug-in's code or calls exit never ends. */
    private synchronized void awaitOpener() {
        long end = System.nanoTime() + OPENER_PATIENCE.toNanos();
        boolean interrupted = false;
        while (opener != null && !Fence.isExiting(opener) && System.nanoTime() < end) {
            try {
                wait(OPENER_LOOK.toMillis());
            } catch (InterruptedException impatient) {
                interrupted = true;
            }
        }
        leftBehind = opener != null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private synchronized void keep(TokenProvider.@Nullable Tokens opened) {
        tokens = opened;
    }

    private synchronized void keep(PluginServices made) {
        extras = made;
    }

    private synchronized void keep(MemberServer made) {
        member = made;
    }

    private synchronized void keep(FrontDoor around, ClientEndpoint made) {
        door = around;
        clients = made;
    }

    /** Runs code of plug-ins: their stores, logs and tokens are opened, and they say what they have on the port. */
    private void open(PeerEndpoint others, ClusterEntry entry) {
        TokenProvider.Tokens opened = openTokens();
        keep(opened);
        PluginServices services = new PluginServices(plugins.plugins(), plugins.portAudit());
        keep(services);
        ClientExtensions extensions = services.extensions();
        if (isStopping()) {
            return;
        }
        MemberServer server = new MemberServer(
                memberOptions(entry, opened), logs, backends, metrics, Surroundings.real(vfs, workers, others));
        keep(server);
        FrontDoor around = plugins.around(server);
        ClientEndpoint endpoint = new ClientEndpoint(endpointConfig(), around, metrics, extensions);
        keep(around, endpoint);
        if (isStopping()) {
            return;
        }
        try {
            others.start(server, entry.known());
            others.addresses().forEach(address -> LOG.atInfo()
                    .addKeyValue("address", address.getHostString() + ":" + address.getPort())
                    .log("serving peer traffic"));
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        CompletableFuture<Void> served = server.start();
        try {
            endpoint.start();
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        var _ = server.failed().thenAccept(this::fail);
        var _ = served.thenRun(() -> {
            plugins.open(server);
            reportReady(server, endpoint);
        });
    }

    private TokenProvider.@Nullable Tokens openTokens() {
        if (tokenProvider.isEmpty()) {
            return null;
        }
        try {
            return tokenProvider.get().open(config.auth().options());
        } catch (IllegalArgumentException wrong) {
            throw new IllegalStateException(
                    "auth: invalid auth options: --auth-token=" + config.auth().tokens() + ": " + wrong.getMessage(),
                    wrong);
        } catch (LinkageError broken) {
            throw new IllegalStateException(
                    "auth: --auth-token=" + config.auth().tokens() + " cannot be opened: " + broken, broken);
        }
    }

    @Override
    public void fail(Throwable reason) {
        ready.completeExceptionally(reason);
        ended.completeExceptionally(reason);
    }

    private void reportReady(MemberServer server, ClientEndpoint endpoint) {
        LOG.atInfo()
                .addKeyValue("member-id", Long.toHexString(server.identity().memberId()))
                .addKeyValue("cluster-id", Long.toHexString(server.identity().clusterId()))
                .log("ready to serve client requests");
        endpoint.addresses().forEach(address -> LOG.atInfo()
                .addKeyValue("address", address.getHostString() + ":" + address.getPort())
                .log("serving client traffic"));
        endpoint.metricsAddresses().forEach(address -> LOG.atInfo()
                .addKeyValue("address", address.getHostString() + ":" + address.getPort())
                .log("serving metrics and health"));
        ready.complete(null);
    }

    private PeerOptions peerOptions() {
        return new PeerOptions(
                strings(config.urls().listenPeer()),
                strings(config.urls().initialAdvertisePeer()),
                config.raft().electionTimeout().plus(PEER_CONNECT),
                config.peerTls().isGiven() ? peerTls(config.peerTls()) : null);
    }

    private static PeerTls peerTls(ServerConfig.PeerTls tls) {
        return new PeerTls(
                Path.of(tls.certFile()),
                Path.of(tls.keyFile()),
                file(tls.clientCertFile()),
                file(tls.clientKeyFile()),
                file(tls.trustedCaFile()),
                tls.clientCertAuth(),
                tls.allowedCommonNames(),
                tls.allowedHosts());
    }

    private static @Nullable Path file(String told) {
        return told.isEmpty() ? null : Path.of(told);
    }

    /** How long a connection to another member may take to open, besides an election timeout: as in etcd. */
    private static final Duration PEER_CONNECT = Duration.ofSeconds(1);

    private LogStoreProvider.Options logOptions() {
        ServerConfig.Storage storage = config.storage();
        return new LogStoreProvider.Options(
                vfs, storage.walDir(), MemberOptions.SEGMENT_BYTES, spareSegments(), storage.fsync());
    }

    private int spareSegments() {
        return (int) Math.min(config.storage().maxWals(), MAX_SPARE_SEGMENTS);
    }

    private MemberOptions memberOptions(ClusterEntry entry, TokenProvider.@Nullable Tokens opened) {
        ServerConfig.Storage storage = config.storage();
        MemberOptions.Builder options = MemberOptions.builder(config.name(), storage.dataDir())
                .logFolder(storage.walDir())
                .version(EtcdVersion.of(config.compatibility().emulatedVersion()))
                .advertisedClientUrls(strings(config.urls().advertiseClient()))
                .initialCluster(entry.founders())
                .foundingMistakes(entry.mistakes())
                .clusterToken(config.bootstrap().token())
                .forceNewCluster(config.bootstrap().forceNew())
                .tick(config.raft().heartbeatInterval())
                .electionTicks(config.raft().electionTicks())
                .initialElectionTickAdvance(config.raft().initialElectionTickAdvance())
                .preVote(config.raft().preVote())
                .maxLearners(config.raft().maxLearners())
                .learnerAutoPromote(config.raft().learnerAutoPromote())
                .strictReconfiguration(config.raft().strictReconfigCheck())
                .snapshotCount(storage.snapshotCount())
                .catchUpEntries(storage.snapshotCatchupEntries())
                .catchUpBytes(Math.max(MIN_CATCH_UP_BYTES, Runtime.getRuntime().maxMemory() / 16))
                .maxRequestBytes(config.limits().maxRequestBytes())
                .maxTxnOps(config.limits().maxTxnOps())
                .spareSegments(spareSegments())
                .fsync(storage.fsync())
                .readThreads(READ_THREADS)
                .slowApply(config.warnings().apply())
                .watchProgressInterval(config.limits().watchProgressInterval())
                .v2(v2)
                .migrator(migrator)
                .downgradeCheck(config.compatibility().downgradeCheck())
                .leases(new LeaseOptions(config.compatibility().leaseCheckpoints(), checkpoints))
                .upkeep(upkeep(config.upkeep()))
                .auth(new AuthOptions(opened, config.auth().tokenLife(), config.auth().passwordCost()));
        if (entry.joins() != null) {
            options.joins(entry.joins());
        }
        return options.build();
    }

    private static UpkeepOptions upkeep(ServerConfig.Upkeep upkeep) {
        UpkeepOptions.AutoCompaction autoCompaction =
                switch (upkeep.autoCompaction()) {
                    case PERIODIC -> new UpkeepOptions.AutoCompaction.Periodic(Duration.ofNanos(upkeep.retention()));
                    case REVISION -> new UpkeepOptions.AutoCompaction.ByRevision(upkeep.retention());
                };
        return new UpkeepOptions(
                upkeep.quotaBytes(),
                upkeep.clearsAlarm(),
                upkeep.compactionRows(),
                upkeep.compactionPause(),
                upkeep.retention() == 0 ? new UpkeepOptions.AutoCompaction.Off() : autoCompaction,
                upkeep.bootReclaimBytes());
    }

    /** Ten of the largest requests. */
    private static final long MIN_CATCH_UP_BYTES = 16 << 20;

    /** More would only take space: a segment is made faster than it fills. */
    private static final long MAX_SPARE_SEGMENTS = 2;

    private EndpointConfig endpointConfig() {
        ServerConfig.Connections connections = config.connections();
        List<String> clients = strings(config.urls().listenClient());
        return EndpointConfig.defaults(clients)
                .withListeners(new EndpointConfig.Listeners(
                        clients,
                        strings(config.urls().listenClientHttp()),
                        strings(config.urls().listenMetrics()),
                        config.grpcGateway()))
                .withMaxRequestBytes(config.limits().maxRequestBytes())
                .withMaxConcurrentStreams((int) Math.min(config.limits().maxConcurrentStreams(), Integer.MAX_VALUE))
                .withElectionTimeout(config.raft().electionTimeout())
                .withKeepalive(new EndpointConfig.Keepalive(
                        connections.minPingTime(), connections.pingInterval(), connections.pingTimeout()))
                .withBrowsers(new EndpointConfig.Browsers(
                        Set.copyOf(connections.origins()), Set.copyOf(connections.hosts())));
    }

    private static List<String> strings(List<URI> uris) {
        return uris.stream().map(URI::toString).toList();
    }

    @Override
    public void await() throws InterruptedException {
        try {
            ended.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
        }
    }

    @Override
    public void stop() {
        end(this::stopped);
    }

    private void stopped(StopSteps steps) {
        MemberServer server = member;
        if (server != null) {
            steps.add("leadership", handOverPatience(), () -> server.handOver().join());
        }
        addClients(steps);
        steps.add("feeds", pluginPatience(), plugins::shut);
        addPeers(steps);
        addMember(steps);
    }

    /** What is left of calls fails at once, since the member that would answer them is closed first. */
    @Override
    public void kill() {
        end(this::killed);
    }

    private void killed(StopSteps steps) {
        addPeers(steps);
        steps.add("feeds", pluginPatience(), plugins::shut);
        addMember(steps);
        addClients(steps);
    }

    /** It gives itself as long as a request may take. */
    private Duration handOverPatience() {
        return STOP_PATIENCE.plus(config.raft().electionTimeout().multipliedBy(2));
    }

    /** Each of them is given up by the host, after its own time. */
    private Duration pluginPatience() {
        return STOP_PATIENCE.multipliedBy(Math.max(1, plugins.plugins().size()));
    }

    private void addClients(StopSteps steps) {
        ClientEndpoint endpoint = clients;
        if (endpoint != null) {
            steps.add("client port", STOP_PATIENCE, endpoint::stop);
        }
        PluginServices services = extras;
        if (services != null) {
            steps.add("services", STOP_PATIENCE, services::close);
        }
    }

    private void addPeers(StopSteps steps) {
        PeerEndpoint others = peers;
        if (others != null) {
            steps.add("peer port", STOP_PATIENCE, others::close);
        }
    }

    private void addMember(StopSteps steps) {
        MemberServer server = member;
        if (server != null) {
            steps.add("member", STOP_PATIENCE, server::close);
        }
    }

    private void end(Consumer<StopSteps> order) {
        synchronized (stops) {
            synchronized (this) {
                stopping = true;
            }
            awaitOpener();
            try {
                taken(order).run();
            } finally {
                ready.completeExceptionally(EtcdError.STOPPED.exception());
                ended.complete(null);
            }
        }
    }

    /** The steps by which all that there is ends; nobody else will end it. */
    private synchronized StopSteps taken(Consumer<StopSteps> order) {
        StopSteps steps = new StopSteps();
        order.accept(steps);
        TokenProvider.Tokens opened = tokens;
        if (opened != null) {
            steps.add("tokens", STOP_PATIENCE, opened::close);
        }
        steps.add("plug-ins", pluginPatience(), plugins::stop);
        steps.add("workers", STOP_PATIENCE, workers::close);
        clients = null;
        member = null;
        door = null;
        peers = null;
        tokens = null;
        extras = null;
        return steps;
    }

    @Override
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    @Override
    public synchronized FrontDoor door() {
        if (door == null) {
            throw new IllegalStateException("member " + config.name() + " doesn't run");
        }
        return door;
    }

    @Override
    public synchronized List<InetSocketAddress> clientAddresses() {
        return clients == null ? List.of() : clients.addresses();
    }
}
