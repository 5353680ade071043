package io.drawbore.peer;

import java.time.Duration;
import java.util.List;

/**
 * How a member's peer port is served.
 *
 * @param listen URLs to listen on; http only; not empty
 * @param advertised URLs under which other members reach this one
 * @param connectTimeout how long opening a connection to another member may take
 */
public record PeerOptions(List<String> listen, List<String> advertised, Duration connectTimeout) {
    /** Keeps copies of the lists. */
    public PeerOptions {
        listen = List.copyOf(listen);
        advertised = List.copyOf(advertised);
    }
}
