package io.drawbore.api;

import org.jspecify.annotations.Nullable;

/**
 * Who asks, as far as the transport knows.
 *
 * @param remote address of the other end, for logs
 * @param token the auth token sent with the request, or null
 * @param requireLeader whether the request must fail where this member sees no leader (metadata {@code hasleader})
 */
public record Caller(String remote, @Nullable String token, boolean requireLeader) {
    /** This process itself. */
    public static final Caller SELF = new Caller("self", null, false);
}
