package io.drawbore.api;

/** A v2 request has no meaning today; the message says why, in half a sentence. */
public final class UntranslatableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says why. */
    public UntranslatableException(String why) {
        super(why);
    }

    /** Says why, and what showed it. */
    public UntranslatableException(String why, Throwable cause) {
        super(why, cause);
    }
}
