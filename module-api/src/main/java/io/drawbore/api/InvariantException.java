package io.drawbore.api;

/** We did something wrong. Nothing may be built on it: the member stops and says which invariant failed. */
public final class InvariantException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the invariant that failed and the numbers it failed with. */
    public InvariantException(String message) {
        super(message);
    }

    /** Fails unless {@code holds}. */
    public static void check(boolean holds, String message) {
        if (!holds) {
            throw new InvariantException(message);
        }
    }
}
