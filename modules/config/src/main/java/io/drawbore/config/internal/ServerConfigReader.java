package io.drawbore.config.internal;

import io.drawbore.config.Invocation;
import io.drawbore.config.ServerConfig;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Turns settings into a configuration and judges what no single value shows. Belongs to the thread that parses. */
public final class ServerConfigReader {
    private static final long MAX_ELECTION_MILLIS = 50_000;
    private static final long RECOMMENDED_REQUEST_BYTES = 10 << 20;

    private final Settings settings;
    private final Mistakes mistakes;
    private final List<Invocation.Notice> notices;

    /** What was told, and where to report. */
    public ServerConfigReader(
            final Settings settings, final Mistakes mistakes, final List<Invocation.Notice> notices) {
        this.settings = settings;
        this.mistakes = mistakes;
        this.notices = notices;
    }

    /** The configuration; means something only if there were no mistakes. */
    public ServerConfig read() {
        final String name = required(Flag.NAME);
        if (name.equals(Flag.NAME.byDefault())) {
            notices.add(new Invocation.Notice(
                    "no --name is set; members of one cluster need names of their own", "name", name));
        }
        final ServerConfig.Urls urls = urls();
        return new ServerConfig(
                name,
                storage(name),
                urls,
                peerTls(),
                bootstrap(name, urls.initialAdvertisePeer()),
                raft(),
                limits(),
                new UpkeepReader(settings, mistakes, notices).read(),
                new CompatibilityReader(settings, mistakes, notices).read(),
                new PluginReader(settings, mistakes).read(),
                new ServerConfig.Connections(
                        settings.duration(Flag.GRPC_KEEPALIVE_MIN_TIME),
                        settings.duration(Flag.GRPC_KEEPALIVE_INTERVAL),
                        settings.duration(Flag.GRPC_KEEPALIVE_TIMEOUT),
                        settings.texts(Flag.CORS),
                        settings.texts(Flag.HOST_WHITELIST)),
                new AuthReader(settings, mistakes, notices).read(),
                settings.isTrue(Flag.ENABLE_GRPC_GATEWAY),
                logging(),
                new ServerConfig.Warnings(
                        settings.duration(Flag.WARNING_APPLY_DURATION),
                        settings.duration(Flag.WARNING_UNARY_REQUEST_DURATION)));
    }

    private ServerConfig.Storage storage(final String name) {
        final Path dataDir;
        if (settings.text(Flag.DATA_DIR).isEmpty()) {
            dataDir = path(Flag.DATA_DIR, name + ".etcd");
            notices.add(new Invocation.Notice("'data-dir' was empty; using default", "data-dir", dataDir.toString()));
        } else {
            dataDir = path(Flag.DATA_DIR, settings.text(Flag.DATA_DIR));
        }
        final String walDir = settings.text(Flag.WAL_DIR);
        final long snapshotCount = settings.number(Flag.SNAPSHOT_COUNT);
        if (snapshotCount == 0) {
            mistakes.add("--snapshot-count must be >0 (set to 0)");
        }
        return new ServerConfig.Storage(
                dataDir,
                walDir.isEmpty() ? dataDir.resolve("member").resolve("wal") : path(Flag.WAL_DIR, walDir),
                required(Flag.BACKEND),
                required(Flag.LOG_STORE),
                !settings.isTrue(Flag.UNSAFE_NO_FSYNC),
                settings.number(Flag.MAX_WALS),
                snapshotCount,
                settings.number(Flag.SNAPSHOT_CATCHUP_ENTRIES));
    }

    private ServerConfig.Urls urls() {
        final boolean unadvertised = settings.isSet(Flag.LISTEN_CLIENT_URLS)
                && (!settings.isSet(Flag.ADVERTISE_CLIENT_URLS)
                        || settings.urls(Flag.ADVERTISE_CLIENT_URLS).isEmpty());
        if (unadvertised) {
            mistakes.add("--advertise-client-urls is required when --listen-client-urls is set explicitly");
        }
        return new ServerConfig.Urls(
                listen(Flag.LISTEN_CLIENT_URLS, true),
                unadvertised ? List.of() : advertise(Flag.ADVERTISE_CLIENT_URLS),
                listen(Flag.LISTEN_CLIENT_HTTP_URLS, false),
                listen(Flag.LISTEN_METRICS_URLS, false),
                listenPeers(),
                advertise(Flag.INITIAL_ADVERTISE_PEER_URLS));
    }

