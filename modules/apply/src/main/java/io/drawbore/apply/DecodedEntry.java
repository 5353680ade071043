package io.drawbore.apply;

import io.drawbore.api.Command;

/**
 * A raft entry understood.
 *
 * @param requestId the id under which the proposer waits for the outcome, 0 for none
 * @param command what it asks for
 */
record DecodedEntry(long requestId, Command command) {}
