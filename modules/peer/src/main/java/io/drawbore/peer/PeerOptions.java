package io.drawbore.peer;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a member's peer port is served.
 *
 * @param listen URLs to listen on; http, unix, or https where there is {@code tls}; not empty
 * @param advertised URLs under which other members reach this one
 * @param connectTimeout how long opening a connection to another member may take
 * @param tls by which members prove each other who they are; null for none
 */
public record PeerOptions(
        List<String> listen, List<String> advertised, Duration connectTimeout, @Nullable PeerTls tls) {
    /** Keeps copies of the lists. */
    public PeerOptions {
        listen = List.copyOf(listen);
        advertised = List.copyOf(advertised);
    }
}
