package io.drawbore.testkit.history;

/** Who made a revision. */
sealed interface Maker {
    /** A client's call. */
    record Call(Operation operation) implements Maker {}

    /** The end of a lease that nobody revoked. */
    record Expiry(long lease) implements Maker {}
}
