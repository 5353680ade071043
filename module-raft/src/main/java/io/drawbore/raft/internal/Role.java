package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.raft.RaftRole;
import java.util.List;

/**
 * What a core does while it has one role. A role lives for one term at most; {@link RaftRole} has the table of moves.
 */
sealed interface Role permits Follower, Candidate, Leader {
    /** Its name. */
    RaftRole name();

    /** One tick of the host's time passed. */
    void tick();

    /**
     * Proposes entries, of which type and data are set.
     *
     * @param proposer the member that was asked for them first
     * @throws io.drawbore.raft.ProposalDroppedException if they are not taken
     */
    void propose(long proposer, List<Entry> entries);

    /** A message of this term, other than requests for votes, which are answered the same in every role. */
    void step(Message message);

    /** Another configuration is in effect. */
    default void configurationSwitched() {
    }

    /** Entries with so many bytes of payload were applied. */
    default void applied(long payload) {
    }
}
