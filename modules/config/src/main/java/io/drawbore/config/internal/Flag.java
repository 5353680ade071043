package io.drawbore.config.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The one table of what can be told. A constant's name gives the flag ({@code data-dir}), its variable
 * ({@code ETCD_DATA_DIR}) and its key in the file ({@code data-dir}).
 */
public enum Flag {
    NAME(Group.MEMBER, Kind.TEXT, "default", "Name of this member, for people."),
    DATA_DIR(Group.MEMBER, Kind.TEXT, "", "Folder of this member's data. Empty: <name>.etcd."),
    WAL_DIR(Group.MEMBER, Kind.TEXT, "", "Folder of the raft log. Empty: inside the data dir."),
    BACKEND(Group.MEMBER, Kind.TEXT, "sqlite", "Which store holds the keys. 'drawbore plugins' lists them."),
    LOG_STORE(Group.MEMBER, Kind.TEXT, "wal", "Which log holds the raft entries. 'drawbore plugins' lists them."),
    SNAPSHOT_COUNT(Group.MEMBER, Kind.UNSIGNED, "10000", "Applied entries after which the log is released."),
    SNAPSHOT_CATCHUP_ENTRIES(Group.MEMBER, Kind.UNSIGNED, "5000", "Applied entries kept for slow followers."),
    MAX_WALS(Group.MEMBER, Kind.UNSIGNED, "5", "Released log segments kept (0 keeps all)."),
    HEARTBEAT_INTERVAL(Group.MEMBER, Kind.UNSIGNED, "100", "Milliseconds between heartbeats."),
    ELECTION_TIMEOUT(Group.MEMBER, Kind.UNSIGNED, "1000", "Milliseconds without a leader before an election."),
    INITIAL_ELECTION_TICK_ADVANCE(
            Group.MEMBER, Kind.BOOLEAN, "true", "Hold the first election of a start without waiting in full."),
    LISTEN_PEER_URLS(Group.MEMBER, Kind.URLS, "http://localhost:2380", "Where peers are served."),
    LISTEN_CLIENT_URLS(Group.MEMBER, Kind.URLS, "http://localhost:2379", "Where clients are served."),
    LISTEN_CLIENT_HTTP_URLS(
            Group.MEMBER, Kind.URLS, "", "Where everything but gRPC is served. Empty: with the clients."),
    MAX_REQUEST_BYTES(Group.MEMBER, Kind.UNSIGNED, "1572864", "Largest request of a client, in bytes."),
    MAX_TXN_OPS(Group.MEMBER, Kind.UNSIGNED, "128", "Operations one transaction may hold."),
    MAX_CONCURRENT_STREAMS(
            Group.MEMBER, Kind.UNSIGNED_32, "4294967295", "Streams that one client connection may have open."),
    QUOTA_BACKEND_BYTES(
            Group.MEMBER, Kind.SIGNED, "0", "Bytes in use from which the store is full. 0: 2 GiB; less: no limit."),
    ALARM_CLEAR(Group.MEMBER, Kind.TEXT, "manual", "Who clears the alarm of a full store: 'manual', or 'auto'."),
    AUTO_COMPACTION_MODE(
            Group.MEMBER, Kind.TEXT, "periodic", "What the retention counts: 'periodic' time or 'revision' numbers."),
    AUTO_COMPACTION_RETENTION(
            Group.MEMBER, Kind.TEXT, "0", "History that is kept: hours, a duration, or revisions. 0: all."),
    COMPACTION_BATCH_LIMIT(Group.MEMBER, Kind.SIGNED, "0", "Rows looked at in one step of a compaction. 0: 1000."),
    COMPACTION_SLEEP_INTERVAL(
            Group.MEMBER, Kind.DURATION, "0s", "Pause between two steps of a compaction. 0: 10ms."),
    BOOTSTRAP_DEFRAG_THRESHOLD_MEGABYTES(
            Group.MEMBER, Kind.UNSIGNED, "0", "Free megabytes given back before a member serves. 0: never."),
    WATCH_PROGRESS_NOTIFY_INTERVAL(
            Group.MEMBER, Kind.DURATION, "10m0s", "Tell idle watchers that asked for it how far they are, so often."),
    GRPC_KEEPALIVE_MIN_TIME(
            Group.MEMBER, Kind.DURATION, "5s", "End connections of clients that ping more often than this."),
    GRPC_KEEPALIVE_INTERVAL(Group.MEMBER, Kind.DURATION, "2h0m0s", "Ping a connection that is silent for so long."),
    GRPC_KEEPALIVE_TIMEOUT(Group.MEMBER, Kind.DURATION, "20s", "How long such a ping may go unanswered."),
    CORS(Group.MEMBER, Kind.TEXTS, "*", "Pages whose scripts may call, comma-separated; * is any."),
    HOST_WHITELIST(
            Group.MEMBER, Kind.TEXTS, "*", "Host names that requests in clear text may be sent to; * is any."),
    ENABLE_GRPC_GATEWAY(Group.MEMBER, Kind.BOOLEAN, "true", "Serve the JSON gateway."),

