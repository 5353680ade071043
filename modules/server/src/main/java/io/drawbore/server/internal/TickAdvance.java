package io.drawbore.server.internal;

import io.drawbore.raft.RaftNode;
import io.drawbore.raft.RaftStatus;
import io.drawbore.server.Peers;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Shortens the wait of a member that has just started for its first election, once: as soon as it is in touch with two
 * others, and none of them has spoken of a leader, its clock goes on by all but two of the ticks that it would wait.
 * Five seconds after the start it is too late for it. What etcd's {@code --initial-election-tick-advance} does. Belongs
 * to the raft thread.
 */
final class TickAdvance {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OTHERS = 2;

    private final int ticks;
    private final Peers peers;
    private long end;
    private boolean over;

    /**
     * For one start.
     *
     * @param electionTicks of which all but two are passed over; 0 where none is
     */
    TickAdvance(int electionTicks, Peers peers) {
        this.ticks = Math.max(0, electionTicks - 2);
        this.peers = peers;
        this.over = ticks == 0;
    }

    /** The member starts at that time. */
    void begin(long now) {
        end = now + PATIENCE.toNanos();
    }

    /** Looks, once a tick. */
    void look(long now, RaftNode node) {
        if (over) {
            return;
        }
        RaftStatus status = node.status();
        over = now - end > 0 || status.softState().lead() != 0;
        if (!over && others(status) >= OTHERS) {
            over = true;
            for (int i = 0; i < ticks; i++) {
                node.tick();
            }
        }
    }

    private long others(RaftStatus status) {
        return Stream.concat(
                        status.confState().getVotersList().stream(), status.confState().getLearnersList().stream())
                .filter(member -> member != status.id() && peers.activeSince(member).isPresent())
                .count();
    }
}
