package io.drawbore.peer.internal;

import io.drawbore.api.Workers;
import io.drawbore.membership.MemberIds;
import io.drawbore.metrics.Counter;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether another member is in touch, and since when; says so in the log when that changes. Any thread. */
final class PeerStatus {
    private static final Logger LOG = LoggerFactory.getLogger(PeerStatus.class);

    private final String peer;
    private final Workers workers;
    private final Counter disconnected;

    // guarded by this
    private boolean active;
    private long since;
    private boolean everActive;

    PeerStatus(long peer, Workers workers, Counter disconnected) {
        this.peer = MemberIds.hex(peer);
        this.workers = workers;
        this.disconnected = disconnected;
    }

    synchronized void activate() {
        if (!active) {
            active = true;
            everActive = true;
            since = workers.nanoTime();
            LOG.atInfo().addKeyValue("peer-id", peer).log("peer became active");
        }
    }

    synchronized void deactivate(String reason) {
        if (active) {
            active = false;
            disconnected.increment();
            LOG.atWarn().addKeyValue("peer-id", peer).addKeyValue("error", reason).log("peer became inactive");
        } else if (!everActive) {
            everActive = true;
            LOG.atInfo().addKeyValue("peer-id", peer).addKeyValue("error", reason).log("peer is not in touch yet");
        }
    }

    synchronized OptionalLong activeSince() {
        return active ? OptionalLong.of(since) : OptionalLong.empty();
    }

    synchronized boolean isActive() {
        return active;
    }
}