    AUTH_TOKEN(
            Group.SECURITY,
            Kind.TEXT,
            "simple",
            "What makes and reads users' tokens: 'simple', or a plug-in's name[,option=value…]."),
    AUTH_TOKEN_TTL(Group.SECURITY, Kind.UNSIGNED_32, "300", "Seconds that a simple token lives that is not shown."),
    BCRYPT_COST(Group.SECURITY, Kind.UNSIGNED, "10", "Logarithm of the rounds of a password's hash, 4 to 31."),
    PEER_CERT_FILE(Group.SECURITY, Kind.TEXT, "", "Certificate of the peer port, PEM."),
    PEER_KEY_FILE(Group.SECURITY, Kind.TEXT, "", "Its private key, PEM."),
    PEER_CLIENT_CERT_AUTH(Group.SECURITY, Kind.BOOLEAN, "false", "Peers have to show a certificate."),
    PEER_TRUSTED_CA_FILE(Group.SECURITY, Kind.TEXT, "", "Who signs the peers' certificates, PEM."),
    PEER_CLIENT_CERT_FILE(
            Group.SECURITY, Kind.TEXT, "", "Certificate shown to peers. Empty: that of the peer port."),
    PEER_CLIENT_KEY_FILE(Group.SECURITY, Kind.TEXT, "", "Its private key, PEM."),
    PEER_CERT_ALLOWED_CN(Group.SECURITY, Kind.TEXTS, "", "Common names that peers' certificates may bear."),
    PEER_CERT_ALLOWED_HOSTNAME(Group.SECURITY, Kind.TEXTS, "", "Hosts that peers' certificates may be for."),

