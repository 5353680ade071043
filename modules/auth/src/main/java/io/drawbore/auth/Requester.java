package io.drawbore.auth;

/**
 * Who asks, as the header of a raft request says it.
 *
 * @param user the user's name, empty for nobody
 * @param authRevision the auth revision at which the user was known, unsigned; 0 for nobody
 */
public record Requester(String user, long authRevision) {
    /** Nobody that is known: all there is while authentication is off. */
    public static final Requester NOBODY = new Requester("", 0);

    /** The user who may do everything. */
    public static Requester root(AuthState state) {
        return new Requester(AuthState.ROOT, state.revision());
    }
}
