package io.drawbore.auth;

/**
 * Who asks, as the header of a raft request says it.
 *
 * @param user the user's name, empty for nobody
 * @param authRevision the auth revision at which the user was known, unsigned; 0 for nobody
 * @param pinned whether it stands by that revision whatever happens to users and roles while the request waits, as one
 *     does whose token says the revision
 */
public record Requester(String user, long authRevision, boolean pinned) {
    /** Nobody that is known: all there is while authentication is off. */
    public static final Requester NOBODY = new Requester("", 0);

    /** Who is known now, or was when the entry was proposed. */
    public Requester(String user, long authRevision) {
        this(user, authRevision, false);
    }

    /** The user who may do everything. */
    public static Requester root(AuthState state) {
        return new Requester(AuthState.ROOT, state.revision());
    }

    /** The same at another revision, unless it stands by its own. */
    public Requester at(long revision) {
        return pinned || equals(NOBODY) ? this : new Requester(user, revision);
    }
}