    INITIAL_ADVERTISE_PEER_URLS(
            Group.CLUSTERING, Kind.URLS, "http://localhost:2380", "Where the other members find this one."),
    INITIAL_CLUSTER(
            Group.CLUSTERING, Kind.CLUSTER, "", "Founding members, name=URL,… Empty: this member alone."),
    INITIAL_CLUSTER_STATE(Group.CLUSTERING, Kind.CLUSTER_STATE, "new", "Found a cluster ('new') or join ('existing')."),
    INITIAL_CLUSTER_TOKEN(Group.CLUSTERING, Kind.TEXT, "etcd-cluster", "Keeps the ids of clusters apart."),
    DISCOVERY_ENDPOINTS(Group.CLUSTERING, Kind.TEXTS, "", "An etcd that lists the founders, comma-separated."),
    DISCOVERY_TOKEN(Group.CLUSTERING, Kind.TEXT, "", "Under which token it lists them; the cluster's token too."),
    DISCOVERY_DIAL_TIMEOUT(Group.CLUSTERING, Kind.DURATION, "2s", "How long a connection to it may take to open."),
    DISCOVERY_REQUEST_TIMEOUT(Group.CLUSTERING, Kind.DURATION, "5s", "How long its answer may take."),
    DISCOVERY_KEEPALIVE_TIME(Group.CLUSTERING, Kind.DURATION, "2s", "Accepted; a connection is made for each request."),
    DISCOVERY_KEEPALIVE_TIMEOUT(
            Group.CLUSTERING, Kind.DURATION, "6s", "Accepted; a connection is made for each request."),
    DISCOVERY_INSECURE_TRANSPORT(Group.CLUSTERING, Kind.BOOLEAN, "true", "Ask it in clear text."),
    DISCOVERY_INSECURE_SKIP_TLS_VERIFY(Group.CLUSTERING, Kind.BOOLEAN, "false", "Take any certificate of it."),
    DISCOVERY_CERT(Group.CLUSTERING, Kind.TEXT, "", "Certificate shown to it."),
    DISCOVERY_KEY(Group.CLUSTERING, Kind.TEXT, "", "Key of that certificate."),
    DISCOVERY_CACERT(Group.CLUSTERING, Kind.TEXT, "", "Who may have signed its certificate."),
    DISCOVERY_USER(Group.CLUSTERING, Kind.TEXT, "", "Who asks it: name or name:password."),
    DISCOVERY_PASSWORD(Group.CLUSTERING, Kind.TEXT, "", "That user's password."),
    DISCOVERY_SRV(Group.CLUSTERING, Kind.TEXT, "", "Domain whose SRV records name the founders."),
    DISCOVERY_SRV_NAME(Group.CLUSTERING, Kind.TEXT, "", "Suffix of the services' names in it."),
    ADVERTISE_CLIENT_URLS(
            Group.CLUSTERING, Kind.URLS, "http://localhost:2379", "What clients are told to reach this member by."),
    STRICT_RECONFIG_CHECK(Group.CLUSTERING, Kind.BOOLEAN, "true", "Refuse changes that would cost the quorum."),
    MAX_LEARNERS(Group.CLUSTERING, Kind.SIGNED, "1", "Learners there may be; the same on all members."),
    LEARNER_AUTO_PROMOTE(Group.CLUSTERING, Kind.BOOLEAN, "false", "Give learners a vote once they have caught up."),
    PRE_VOTE(Group.CLUSTERING, Kind.BOOLEAN, "true", "Ask before disturbing a cluster with an election."),

    EMULATED_VERSION(
            Group.COMPATIBILITY,
            Kind.TEXT,
            "3.7",
            "Which etcd the member is to others: '3.7', or '3.6' for clusters with members of 3.5 or 3.6."),
    V2_COMPAT(
            Group.COMPATIBILITY,
            Kind.TEXT,
            "translate",
            "What becomes of v2 requests in logs and of members of 3.5: 'translate', or 'reject'."),
    STORAGE_MIGRATOR(
            Group.COMPATIBILITY,
            Kind.TEXT,
            "etcd",
            "What knows storage versions: 'etcd', or 'up-only'. 'drawbore plugins' lists them."),
    DOWNGRADE_CHECK_TIME(
            Group.COMPATIBILITY,
            Kind.DURATION,
            "5s",
            "How often a leader looks whether a downgrade is done. 0: never."),
    FEATURE_GATES(Group.COMPATIBILITY, Kind.TEXT, "", "etcd's feature gates, Name=true|false,…"),
    LEASE_CHECKPOINT_PERSIST(
            Group.COMPATIBILITY,
            Kind.SWITCH,
            "by-version",
            "Keep what is left of leases below cluster version 3.6 too: 'always', or 'by-version'."),
    EXPERIMENTAL_ENABLE_LEASE_CHECKPOINT(
            Group.COMPATIBILITY, Kind.BOOLEAN, "false", "As --feature-gates=LeaseCheckpoint=true."),
    EXPERIMENTAL_ENABLE_LEASE_CHECKPOINT_PERSIST(
            Group.COMPATIBILITY, Kind.BOOLEAN, "false", "As --feature-gates=LeaseCheckpointPersist=true."),

