package io.drawbore.simulator;

import java.util.Map;
import java.util.TreeMap;

/**
 * How often what happened: a fault that no run ever meets, or a check that has nothing to look at, proves nothing. One
 * thread.
 */
final class Tally {
    /** What is worth counting beside the steps of a plan. */
    enum Event {
        /** A member took the snapshot that another sent. */
        SNAPSHOT_DELIVERED,
        /** A member refused a snapshot of which a bit had flipped on the way. */
        SPOILED_SNAPSHOT_REFUSED,
        /** A client's snapshot was held against the history. */
        SNAPSHOT_JUDGED,
        /** A machine whose disk had lied lost its power. */
        LIAR_LOST,
        /** What its disk held then was refused at the next start. */
        LIAR_REFUSED,
        BIT_FLIPPED,
        /** A member that was damaged did not start, or stopped. */
        DAMAGE_NOTICED,
        MEMBER_JOINED,
        /** A store was seen to be of an older version than its member, as the cluster was. */
        OLDER_STORE,
        /** In the end all members, the cluster and all stores had to be of one version. */
        VERSIONS_SETTLED,
        JOINED_MEMBER_ASKED,
        /** A client asked a member that was none any more, and still ran. */
        REMOVED_MEMBER_ASKED,
        LOCK_TAKEN,
        /** Somebody held the lock that another wanted. */
        LOCK_HELD
    }

    private final Map<String, Long> counts = new TreeMap<>();

    void count(Event event) {
        counts.merge(event.name(), 1L, Long::sum);
    }

    void count(Step step) {
        counts.merge(step.getClass().getSimpleName(), 1L, Long::sum);
    }

    void count(Event event, long times) {
        if (times > 0) {
            counts.merge(event.name(), times, Long::sum);
        }
    }

    /** How often, by the names of steps and events; what never happened is not in it. */
    Map<String, Long> counts() {
        return Map.copyOf(counts);
    }
}
