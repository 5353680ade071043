package io.drawbore.raft;

/**
 * Whom the messages of {@link RaftConfig#asyncStorageWrites asynchronous storage writes} go to and come from: two
 * threads of the host. Their ids are etcd's, and no member has them. These messages never leave the process; one that
 * came over the network must not be given to {@link RaftNode#step}.
 */
public final class LocalThreads {
    /** Takes {@code MsgStorageAppend}: writes to the log. As an unsigned number 2⁶⁴ - 1. */
    public static final long APPEND = -1;
    /** Takes {@code MsgStorageApply}: applies committed entries. As an unsigned number 2⁶⁴ - 2. */
    public static final long APPLY = -2;

    private LocalThreads() {
    }

    /** Whether an id is one of them. */
    public static boolean has(long id) {
        return id == APPEND || id == APPLY;
    }
}