    PLUGINS(
            Group.PLUGINS, Kind.TEXTS, "all", "Which of those in the folder are loaded: 'all', 'none', or names."),
    PLUGINS_DIR(Group.PLUGINS, Kind.TEXT, "", "A folder of folders with plug-ins. Empty: plugins/ of this program."),
    PLUGIN_CONFIG(
            Group.PLUGINS,
            Kind.PLUGIN_CONFIG,
            "",
            "What they are told: plug-in.key=value,… (\\, is a comma); @file reads the same from Java properties."),

    LISTEN_METRICS_URLS(Group.OBSERVING, Kind.URLS, "", "Where metrics and health are served besides."),
    WARNING_APPLY_DURATION(Group.OBSERVING, Kind.DURATION, "100ms", "Report entries that take longer to apply."),
    WARNING_UNARY_REQUEST_DURATION(Group.OBSERVING, Kind.DURATION, "300ms", "Report requests that take longer."),

    LOGGER(Group.LOGGING, Kind.TEXT, "zap", "Names etcd's log format; 'zap' is the only one."),
    LOG_OUTPUTS(Group.LOGGING, Kind.TEXTS, "default", "'default', 'stderr', 'stdout' or files, comma-separated."),
    LOG_LEVEL(Group.LOGGING, Kind.TEXT, "info", "debug, info, warn, error, panic or fatal."),
    LOG_FORMAT(Group.LOGGING, Kind.TEXT, "json", "'json', or 'console' for people."),

    FORCE_NEW_CLUSTER(
            Group.UNSAFE, Kind.BOOLEAN, "false", "Go on alone with this member's data; all others are removed."),
    UNSAFE_NO_FSYNC(Group.UNSAFE, Kind.BOOLEAN, "false", "Never sync: a crash may lose or damage all data."),

    CONFIG_FILE(Group.PROGRAM, Kind.TEXT, "", "YAML or JSON file read instead of flags and variables."),
    VERSION(Group.PROGRAM, Kind.BOOLEAN, "false", "Print the version and exit.");

    private static final Map<String, Flag> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Flag::flag, Function.identity()));

    private final Group group;
    private final Kind kind;
    private final String byDefault;
    private final String help;

    Flag(final Group group, final Kind kind, final String byDefault, final String help) {
        this.group = group;
        this.kind = kind;
        this.byDefault = byDefault;
        this.help = help;
    }

    /** The flag, and key of the file, of that name. */
    public static Optional<Flag> of(final String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Its name without dashes before it. */
    public String flag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The variable that says the same. */
    public String variable() {
        return "ETCD_" + name();
    }

    /** Whether a file may say it. */
    public boolean inFile() {
        return group != Group.PROGRAM;
    }

    /** Its place in the help text. */
    public Group group() {
        return group;
    }

    /** What values it takes. */
    public Kind kind() {
        return kind;
    }

    /** What holds where it isn't given. */
    public String byDefault() {
        return byDefault;
    }

    /** One line on what it does. */
    public String help() {
        return help;
    }

    /** The parts of the help text. */
    public enum Group {
        MEMBER("Member"),
        SECURITY("Security"),
        CLUSTERING("Clustering"),
        COMPATIBILITY("Compatibility"),
        PLUGINS("Plug-ins"),
        OBSERVING("Observing"),
        LOGGING("Logging"),
        UNSAFE("Unsafe"),
        PROGRAM("Program");

        private final String title;

        Group(final String title) {
            this.title = title;
        }

        /** What people read above the part. */
        public String title() {
            return title;
        }
    }
}
