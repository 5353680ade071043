package io.drawbore.raft;

/** How a leader proves that it still leads before it names an index to read at. */
public enum ReadOnlyMode {
    /** By a round of heartbeats that a quorum answers (Raft thesis 6.4). */
    SAFE,
    /** By its clock alone: safe only while clocks drift less than the election timeout. Needs check-quorum. */
    LEASE_BASED
}
