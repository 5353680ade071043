package io.drawbore.apply;

import io.drawbore.api.Command;
import io.drawbore.auth.Requester;

/**
 * A raft entry understood.
 *
 * @param requestId the id under which the proposer waits for the outcome, 0 for none
 * @param requester who asked for it
 * @param command what it asks for
 */
record DecodedEntry(long requestId, Requester requester, Command command) {
    /** What the cluster itself asks for. */
    DecodedEntry(long requestId, Command command) {
        this(requestId, Requester.NOBODY, command);
    }
}
