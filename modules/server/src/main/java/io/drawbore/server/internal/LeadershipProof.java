package io.drawbore.server.internal;

/**
 * A majority confirmed, after it was asked for, that this member leads.
 *
 * @param leadership which
 * @param index an index that was committed when it was asked for; what is applied up to here holds all of earlier terms
 */
record LeadershipProof(Leadership leadership, long index) {}
