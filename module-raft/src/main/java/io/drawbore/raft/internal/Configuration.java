package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.ConfState;

/**
 * Who belongs to the cluster and how (Raft thesis 4). Nobody is at once learner and voter: a voter that a joint
 * configuration turns into a learner stays in the outgoing half and waits in {@code learnersNext}.
 *
 * @param voters who decides; joint while the outgoing half is not empty
 * @param learners who receives the log and decides nothing
 * @param learnersNext outgoing voters that become learners when the joint configuration is left
 * @param autoLeave whether a leader leaves the joint configuration by itself
 */
public record Configuration(JointQuorum voters, IdSet learners, IdSet learnersNext, boolean autoLeave) {
    /** Nobody. */
    public static final Configuration EMPTY = new Configuration(
            new JointQuorum(MajorityQuorum.EMPTY, MajorityQuorum.EMPTY), IdSet.EMPTY, IdSet.EMPTY, false);

    /**
     * The configuration that was recorded.
     *
     * @throws IllegalArgumentException if no configuration looks like that
     */
    public static Configuration of(ConfState state) {
        Configuration configuration = new Configuration(
                new JointQuorum(
                        new MajorityQuorum(IdSet.of(state.getVotersList())),
                        new MajorityQuorum(IdSet.of(state.getVotersOutgoingList()))),
                IdSet.of(state.getLearnersList()),
                IdSet.of(state.getLearnersNextList()),
                state.getAutoLeave());
        configuration.check(configuration.incoming().isEmpty() && !configuration.members().isEmpty(), "has no voter");
        configuration.check();
        return configuration;
    }

    /** As it is recorded. */
    public ConfState toConfState() {
        return ConfState.newBuilder()
                .addAllVoters(incoming().toList())
                .addAllVotersOutgoing(outgoing().toList())
                .addAllLearners(learners.toList())
                .addAllLearnersNext(learnersNext.toList())
                .setAutoLeave(autoLeave)
                .build();
    }

    /** The voters that stay. */
    public IdSet incoming() {
        return voters.incoming().voters();
    }

    /** The voters of the configuration before this one, if this one is joint. */
    public IdSet outgoing() {
        return voters.outgoing().voters();
    }

    /** Whether two majorities must agree. */
    public boolean joint() {
        return !outgoing().isEmpty();
    }

    /** Everybody. */
    public IdSet members() {
        return voters.voters().union(learners).union(learnersNext);
    }

    /** Whether one member alone decides. */
    public boolean singleVoter() {
        return incoming().size() == 1 && !joint();
    }

    /**
     * Refuses what must not be.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    void check() {
        for (long id : learnersNext.toList()) {
            check(!outgoing().contains(id), "has a learner to be that is no outgoing voter");
            check(incoming().contains(id), "has a learner to be that stays a voter");
        }
        for (long id : learners.toList()) {
            check(incoming().contains(id) || outgoing().contains(id), "has a learner that votes");
            check(learnersNext.contains(id), "has a learner that is yet to become one");
        }
        check(!joint() && !learnersNext.isEmpty(), "has learners to be though it is not joint");
        check(!joint() && autoLeave, "is to be left though it is not joint");
    }

    private void check(boolean broken, String what) {
        if (broken) {
            throw new IllegalArgumentException("the configuration " + this + " " + what);
        }
    }

    /** As etcd writes it: {@code voters=(1 2)&&(1) learners=(3) learners_next=(2) autoleave}. */
    @Override
    public String toString() {
        return "voters=" + voters
                + (learners.isEmpty() ? "" : " learners=" + learners)
                + (learnersNext.isEmpty() ? "" : " learners_next=" + learnersNext)
                + (autoLeave ? " autoleave" : "");
    }
}
