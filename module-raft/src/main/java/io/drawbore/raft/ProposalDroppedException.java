package io.drawbore.raft;

/** A proposal was not taken. Nothing was appended or sent; the caller may try again. It carries no stack trace. */
public final class ProposalDroppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Reason reason;

    /** Why a proposal was dropped. */
    public enum Reason {
        /** No leader is known at this term. */
        NO_LEADER,
        /** There is a leader elsewhere, and this member is configured not to forward. */
        NOT_FORWARDED,
        /** This leader is no longer a member. */
        NOT_A_MEMBER,
        /** This leader is handing its leadership over. */
        TRANSFERRING,
        /** More uncommitted data is under way than {@link RaftConfig#maxUncommittedSize} allows. */
        TOO_MUCH_UNCOMMITTED
    }

    /** With the reason. */
    public ProposalDroppedException(Reason reason) {
        super("raft proposal dropped", null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
