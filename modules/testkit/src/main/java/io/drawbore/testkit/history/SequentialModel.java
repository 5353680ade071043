package io.drawbore.testkit.history;

import java.util.Optional;

/**
 * What an object does when it is asked for one thing after the other.
 *
 * @param <S> its states: immutable values with equals and hashCode
 * @param <Q> what it is asked
 * @param <R> what it answers
 */
public interface SequentialModel<S, Q, R> {
    /** The state before the first request. */
    S initial();

    /**
     * The state after a request that was answered so; empty where a state cannot answer so.
     *
     * @param answer empty for a call whose outcome nobody knows: then any answer will do
     */
    Optional<S> step(S state, Q request, Optional<R> answer);
}