    /** The one port with TLS. */
    private List<URI> listenPeers() {
        final List<URI> urls = settings.urls(Flag.LISTEN_PEER_URLS);
        if (urls.isEmpty()) {
            mistakes.add("--" + Flag.LISTEN_PEER_URLS.flag() + " must name at least one URL");
        }
        Urls.bindMistakes(
                        Flag.LISTEN_PEER_URLS.flag(),
                        urls,
                        peerTls().isGiven() ? Set.of("http", "https", "unix") : Set.of("http", "unix"))
                .forEach(mistakes::add);
        return urls;
    }

    private ServerConfig.PeerTls peerTls() {
        return new ServerConfig.PeerTls(
                settings.text(Flag.PEER_CERT_FILE),
                settings.text(Flag.PEER_KEY_FILE),
                settings.text(Flag.PEER_CLIENT_CERT_FILE),
                settings.text(Flag.PEER_CLIENT_KEY_FILE),
                settings.text(Flag.PEER_TRUSTED_CA_FILE),
                settings.isTrue(Flag.PEER_CLIENT_CERT_AUTH),
                settings.texts(Flag.PEER_CERT_ALLOWED_CN),
                settings.texts(Flag.PEER_CERT_ALLOWED_HOSTNAME));
    }

    private List<URI> listen(final Flag flag, final boolean required) {
        final List<URI> urls = settings.urls(flag);
        if (required && urls.isEmpty()) {
            mistakes.add("--" + flag.flag() + " must name at least one URL");
        }
        Urls.bindMistakes(flag.flag(), urls, Set.of("http")).forEach(mistakes::add);
        return urls;
    }

    private List<URI> advertise(final Flag flag) {
        final List<URI> urls = settings.urls(flag);
        if (urls.isEmpty()) {
            mistakes.add("--" + flag.flag() + " must name at least one URL");
        }
        for (final URI url : urls) {
            if (!Urls.hasHost(url)) {
                mistakes.add("--" + flag.flag() + " \"" + settings.text(flag)
                        + "\" must be \"host:port\" (unexpected empty host (" + url + "))");
            }
        }
        return urls;
    }

    private ServerConfig.Bootstrap bootstrap(final String name, final List<URI> advertised) {
        final Map<String, List<URI>> told = settings.cluster(Flag.INITIAL_CLUSTER);
        final Map<String, List<URI>> cluster = told.isEmpty() ? Map.of(name, advertised) : told;
        final ServerConfig.Discovery discovery = new DiscoveryReader(settings, mistakes).read(!told.isEmpty());
        return new ServerConfig.Bootstrap(
                cluster,
                settings.text(
                        discovery instanceof ServerConfig.Discovery.Service
                                ? Flag.DISCOVERY_TOKEN
                                : Flag.INITIAL_CLUSTER_TOKEN),
                settings.text(Flag.INITIAL_CLUSTER_STATE).equals("existing"),
                settings.isTrue(Flag.FORCE_NEW_CLUSTER),
                discovery);
    }

