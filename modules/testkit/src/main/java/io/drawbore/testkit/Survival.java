package io.drawbore.testkit;

/** What of the unsynced work is still there after a loss of power. What was synced always is. */
public enum Survival {
    /** Nothing. */
    SYNCED_ONLY,
    /** All of it, as after the end of a process rather than of the machine. */
    EVERYTHING,
    /** Any subset of the sectors, in no order, and a prefix of the changes to each folder's names. */
    ANY_SECTORS,
    /** All but the end of the last write, of which only a prefix of the sectors reached the disk. */
    TORN_LAST_WRITE,
    /** All, but some sectors that had held nothing hold zeros. */
    ZEROED_SECTORS
}
