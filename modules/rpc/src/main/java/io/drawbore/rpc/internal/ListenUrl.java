package io.drawbore.rpc.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/**
 * One address to listen on.
 *
 * @param url as it was given
 * @param address where to bind
 */
record ListenUrl(String url, InetSocketAddress address) {
    private static final int MAX_PORT = 65_535;

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException one line that names the URL and what is wrong with it
     */
    static ListenUrl parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("listen URL " + url + " is not a URL: " + e.getReason(), e);
        }
        String scheme = String.valueOf(uri.getScheme());
        switch (scheme) {
            case "http" -> { }
            case "https" -> throw new IllegalArgumentException(
                    "listen URL " + url + ": TLS is not served yet, use http://");
            case "unix", "unixs" -> throw new IllegalArgumentException(
                    "listen URL " + url + ": unix sockets are not served yet, use http://");
            default -> throw new IllegalArgumentException("listen URL " + url + " must begin with http://");
        }
        if (uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("listen URL " + url + " must be http://host:port");
        }
        if (uri.getPort() > MAX_PORT) {
            throw new IllegalArgumentException("listen URL " + url + " must have a port from 0 to " + MAX_PORT);
        }
        if ((!uri.getPath().isEmpty() && !uri.getPath().equals("/")) || uri.getQuery() != null) {
            throw new IllegalArgumentException("listen URL " + url + " must not have a path");
        }
        return new ListenUrl(url, new InetSocketAddress(resolve(url, uri.getHost()), uri.getPort()));
    }

    private static InetAddress resolve(String url, String host) {
        if (host.equals("localhost")) {
            return InetAddress.getLoopbackAddress();
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("listen URL " + url + ": host " + host + " is not known", e);
        }
    }
}
