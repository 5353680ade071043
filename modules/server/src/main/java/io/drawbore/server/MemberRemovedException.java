package io.drawbore.server;

/** Why a member ends that has been removed from its cluster: nothing failed, and it must never be started again. */
public final class MemberRemovedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With etcd's text. */
    public MemberRemovedException() {
        this("the member has been permanently removed from the cluster");
    }

    /** With another. */
    public MemberRemovedException(String text) {
        super(text);
    }
}
