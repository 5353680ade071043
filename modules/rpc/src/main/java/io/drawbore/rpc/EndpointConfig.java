package io.drawbore.rpc;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a client port is told. The values stand for etcd's flags of like names, where it has them.
 *
 * @param listeners where what is served
 * @param maxRequestBytes most bytes of a client's request; the transport takes 512 KiB more, for what is put around it
 * @param electionTimeout how often streams that want a leader are checked; they end at the third check without one
 * @param requestTimeout longest wait for the read behind {@code /health} and its kin
 * @param stopTimeout how long a stop waits for calls under way
 * @param keepalive who may ping whom how often
 * @param browsers which pages and names browsers may come from
 * @param limits what all clients together may make this process hold
 */
public record EndpointConfig(Listeners listeners, int maxRequestBytes, Duration electionTimeout,
        Duration requestTimeout, Duration stopTimeout, Keepalive keepalive, Browsers browsers, Limits limits) {
    private static final long MIN_HELD_BYTES = 16 << 20;
    /** For libraries, the log, the store, selectors and peers. */
    private static final int OWN_DESCRIPTORS = 256;

    /** Refuses what makes no sense. */
    public EndpointConfig {
        if (listeners.clients.isEmpty() || maxRequestBytes < 1) {
            throw new IllegalArgumentException("a client port needs a URL and limits of at least 1");
        }
    }

    /**
     * Where what is served: {@code http://host:port}, one connector each; port 0 takes a free one, {@code localhost} is
     * the loopback address whatever a name server says.
     *
     * @param clients gRPC, and where {@code http} is empty all else too; not empty
     * @param http all that isn't gRPC, over HTTP/1.1
     * @param metrics only metrics and health, besides
     * @param gateway whether the JSON gateway is served where all that isn't gRPC is
     */
    public record Listeners(List<String> clients, List<String> http, List<String> metrics, boolean gateway) {
        /** Copies the lists. */
        public Listeners {
            clients = List.copyOf(clients);
            http = List.copyOf(http);
            metrics = List.copyOf(metrics);
        }

        /** All on the same addresses. */
        public static Listeners everythingOn(List<String> urls) {
            return new Listeners(urls, List.of(), List.of(), true);
        }
    }

    /**
     * Rules for pings on connections of HTTP/2.
     *
     * @param minTime a client that pings more often, though nothing was sent to it in between, has three attempts
     *     before its connection is ended with {@code too_many_pings}; one without a call under way may ping every two
     *     hours
     * @param interval silence on a connection after which the client is pinged
     * @param timeout how long it may take to answer
     */
    public record Keepalive(Duration minTime, Duration interval, Duration timeout) {
        /** etcd's defaults. */
        public static final Keepalive DEFAULTS =
                new Keepalive(Duration.ofSeconds(5), Duration.ofHours(2), Duration.ofSeconds(20));
    }

    /**
     * What browsers are told, and protected from.
     *
     * @param origins pages whose scripts may call; {@code *} is any
     * @param hosts host names that a request over clear text may be addressed to; {@code *} is any
     */
    public record Browsers(Set<String> origins, Set<String> hosts) {
        /** etcd's defaults: any. */
        public static final Browsers DEFAULTS = new Browsers(Set.of("*"), Set.of("*"));

        /** Copies the sets; an empty one stands for any, as in etcd. */
        public Browsers {
            origins = origins.isEmpty() ? Set.of("*") : Set.copyOf(origins);
            hosts = hosts.isEmpty() ? Set.of("*") : Set.copyOf(hosts);
        }
    }

    /**
     * What clients, friendly or not, may make this process hold. How often a connection may send the frames that cost
     * us and not the client is no setting: no client that means well comes near.
     *
     * @param maxConcurrentStreams most calls under way on one connection
     * @param maxConnections most connections; further ones wait to be accepted. Descriptors that the log and the store
     *     need must be left: where they run out, a member cannot go on
     * @param maxHeaderBytes most bytes of a request's headers; the room is for tokens
     * @param maxHeldBytes most bytes of requests that have not arrived whole, and as many of answers that have not been
     *     taken, over all connections. Where it is exceeded the oldest call that holds some is ended: who means well
     *     has long sent or taken what it holds
     */
    public record Limits(int maxConcurrentStreams, int maxConnections, int maxHeaderBytes, long maxHeldBytes) {
        /** Refuses what makes no sense. */
        public Limits {
            if (maxConcurrentStreams < 1 || maxConnections < 1 || maxHeaderBytes < 1 || maxHeldBytes < 1) {
                throw new IllegalArgumentException("the limits of a client port are at least 1");
            }
        }

        /**
         * An eighth of the heap for what is held, as many connections as there are descriptors beyond those of the
         * member's own, any number of streams.
         */
        public static Limits defaults() {
            return new Limits(Integer.MAX_VALUE, spareDescriptors(), 64 * 1024,
                    Math.max(MIN_HELD_BYTES, Runtime.getRuntime().maxMemory() / 8));
        }

        private static int spareDescriptors() {
            if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
                long spare = unix.getMaxFileDescriptorCount() - OWN_DESCRIPTORS;
                return Math.clamp(spare, 1, Integer.MAX_VALUE);
            }
            return Integer.MAX_VALUE;
        }
    }

    /** etcd's defaults. */
    public static EndpointConfig defaults(List<String> listenUrls) {
        return new EndpointConfig(Listeners.everythingOn(listenUrls), 1536 * 1024, Duration.ofSeconds(1),
                Duration.ofSeconds(7), Duration.ofSeconds(5), Keepalive.DEFAULTS, Browsers.DEFAULTS, Limits.defaults());
    }

    /** The same with other addresses. */
    public EndpointConfig withListeners(Listeners others) {
        return new EndpointConfig(others, maxRequestBytes, electionTimeout, requestTimeout, stopTimeout,
                keepalive, browsers, limits);
    }

    /** The same with another limit of a request. */
    public EndpointConfig withMaxRequestBytes(int bytes) {
        return new EndpointConfig(listeners, bytes, electionTimeout, requestTimeout, stopTimeout, keepalive,
                browsers, limits);
    }

    /** The same with another limit of calls on a connection. */
    public EndpointConfig withMaxConcurrentStreams(int streams) {
        return withLimits(new Limits(streams, limits.maxConnections, limits.maxHeaderBytes, limits.maxHeldBytes));
    }

    /** The same with another limit of connections. */
    public EndpointConfig withMaxConnections(int connections) {
        return withLimits(new Limits(limits.maxConcurrentStreams, connections, limits.maxHeaderBytes,
                limits.maxHeldBytes));
    }

    /** The same with another limit of what is held. */
    public EndpointConfig withMaxHeldBytes(long bytes) {
        return withLimits(new Limits(limits.maxConcurrentStreams, limits.maxConnections, limits.maxHeaderBytes, bytes));
    }

    private EndpointConfig withLimits(Limits others) {
        return new EndpointConfig(listeners, maxRequestBytes, electionTimeout, requestTimeout, stopTimeout,
                keepalive, browsers, others);
    }

    /**
     * The same with the timeouts that follow from an election timeout, as in etcd: requests take 5 s and twice that.
     */
    public EndpointConfig withElectionTimeout(Duration timeout) {
        return new EndpointConfig(listeners, maxRequestBytes, timeout,
                timeout.multipliedBy(2).plusSeconds(5), stopTimeout, keepalive, browsers, limits);
    }

    /** The same with other rules for pings. */
    public EndpointConfig withKeepalive(Keepalive rules) {
        return new EndpointConfig(listeners, maxRequestBytes, electionTimeout, requestTimeout, stopTimeout,
                rules, browsers, limits);
    }

    /** The same with other rules for browsers. */
    public EndpointConfig withBrowsers(Browsers rules) {
        return new EndpointConfig(listeners, maxRequestBytes, electionTimeout, requestTimeout, stopTimeout,
                keepalive, rules, limits);
    }

    /** The same with another patience when stopping. */
    public EndpointConfig withStopTimeout(Duration timeout) {
        return new EndpointConfig(listeners, maxRequestBytes, electionTimeout, requestTimeout, timeout,
                keepalive, browsers, limits);
    }
}
