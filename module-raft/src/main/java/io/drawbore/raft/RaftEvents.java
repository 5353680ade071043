package io.drawbore.raft;

/**
 * Where a core tells what it decides and why, for logs and tests. Called on the core's thread, from inside its methods:
 * an implementation must not call the core and must not throw.
 */
@FunctionalInterface
public interface RaftEvents {
    /** Tells nobody. */
    RaftEvents NONE = event -> {
    };

    /** One thing that happened. */
    void on(RaftEvent event);
}
