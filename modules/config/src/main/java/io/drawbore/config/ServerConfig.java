package io.drawbore.config;

import io.drawbore.config.internal.InitialClusterCheck;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that a member is told at its start, checked. Immutable; may be shared between threads.
 *
 * @param name this member's name
 * @param storage where its data lies and how it is kept
 * @param urls where it listens, and what it tells others of that
 * @param peerTls by which it and its peers prove each other who they are
 * @param bootstrap the cluster it is born into; ignored once the data dir holds a log
 * @param raft the consensus clock and rules
 * @param limits what a client may ask at once
 * @param upkeep how full the store may be, and how its history is kept short
 * @param compatibility how it gets on with members and data of other versions
 * @param plugins which plug-ins are loaded, from where, and what they are told
 * @param connections how clients' connections are kept, and what browsers may do
 * @param auth how users are known
 * @param grpcGateway whether the JSON gateway answers on the client port
 * @param logging what is logged, how and whereto
 * @param warnings what is reported as slow
 */
public record ServerConfig(
        String name,
        Storage storage,
        Urls urls,
        PeerTls peerTls,
        Bootstrap bootstrap,
        Raft raft,
        Limits limits,
        Upkeep upkeep,
        Compatibility compatibility,
        PluginChoice plugins,
        Connections connections,
        Auth auth,
        boolean grpcGateway,
        Logging logging,
        Warnings warnings) {

    /**
     * What speaks against founding or joining a cluster with this configuration: the name is missing in
     * {@code --initial-cluster}, or its URLs there are not the advertised ones, or a URL stands there twice. To be
     * asked only where the data dir holds no log yet: a restarted member ignores these flags, as in etcd.
     *
     * @return one line each, in etcd's words; empty if nothing does
     */
    public List<String> bootstrapMistakes() {
        return InitialClusterCheck.mistakes(this);
    }

    /**
     * Where a member's data lies and how it is kept.
     *
     * @param dataDir the data dir; may not exist yet; relative to the working directory unless absolute
     * @param walDir the folder of the raft log: {@code <data-dir>/member/wal} unless told otherwise
     * @param backend the name of the store's provider
     * @param logStore the name of the log's provider
     * @param fsync false only under {@code --unsafe-no-fsync}: then nothing is ever durable
     * @param maxWals how many released log segments stay; 0 keeps all
     * @param snapshotCount applied entries between two releases of the log, from 1
     * @param snapshotCatchupEntries applied entries kept in the log for slow followers
     */
    public record Storage(
            Path dataDir,
            Path walDir,
            String backend,
            String logStore,
            boolean fsync,
            long maxWals,
            long snapshotCount,
            long snapshotCatchupEntries) {}

    /**
     * URLs, each list sorted and without doubles. All have a host and a port; port 0 means a free one.
     *
     * @param listenClient where clients are served; not empty; http only
     * @param advertiseClient what members tell clients of this one; not empty
     * @param listenClientHttp where all that isn't gRPC is served instead; empty for the same place
     * @param listenMetrics where metrics and health are served as well; may be empty
     * @param listenPeer where peers are served; not empty; http, or https where there is a certificate for it
     * @param initialAdvertisePeer where peers find this member; not empty
     */
    public record Urls(
            List<URI> listenClient,
            List<URI> advertiseClient,
            List<URI> listenClientHttp,
            List<URI> listenMetrics,
            List<URI> listenPeer,
            List<URI> initialAdvertisePeer) {
        /** Keeps copies of the lists. */
        public Urls {
            listenClient = List.copyOf(listenClient);
            advertiseClient = List.copyOf(advertiseClient);
            listenClientHttp = List.copyOf(listenClientHttp);
            listenMetrics = List.copyOf(listenMetrics);
            listenPeer = List.copyOf(listenPeer);
            initialAdvertisePeer = List.copyOf(initialAdvertisePeer);
        }
    }

    /**
     * Files, all PEM and empty where there is none, by which members prove each other who they are.
     *
     * @param certFile the peer port's certificate
     * @param keyFile its key
     * @param clientCertFile what is shown to peers that are connected to; empty for the same
     * @param clientKeyFile its key
     * @param trustedCaFile who signs the others' certificates
     * @param clientCertAuth whether who connects has to show one
     * @param allowedCommonNames one of which a certificate has to bear; empty for any
     * @param allowedHosts for one of which a certificate has to be; empty for any
     */
    public record PeerTls(
            String certFile,
            String keyFile,
            String clientCertFile,
            String clientKeyFile,
            String trustedCaFile,
            boolean clientCertAuth,
            List<String> allowedCommonNames,
            List<String> allowedHosts) {
        /** Keeps copies of the lists. */
        public PeerTls {
            allowedCommonNames = List.copyOf(allowedCommonNames);
            allowedHosts = List.copyOf(allowedHosts);
        }

        /** Whether there is a certificate, with its key. */
        public boolean isGiven() {
            return !certFile.isEmpty() && !keyFile.isEmpty();
        }
    }

    /**
     * The cluster a member is born into.
     *
     * @param initialCluster peer URLs by member name, in the order given; the lists are sorted
     * @param token salt of the ids
     * @param existing whether the member joins a cluster that has announced it, instead of founding one
     * @param forceNew whether a member that has data goes on as a cluster of its own, without all others
     * @param discovery who else knows the founders; the initial cluster is then this member alone
     */
    public record Bootstrap(
            Map<String, List<URI>> initialCluster,
            String token,
            boolean existing,
            boolean forceNew,
            Discovery discovery) {
        /** Keeps a copy of the map. */
        public Bootstrap {
            initialCluster = Collections.unmodifiableMap(new LinkedHashMap<>(initialCluster));
        }
    }

    /** Who knows the founders of a cluster. */
    public sealed interface Discovery {
        /** Nobody but the one who wrote the flags. */
        record None() implements Discovery {}

        /**
         * DNS.
         *
         * @param domain whose names are asked for
         * @param service what is appended to the services' names; may be empty
         */
        record Dns(String domain, String service) implements Discovery {}

        /**
         * Another etcd, under a token, which is the cluster's.
         *
         * @param endpoints {@code host:port} or URLs; not empty
         * @param dialTimeout how long a connection may take to open
         * @param requestTimeout how long an answer may take
         * @param user who asks; empty for nobody
         * @param password the user's
         */
        record Service(
                List<String> endpoints, Duration dialTimeout, Duration requestTimeout, String user, String password)
                implements Discovery {
            /** Keeps a copy of the list. */
            public Service {
                endpoints = List.copyOf(endpoints);
            }
        }
    }

    /**
     * The consensus clock and rules.
     *
     * @param heartbeatInterval one tick, from 1 ms
     * @param electionTimeout at least five ticks, at most 50 s
     * @param initialElectionTickAdvance whether a member that starts waits less for a first election
     * @param preVote whether a candidate asks before it raises the term
     * @param strictReconfigCheck whether membership changes that endanger the quorum are refused
     * @param maxLearners learners there may be, from 0
     * @param learnerAutoPromote whether the leader gives a vote to learners that have caught up
     */
    public record Raft(
            Duration heartbeatInterval,
            Duration electionTimeout,
            boolean initialElectionTickAdvance,
            boolean preVote,
            boolean strictReconfigCheck,
            int maxLearners,
            boolean learnerAutoPromote) {
        /** The election timeout in ticks, rounded down; at least 5. */
        public int electionTicks() {
            return (int) (electionTimeout.toMillis() / heartbeatInterval.toMillis());
        }
    }

    /**
     * What a client may ask at once.
     *
     * @param maxRequestBytes the size of a request, in bytes
     * @param maxTxnOps how many operations one transaction may hold
     * @param maxConcurrentStreams HTTP/2 streams a connection may have open, up to 2³² − 1
     * @param watchProgressInterval how long an idle watcher that wants to know its progress is left alone; the watch
     *     room takes less than 100 ms as that, and zero or less as ten minutes
     */
    public record Limits(
            int maxRequestBytes, int maxTxnOps, long maxConcurrentStreams, Duration watchProgressInterval) {}

    /**
     * How clients' connections are kept, and what browsers may do.
     *
     * @param minPingTime clients that ping more often lose their connection
     * @param pingInterval silence after which a client is pinged
     * @param pingTimeout how long it may take to answer
     * @param origins pages whose scripts may call; {@code *} for any
     * @param hosts host names that requests in clear text may be sent to; {@code *} for any
     */
    public record Connections(
            Duration minPingTime,
            Duration pingInterval,
            Duration pingTimeout,
            List<String> origins,
            List<String> hosts) {
        /** Keeps copies of the lists. */
        public Connections {
            origins = List.copyOf(origins);
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * How full the store may be, and how its history is kept short.
     *
     * @param quotaBytes bytes in use from which the store is full; 0 for the default, less for no limit
     * @param clearsAlarm whether a member clears the alarm of its full store itself once there is space
     * @param compactionRows rows looked at in one step of a compaction, from 1
     * @param compactionPause pause between two steps, from 0
     * @param autoCompaction what the retention counts
     * @param retention what is kept: nanoseconds of history, or revisions; 0 for all
     * @param bootReclaimBytes free bytes that are given back before the member serves; 0 for never
     */
    public record Upkeep(
            long quotaBytes,
            boolean clearsAlarm,
            int compactionRows,
            Duration compactionPause,
            AutoCompactionMode autoCompaction,
            long retention,
            long bootReclaimBytes) {}

    /**
     * How a member gets on with members and data of other versions.
     *
     * @param emulatedVersion which etcd it is to others, as it was told
     * @param v2Compat the name of what translates v2 requests
     * @param storageMigrator the name of what knows storage versions
     * @param downgradeCheck how often a leader looks whether a downgrade is done; zero or less for never
     * @param leaseCheckpoints whether a leader tells the others how much of leases is left
     * @param checkpointPersistence the name of what decides whether that is kept below cluster version 3.6
     */
    public record Compatibility(
            String emulatedVersion,
            String v2Compat,
            String storageMigrator,
            Duration downgradeCheck,
            boolean leaseCheckpoints,
            String checkpointPersistence) {}

    /**
     * How users are known.
     *
     * @param tokens the name of what makes and reads tokens: {@link #SIMPLE}, or one that a plug-in offers
     * @param options what stands behind the name
     * @param tokenLife how long a simple token lives that is not shown; more than 0
     * @param passwordCost logarithm of the rounds of a password's hash, from 4 to 31
     */
    public record Auth(String tokens, Map<String, String> options, Duration tokenLife, int passwordCost) {
        /** etcd's own tokens, which need no plug-in. */
        public static final String SIMPLE = "simple";

        /** Keeps a copy of the map, in the order given. */
        public Auth {
            options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        }
    }

    /**
     * Which plug-ins are loaded beside those that are built in, and what they are told.
     *
     * @param selection which of those in the folder
     * @param folder the folder of their folders; empty for the distribution's own
     * @param configuration values by plug-in and key, as they were told: who loads the plug-ins knows which keys there
     *     are
     */
    public record PluginChoice(
            Selection selection, Optional<Path> folder, Map<String, Map<String, String>> configuration) {
        /** Keeps copies of the maps. */
        public PluginChoice {
            final var copy = new TreeMap<String, Map<String, String>>();
            configuration.forEach((plugin, values) -> copy.put(plugin, Map.copyOf(values)));
            configuration = Collections.unmodifiableMap(copy);
        }

        /** All of the distribution's own folder, told nothing. */
        public static PluginChoice byDefault() {
            return new PluginChoice(new Selection.All(), Optional.empty(), Map.of());
        }
    }

    /** Which plug-ins of a folder are loaded. */
    public sealed interface Selection {
        /** All that are there. */
        record All() implements Selection {}

        /** None; nobody looks into the folder. */
        record None() implements Selection {}

        /**
         * Some, by their own names.
         *
         * @param names not empty, each once
         */
        record Named(List<String> names) implements Selection {
            /** Keeps a copy of the list. */
            public Named {
                names = List.copyOf(names);
            }
        }
    }

    /** What a retention counts. */
    public enum AutoCompactionMode {
        /** Time. */
        PERIODIC,
        /** Revisions. */
        REVISION
    }

    /**
     * What is logged, how and whereto.
     *
     * @param level the least severe level that is written
     * @param format how a line looks
     * @param outputs {@code stderr}, {@code stdout} or paths of files; without doubles, not empty
     */
    public record Logging(LogLevel level, LogFormat format, List<String> outputs) {
        /** Keeps a copy of the list. */
        public Logging {
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * What is reported as slow; a duration of zero or less reports everything.
     *
     * @param apply applying one entry
     * @param unaryRequest answering one request
     */
    public record Warnings(Duration apply, Duration unaryRequest) {}

    /** Log levels, the least severe first. */
    public enum LogLevel {
        /** Everything. */
        DEBUG,
        /** What an operator wants to know. */
        INFO,
        /** What an operator should look at. */
        WARN,
        /** What failed. */
        ERROR,
        /** For the developer's mistakes; nothing is written at this level itself. */
        DPANIC,
        /** As {@link #DPANIC}. */
        PANIC,
        /** Only what ends the process. */
        FATAL
    }

    /** How a log line looks. */
    public enum LogFormat {
        /** One JSON object a line. */
        JSON,
        /** For people. */
        CONSOLE
    }
}
