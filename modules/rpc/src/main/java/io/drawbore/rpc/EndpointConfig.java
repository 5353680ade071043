package io.drawbore.rpc;

import java.time.Duration;
import java.util.List;

/**
 * What a client port is told. The values stand for etcd's flags of like names.
 *
 * @param listenUrls where to listen, one connector each: {@code http://host:port}; port 0 takes a free one, {@code
 *     localhost}
 *     is the loopback address whatever a name server says
 * @param maxRequestBytes most bytes of a client's request; the transport takes 512 KiB more, for what is put around it
 * @param maxTxnOps most operations of a transaction, nested ones counted as etcd counts them
 * @param maxConcurrentStreams most calls under way on one connection
 * @param electionTimeout how often streams that want a leader are checked; they end at the third check without one
 * @param requestTimeout longest wait for the read behind {@code /health} and its kin
 * @param keepaliveInterval silence on a connection after which the client is pinged
 * @param keepaliveTimeout how long it may take to answer
 * @param stopTimeout how long a stop waits for calls under way
 */
public record EndpointConfig(List<String> listenUrls, int maxRequestBytes, int maxTxnOps, int maxConcurrentStreams,
        Duration electionTimeout, Duration requestTimeout, Duration keepaliveInterval,
        Duration keepaliveTimeout, Duration stopTimeout) {
    /** Copies the list and refuses what makes no sense. */
    public EndpointConfig {
        listenUrls = List.copyOf(listenUrls);
        if (listenUrls.isEmpty() || maxRequestBytes < 1 || maxTxnOps < 1 || maxConcurrentStreams < 1) {
            throw new IllegalArgumentException("a client port needs a URL and limits of at least 1");
        }
    }

    /** etcd's defaults. */
    public static EndpointConfig defaults(List<String> listenUrls) {
        return new EndpointConfig(listenUrls, 1536 * 1024, 128, Integer.MAX_VALUE, Duration.ofSeconds(1),
                Duration.ofSeconds(7), Duration.ofHours(2), Duration.ofSeconds(20),
                Duration.ofSeconds(5));
    }

    /** The same with another limit of a request. */
    public EndpointConfig withMaxRequestBytes(int bytes) {
        return new EndpointConfig(listenUrls, bytes, maxTxnOps, maxConcurrentStreams, electionTimeout, requestTimeout,
                keepaliveInterval, keepaliveTimeout, stopTimeout);
    }

    /** The same with another limit of a transaction. */
    public EndpointConfig withMaxTxnOps(int operations) {
        return new EndpointConfig(listenUrls, maxRequestBytes, operations, maxConcurrentStreams, electionTimeout,
                requestTimeout, keepaliveInterval, keepaliveTimeout, stopTimeout);
    }

    /** The same with another limit of calls on a connection. */
    public EndpointConfig withMaxConcurrentStreams(int streams) {
        return new EndpointConfig(listenUrls, maxRequestBytes, maxTxnOps, streams, electionTimeout, requestTimeout,
                keepaliveInterval, keepaliveTimeout, stopTimeout);
    }

    /**
     * The same with the timeouts that follow from an election timeout, as in etcd: requests take 5 s and twice that.
     */
    public EndpointConfig withElectionTimeout(Duration timeout) {
        return new EndpointConfig(listenUrls, maxRequestBytes, maxTxnOps, maxConcurrentStreams, timeout,
                timeout.multipliedBy(2).plusSeconds(5), keepaliveInterval, keepaliveTimeout, stopTimeout);
    }

    /** The same with other rules for pings. */
    public EndpointConfig withKeepalive(Duration interval, Duration timeout) {
        return new EndpointConfig(listenUrls, maxRequestBytes, maxTxnOps, maxConcurrentStreams, electionTimeout,
                requestTimeout, interval, timeout, stopTimeout);
    }

    /** The same with another patience when stopping. */
    public EndpointConfig withStopTimeout(Duration timeout) {
        return new EndpointConfig(listenUrls, maxRequestBytes, maxTxnOps, maxConcurrentStreams, electionTimeout,
                requestTimeout, keepaliveInterval, keepaliveTimeout, timeout);
    }
}
