package io.drawbore.peer.internal;

import java.net.URI;
import java.nio.file.Path;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.io.Transport;

/**
 * URLs of sockets in the file system, as etcd has them: what stands behind {@code unix://} is the socket's file, so
 * that {@code unix://127.0.0.1:2380} is a file of that name in the folder that a member was started in.
 */
final class UnixUrl {
    private static final String SCHEME = "unix";

    private UnixUrl() {}

    static boolean is(URI url) {
        return SCHEME.equals(url.getScheme());
    }

    /** The socket's file. */
    static Path file(URI url) {
        String authority = url.getRawAuthority();
        return Path.of((authority == null ? "" : authority) + url.getRawPath());
    }

    /** A GET to a member's URL of any kind, whose path is yet to be said. */
    static Request request(HttpClient client, String url) {
        URI uri = URI.create(url);
        return is(uri)
                ? client.newRequest("http://localhost").transport(new Transport.TCPUnix(file(uri)))
                : client.newRequest(uri);
    }
}
