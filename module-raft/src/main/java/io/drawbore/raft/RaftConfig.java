package io.drawbore.raft;

import java.util.random.RandomGenerator;

/**
 * How one core behaves. Sizes are bytes, time is counted in ticks of the host.
 *
 * @param id this member's raft id, not 0
 * @param electionTicks ticks without a leader after which an election may start, more than {@code heartbeatTicks}; the
 *     actual timeout is drawn anew from [electionTicks, 2 × electionTicks) at every change of role or term
 * @param heartbeatTicks ticks between a leader's heartbeats, at least 1
 * @param applied the last index that the host has applied: nothing at or below it is handed out again; 0 to apply from
 *     the storage's first index
 * @param asyncStorageWrites whether {@link Ready#messages} ask two threads of the host to write and to apply, which
 *     answer by messages, so that writing, applying and the core run side by side; see {@link Ready}
 * @param maxSizePerMessage encoded entries in one append message, of which there is always at least one
 * @param maxCommittedSizePerReady encoded committed entries that may be handed out and not yet reported applied; at
 *     least one entry always is. 0 means {@code maxSizePerMessage}
 * @param maxUncommittedSize payload bytes a leader lets grow uncommitted before it drops proposals; one proposal of any
 *     size is always taken. 0 means no limit
 * @param maxInflightMessages append messages on their way to one member, at least 1
 * @param maxInflightBytes payload bytes on their way to one member, 0 for no limit
 * @param checkQuorum a leader that has not heard from a quorum for an election timeout steps down (Raft thesis 6.2)
 * @param preVote ask before an election whether it could be won (Raft thesis 9.6)
 * @param readOnly how leadership is proved for {@link RaftNode#readIndex}
 * @param forwardProposals whether a follower sends proposals on to its leader; if not, it drops them
 * @param validateConfChanges whether a leader replaces a configuration change that must not be proposed now by an empty
 *     entry; only tests turn it off
 * @param stepDownOnRemoval whether a leader steps down at once when it is no longer a voter
 * @param random draws election timeouts; used on the core's thread only
 * @param events told what is decided
 */
