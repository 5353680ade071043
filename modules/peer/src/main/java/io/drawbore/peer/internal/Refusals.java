package io.drawbore.peer.internal;

import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once why somebody is refused: who is, comes again ten times a second. Any thread.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    /** Refusals that are remembered; older ones are told again. */
    private static final int REMEMBERED = 256;

    // guarded by this
    private final Set<String> told = new LinkedHashSet<>();

    /**
     * Tells of one, the first time.
     *
     * @param who who came: an address or an id
     */
    void tell(String who, String why) {
        if (isNew(who + " " + why)) {
            LOG.atWarn().addKeyValue("remote", who).log("refused what came to the peer port: {}", why);
        } else {
            LOG.debug("refused what came to the peer port from {}: {}", who, why);
        }
    }

    private synchronized boolean isNew(String refusal) {
        if (!told.add(refusal)) {
            return false;
        }
        if (told.size() > REMEMBERED) {
            told.remove(told.iterator().next());
        }
        return true;
    }
}
