package io.drawbore.peer;

import io.drawbore.api.EtcdError;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.Vfs;
import io.drawbore.api.Workers;
import io.drawbore.membership.Member;
import io.drawbore.metrics.Metrics;
import io.drawbore.peer.internal.ClusterInquiry;
import io.drawbore.peer.internal.Local;
import io.drawbore.peer.internal.LocalMember;
import io.drawbore.peer.internal.PeerMetrics;
import io.drawbore.peer.internal.PeerPort;
import io.drawbore.peer.internal.ServedMember;
import io.drawbore.peer.internal.TlsContexts;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.server.MemberServer;
import io.drawbore.server.MemberSnapshot;
import io.drawbore.server.Peers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's peer port, and its way to the other members: etcd's protocol, both sides of it. It is made before the
 * member, which is given it as its {@link Peers}; {@link #start} then opens the port for the member, before that one
 * starts. Until then nothing is sent. {@link #close} comes before the member's, whom nobody may ask any more then.
 */
public final class PeerEndpoint implements Peers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerEndpoint.class);

    /** Few links are busy at once, and nobody's work waits but for the store. */
    private static final int MOST_THREADS = 32;

    private static final int LEAST_THREADS = 4;
    private static final int IDLE_MILLIS = 60_000;

    private final PeerOptions options;
    private final Vfs vfs;
    private final Workers workers;
    private final PeerMetrics metrics;
    private final QueuedThreadPool threads =
            // of this group, also where a plug-in's thread is the one that needs one more
            new QueuedThreadPool(
                    MOST_THREADS, LEAST_THREADS, IDLE_MILLIS, null, Thread.currentThread().getThreadGroup());
    private final HttpClient client;

    /** From the start on. */
    private volatile @Nullable PeerPort port;

    /**
     * A way to others that can already ask them.
     *
     * @param vfs the disk with the files of snapshots
     * @throws io.drawbore.api.StorageException where a file of {@link PeerOptions#tls} can't be read
     */
    public PeerEndpoint(PeerOptions options, Vfs vfs, Workers workers, Metrics metrics) {
        this.options = options;
        this.vfs = vfs;
        this.workers = workers;
        this.metrics = new PeerMetrics(metrics);
        threads.setName("peer-port");
        threads.setDaemon(true);
        client = client();
    }

    private HttpClient client() {
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setSslContextFactory(TlsContexts.client(options.tls()));
        connector.setExecutor(threads);
        HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(connector);
        // what comes in is handed to the member without waiting: on the thread that read it
        transport.setInvocationType(Invocable.InvocationType.NON_BLOCKING);
        HttpClient opened = new HttpClient(transport);
        opened.setExecutor(threads);
        opened.setConnectTimeout(options.connectTimeout().toMillis());
        opened.setFollowRedirects(false);
        opened.setUserAgentField(null);
        try {
            threads.start();
            opened.start();
        } catch (Exception e) {
            throw new IllegalStateException("connections to other members cannot be opened: " + e.getMessage(), e);
        }
        opened.getContentDecoderFactories().clear();
        return opened;
    }

    /**
     * Asks members of a cluster, one after the other, who its members are. Waits for the answers.
     *
     * @param urls where members may be reached
     * @return what the first of them said; empty where none did
     */
    public Optional<ExistingCluster> existingCluster(List<String> urls) {
        return ClusterInquiry.ask(client, urls, options.connectTimeout())
                .map(answer -> new ExistingCluster(answer.clusterId(), answer.members()));
    }

    /**
     * Opens the port for a member that was made with this as its {@link Peers}.
     *
     * @param known members that the member's own store may not know yet, since it founds its cluster or joins it
     * @throws IOException where a URL cannot be listened on, one line
     */
    public void start(MemberServer member, List<Member> known) throws IOException {
        start(member.identity(), new ServedMember(member), known);
    }

    void start(MemberIdentity identity, LocalMember member, List<Member> known) throws IOException {
        PeerPort opened = new PeerPort(
                options.listen(),
                options.tls(),
                Local.of(identity, member.version(), options.advertised()),
                member,
                client,
                // no thread of a member keeps a process that embeds it
                new Server(threads, new ScheduledExecutorScheduler("peer-port-timer", true), null),
                vfs,
                workers,
                metrics);
        opened.start(known);
        port = opened;
    }

    /** Where it listens; empty before the start. */
    public List<InetSocketAddress> addresses() {
        PeerPort opened = port;
        return opened == null ? List.of() : opened.addresses();
    }

    /** Ends all links and frees the ports. */
    @Override
    public void close() {
        PeerPort opened = port;
        if (opened != null) {
            opened.stop();
        }
        try {
            client.stop();
            threads.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("connections to other members did not end cleanly", e);
        }
    }

    // ---- the way to the others

    @Override
    public void send(List<Message> messages) {
        PeerPort opened = port;
        if (opened != null) {
            opened.peers().send(messages);
        }
    }

    @Override
    public CompletableFuture<Void> sendSnapshot(MemberSnapshot snapshot) {
        return ask(opened -> opened.snapshots().send(snapshot));
    }

    @Override
    public void members(List<Member> members) {
        PeerPort opened = port;
        if (opened != null) {
            opened.peers().members(members);
        }
    }

    @Override
    public OptionalLong activeSince(long member) {
        PeerPort opened = port;
        return opened == null ? OptionalLong.empty() : opened.activeSince(member);
    }

    @Override
    public CompletableFuture<List<Member>> promote(long leader, long learner) {
        return ask(opened -> opened.questions().promote(leader, learner));
    }

    @Override
    public CompletableFuture<Long> renewLease(long leader, long lease) {
        return ask(opened -> opened.questions().renewLease(leader, lease));
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(long leader, LeaseTimeToLiveRequest request) {
        return ask(opened -> opened.questions().timeToLive(leader, request));
    }

    @Override
    public CompletableFuture<String> version(long member) {
        return ask(opened -> opened.questions().version(member));
    }

    private <T> CompletableFuture<T> ask(Function<PeerPort, CompletableFuture<T>> question) {
        PeerPort opened = port;
        return opened == null
                ? CompletableFuture.failedFuture(EtcdError.TIMEOUT.exception())
                : question.apply(opened);
    }
}