    private ServerConfig.Raft raft() {
        final long tick = settings.number(Flag.HEARTBEAT_INTERVAL);
        final long election = settings.number(Flag.ELECTION_TIMEOUT);
        if (tick == 0) {
            mistakes.add("--heartbeat-interval must be >0 (set to 0ms)");
        }
        if (election == 0) {
            mistakes.add("--election-timeout must be >0 (set to 0ms)");
        } else if (tick > election / 5) {
            mistakes.add("--election-timeout[" + election + "ms] should be at least as 5 times as --heartbeat-interval["
                    + tick + "ms]");
        } else if (election > MAX_ELECTION_MILLIS) {
            mistakes.add("--election-timeout[" + election + "ms] is too long, and should be set less than "
                    + MAX_ELECTION_MILLIS + "ms");
        }
        return new ServerConfig.Raft(
                Duration.ofMillis(tick),
                Duration.ofMillis(election),
                settings.isTrue(Flag.INITIAL_ELECTION_TICK_ADVANCE),
                settings.isTrue(Flag.PRE_VOTE),
                settings.isTrue(Flag.STRICT_RECONFIG_CHECK),
                Math.clamp(settings.signed(Flag.MAX_LEARNERS), 0, Integer.MAX_VALUE),
                settings.isTrue(Flag.LEARNER_AUTO_PROMOTE));
    }

    private ServerConfig.Limits limits() {
        final long requestBytes = settings.number(Flag.MAX_REQUEST_BYTES);
        if (requestBytes > RECOMMENDED_REQUEST_BYTES) {
            notices.add(new Invocation.Notice(
                    "exceeded recommended request limit", "max-request-bytes", Long.toString(requestBytes)));
        }
        return new ServerConfig.Limits(
                asInt(Flag.MAX_REQUEST_BYTES),
                asInt(Flag.MAX_TXN_OPS),
                settings.number(Flag.MAX_CONCURRENT_STREAMS),
                settings.duration(Flag.WATCH_PROGRESS_NOTIFY_INTERVAL));
    }

    /** Half of what an array can hold: headers and envelopes come on top of it. */
    private int asInt(final Flag flag) {
        final long value = settings.number(flag);
        if (value > Integer.MAX_VALUE / 2) {
            mistakes.add("--" + flag.flag() + " must be at most " + Integer.MAX_VALUE / 2 + " (set to " + value + ")");
            return 0;
        }
        return (int) value;
    }

    private ServerConfig.Logging logging() {
        final String logger = settings.text(Flag.LOGGER);
        if (!logger.equals("zap")) {
            mistakes.add("unknown logger option \"" + logger + "\"");
        }
        return new ServerConfig.Logging(
                oneOf(Flag.LOG_LEVEL, ServerConfig.LogLevel.values(), ServerConfig.LogLevel.INFO),
                oneOf(Flag.LOG_FORMAT, ServerConfig.LogFormat.values(), ServerConfig.LogFormat.JSON),
                logOutputs());
    }

    private List<String> logOutputs() {
        final List<String> told = settings.texts(Flag.LOG_OUTPUTS);
        if (told.size() > 1 && told.contains("default")) {
            mistakes.add("multi logoutput for \"default\" is not supported yet");
        }
        final var outputs = new ArrayList<String>();
        for (final String output : told.isEmpty() ? List.of("default") : told) {
            if (output.equals("systemd/journal")) {
                mistakes.add("--log-outputs: systemd/journal is not written to by this version; systemd keeps what "
                        + "goes to stderr");
            }
            outputs.add(output.equals("default") ? "stderr" : output);
        }
        return outputs;
    }

    private <E extends Enum<E>> E oneOf(final Flag flag, final E[] values, final E otherwise) {
        final String told = settings.text(flag);
        final var names = new ArrayList<String>();
        for (final E value : values) {
            final String name = value.name().toLowerCase(Locale.ROOT);
            if (name.equals(told)) {
                return value;
            }
            names.add(name);
        }
        mistakes.add("unknown --" + flag.flag() + " \"" + told + "\", supported values: " + String.join(", ", names));
        return otherwise;
    }

    private String required(final Flag flag) {
        final String text = settings.text(flag);
        if (text.isEmpty()) {
            mistakes.add("--" + flag.flag() + " must not be empty");
        }
        return text;
    }

    private Path path(final Flag flag, final String text) {
        try {
            return Path.of(text);
        } catch (final InvalidPathException impossible) {
            mistakes.add("--" + flag.flag() + " is no path: " + Objects.requireNonNull(impossible.getReason()));
            return Path.of("");
        }
    }
}
