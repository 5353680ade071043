package io.drawbore.rpc;

import io.drawbore.api.FrontDoor;
import io.drawbore.metrics.Metrics;
import io.drawbore.rpc.internal.JettyEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A member's client port: gRPC, the JSON gateway, {@code /health}, {@code /livez}, {@code /readyz}, {@code /version}
 * and {@code /metrics}, over HTTP/1.1 and HTTP/2 on every port, and what is served besides ({@link ClientExtensions}).
 * Starts once and stops once. The methods are for one thread; requests are served on threads of its own, which never
 * wait for the front door.
 */
public final class ClientEndpoint {
    private final JettyEndpoint endpoint;

    /**
     * Prepares the port; opens nothing.
     *
     * @param door who answers
     * @param metrics where the transport registers what it counts, and what {@code /metrics} shows
     * @throws IllegalArgumentException one line naming the URL that cannot be listened on, and why
     */
    public ClientEndpoint(EndpointConfig config, FrontDoor door, Metrics metrics) {
        this(config, door, metrics, ClientExtensions.EMPTY);
    }

    /**
     * The same with something besides.
     *
     * @param extensions what is served beside etcd's own
     * @throws IllegalArgumentException one line naming the URL that cannot be listened on, and why
     */
    public ClientEndpoint(EndpointConfig config, FrontDoor door, Metrics metrics, ClientExtensions extensions) {
        endpoint = new JettyEndpoint(config, door, metrics, extensions);
    }

    /**
     * Opens all addresses, or none.
     *
     * @throws IOException one line naming the URL that could not be opened, and why; nothing is left open then
     */
    public void start() throws IOException {
        endpoint.start();
    }

    /**
     * Where it listens for clients, first for gRPC, then for plain HTTP where that is apart, in the order of the URLs,
     * with the ports that were free where 0 was asked for; nothing while closed.
     */
    public List<InetSocketAddress> addresses() {
        return endpoint.addresses();
    }

    /** Where it listens for those who want metrics and health only; otherwise the same. */
    public List<InetSocketAddress> metricsAddresses() {
        return endpoint.metricsAddresses();
    }

    /**
     * Stops taking connections and calls, gives those under way the stop timeout, and frees the ports. Streams that
     * have no end of their own, and after that time calls of extensions, are ended with {@code server stopped}. Safe to
     * call twice.
     */
    public void stop() {
        endpoint.stop();
    }
}
