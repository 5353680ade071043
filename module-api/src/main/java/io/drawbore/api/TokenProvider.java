package io.drawbore.api;

import java.util.Map;
import java.util.Optional;

/**
 * Makes and reads the tokens by which users are known after they have authenticated. Chosen by name with the flag
 * {@code --auth-token=<name>[,option=value…]}; {@code simple}, etcd's own, needs none. All members of a cluster must be
 * given the same provider and options, or clients are known to some members only.
 */
public interface TokenProvider {
    /** The name that chooses it: lower-case letters, digits and dashes; there once; not {@code simple}. */
    String name();

    /**
     * Opens it, before the member serves.
     *
     * @param options what stands behind the name in the flag
     * @throws IllegalArgumentException one line that says which option is missing, unknown or wrong
     */
    Tokens open(Map<String, String> options);

    /**
     * Makes and reads tokens. Any thread, many at once; neither method waits: what has to be fetched is fetched
     * beforehand. What they throw refuses the request with {@code INTERNAL}, is logged and counted.
     */
    interface Tokens extends AutoCloseable {
        /**
         * A token for a user whose password was right. Printable ASCII, at most 4,096 characters.
         *
         * @param user the user
         * @param authRevision of users and roles as they were when the password was checked
         */
        String issue(String user, long authRevision);

        /** Whose a token is; empty where it is worth nothing (unknown, altered, over), which refuses the request. */
        Optional<Holder> verify(String token);

        @Override
        default void close() {}
    }

    /**
     * Whose a token is.
     *
     * @param user the user
     * @param authRevision the revision that the token was issued at; where users or roles have changed since, requests
     *     that go by it are refused with "auth: revision in header is old", as in etcd, and the client authenticates
     *     again. A provider whose tokens are to outlive such changes answers {@link #ANY}
     */
    record Holder(String user, long authRevision) {
        /** Whatever the auth revision is now. */
        public static final long ANY = -1;
    }
}
