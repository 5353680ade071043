package io.drawbore.raft;

/** A message that this member must not be given. Its state did not change. It carries no stack trace. */
public final class UnexpectedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what is wrong with the message. */
    public UnexpectedMessageException(String message) {
        super(message, null, false, false);
    }
}