public record RaftConfig(
        long id,
        int electionTicks,
        int heartbeatTicks,
        long applied,
        boolean asyncStorageWrites,
        long maxSizePerMessage,
        long maxCommittedSizePerReady,
        long maxUncommittedSize,
        int maxInflightMessages,
        long maxInflightBytes,
        boolean checkQuorum,
        boolean preVote,
        ReadOnlyMode readOnly,
        boolean forwardProposals,
        boolean validateConfChanges,
        boolean stepDownOnRemoval,
        RandomGenerator random,
        RaftEvents events) {

    /** Refuses values that cannot work, and resolves the sizes that 0 stands for. */
    public RaftConfig {
        require(id != 0, "a member's raft id must not be 0");
        require(!LocalThreads.has(id), "a member's raft id must not be that of a local thread");
        require(heartbeatTicks > 0, "heartbeat ticks must be positive");
        require(electionTicks > heartbeatTicks, "election ticks must be more than heartbeat ticks");
        require(applied >= 0, "applied must not be negative");
        require(maxSizePerMessage >= 0, "max size per message must not be negative");
        require(maxCommittedSizePerReady >= 0, "max committed size per ready must not be negative");
        require(maxUncommittedSize >= 0, "max uncommitted size must not be negative");
        require(maxInflightMessages > 0, "max inflight messages must be positive");
        require(maxInflightBytes == 0 || maxInflightBytes >= maxSizePerMessage,
                "max inflight bytes must be at least the max size per message");
        require(readOnly != ReadOnlyMode.LEASE_BASED || checkQuorum, "lease-based reads need check-quorum");
        if (maxCommittedSizePerReady == 0) {
            maxCommittedSizePerReady = Math.max(1, maxSizePerMessage);
        }
        if (maxUncommittedSize == 0) {
            maxUncommittedSize = Long.MAX_VALUE;
        }
    }

    /** A builder with etcd's defaults: 10 election ticks, 1 heartbeat tick, check-quorum, pre-vote, safe reads. */
    public static Builder builder(long id, RandomGenerator random) {
        return new Builder(id, random);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Collects a configuration; every method returns the builder. */
    public static final class Builder {
        private final long id;
        private final RandomGenerator random;
        private int electionTicks = 10;
        private int heartbeatTicks = 1;
        private long applied;
        private boolean asyncStorageWrites;
        private long maxSizePerMessage = 512 * 1024;
        private long maxCommittedSizePerReady;
        private long maxUncommittedSize;
        private int maxInflightMessages = 512;
        private long maxInflightBytes;
        private boolean checkQuorum = true;
        private boolean preVote = true;
        private ReadOnlyMode readOnly = ReadOnlyMode.SAFE;
        private boolean forwardProposals = true;
        private boolean validateConfChanges = true;
        private boolean stepDownOnRemoval;
        private RaftEvents events = RaftEvents.NONE;

        private Builder(long id, RandomGenerator random) {
            this.id = id;
            this.random = random;
        }

        /** See {@link RaftConfig#electionTicks}. */
        public Builder electionTicks(int ticks) {
            electionTicks = ticks;
            return this;
        }

        /** See {@link RaftConfig#heartbeatTicks}. */
        public Builder heartbeatTicks(int ticks) {
            heartbeatTicks = ticks;
            return this;
        }

        /** See {@link RaftConfig#applied}. */
        public Builder applied(long index) {
            applied = index;
            return this;
        }

        /** See {@link RaftConfig#asyncStorageWrites}. */
        public Builder asyncStorageWrites(boolean on) {
            asyncStorageWrites = on;
            return this;
        }

        /** See {@link RaftConfig#maxSizePerMessage}. */
        public Builder maxSizePerMessage(long bytes) {
            maxSizePerMessage = bytes;
            return this;
        }

        /** See {@link RaftConfig#maxCommittedSizePerReady}. */
        public Builder maxCommittedSizePerReady(long bytes) {
            maxCommittedSizePerReady = bytes;
            return this;
        }

        /** See {@link RaftConfig#maxUncommittedSize}. */
        public Builder maxUncommittedSize(long bytes) {
            maxUncommittedSize = bytes;
            return this;
        }

        /** See {@link RaftConfig#maxInflightMessages}. */
        public Builder maxInflightMessages(int messages) {
            maxInflightMessages = messages;
            return this;
        }

        /** See {@link RaftConfig#maxInflightBytes}. */
        public Builder maxInflightBytes(long bytes) {
            maxInflightBytes = bytes;
            return this;
        }

        /** See {@link RaftConfig#checkQuorum}. */
        public Builder checkQuorum(boolean on) {
            checkQuorum = on;
            return this;
        }

        /** See {@link RaftConfig#preVote}. */
        public Builder preVote(boolean on) {
            preVote = on;
            return this;
        }

        /** See {@link RaftConfig#readOnly}. */
        public Builder readOnly(ReadOnlyMode mode) {
            readOnly = mode;
            return this;
        }

        /** See {@link RaftConfig#forwardProposals}. */
        public Builder forwardProposals(boolean on) {
            forwardProposals = on;
            return this;
        }

        /** See {@link RaftConfig#validateConfChanges}. */
        public Builder validateConfChanges(boolean on) {
            validateConfChanges = on;
            return this;
        }

        /** See {@link RaftConfig#stepDownOnRemoval}. */
        public Builder stepDownOnRemoval(boolean on) {
            stepDownOnRemoval = on;
            return this;
        }

        /** See {@link RaftConfig#events}. */
        public Builder events(RaftEvents sink) {
            events = sink;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException if it cannot work
         */
        public RaftConfig build() {
            return new RaftConfig(id, electionTicks, heartbeatTicks, applied, asyncStorageWrites, maxSizePerMessage,
                    maxCommittedSizePerReady, maxUncommittedSize, maxInflightMessages, maxInflightBytes, checkQuorum,
                    preVote, readOnly, forwardProposals, validateConfChanges, stepDownOnRemoval, random, events);
        }
    }
}
