package io.drawbore.raft;

import java.util.SplittableRandom;

/**
 * What a seed decides once: how big the cluster is, how its cores are set up, and how it is treated.
 *
 * @param voters voters of the first configuration: 3, 5 or 7
 * @param members all members; those that are no voters at first may be added
 * @param oneClock whether the members' clocks go alike, and a message that is too old is lost: what a lease needs
 * @param async whether two threads of each member write and apply, with delay
 * @param shortLeaderships how many of 1,000 steps elect a leader by force and stop it after part of its work
 */
record SimulatedSchedule(
        int voters,
        int members,
        boolean preVote,
        boolean checkQuorum,
        ReadOnlyMode readOnly,
        boolean stepDownOnRemoval,
        boolean forwardProposals,
        long maxSizePerMessage,
        boolean oneClock,
        boolean async,
        int shortLeaderships) {
    static final int ELECTION_TICKS = 5;
    private static final int SPARES = 2;

    static SimulatedSchedule draw(SplittableRandom random) {
        int voters = 3 + 2 * random.nextInt(3);
        boolean checkQuorum = random.nextBoolean();
        boolean lease = checkQuorum && random.nextInt(3) == 0;
        return new SimulatedSchedule(
                voters,
                voters + SPARES,
                random.nextBoolean(),
                checkQuorum,
                lease ? ReadOnlyMode.LEASE_BASED : ReadOnlyMode.SAFE,
                random.nextBoolean(),
                random.nextInt(4) != 0,
                // One entry a message, a few, or all.
                switch (random.nextInt(3)) {
                    case 0 -> 1;
                    case 1 -> 64;
                    default -> 4_096;
                },
                lease || random.nextInt(4) == 0,
                random.nextBoolean(),
                random.nextInt(3) * 10);
    }

    RaftConfig.Builder config(long id, SplittableRandom random) {
        return RaftConfig.builder(id, random)
                .electionTicks(ELECTION_TICKS)
                .asyncStorageWrites(async)
                .maxSizePerMessage(maxSizePerMessage)
                .maxCommittedSizePerReady(256)
                .maxInflightMessages(4)
                .maxUncommittedSize(200)
                .preVote(preVote)
                .checkQuorum(checkQuorum)
                .readOnly(readOnly)
                .stepDownOnRemoval(stepDownOnRemoval)
                .forwardProposals(forwardProposals);
    }
}
