package io.drawbore.raft;

/**
 * What is worth knowing of a member and never has to be stored.
 *
 * @param lead the leader it knows of, 0 for none
 * @param role what it does at this term
 */
public record SoftState(long lead, RaftRole role) {
}
