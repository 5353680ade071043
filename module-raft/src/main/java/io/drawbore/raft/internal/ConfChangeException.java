package io.drawbore.raft.internal;

/** A configuration change that does not fit the configuration it is applied to. It carries no stack trace. */
public final class ConfChangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With etcd's words for what does not fit. */
    public ConfChangeException(String message) {
        super(message, null, false, false);
    }
}
