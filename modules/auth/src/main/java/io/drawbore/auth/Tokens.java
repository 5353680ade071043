package io.drawbore.auth;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that users have, in etcd's simple form: a random text, a dot, and a number: see {@link #index}.
 * Every member knows them from the log, and forgets each one for itself when it was not shown for a while. Thread-safe.
 */
public final class Tokens {
    private final long lifeNanos;
    private final Map<String, Held> held = new HashMap<>();

    private record Held(String user, long untilNanos) {}

    /**
     * No tokens yet.
     *
     * @param lifeNanos how long one lives that is not shown
     */
    public Tokens(long lifeNanos) {
        this.lifeNanos = lifeNanos;
    }

    /** Takes note of what an applied entry did. */
    public synchronized void apply(TokenChange change, long nowNanos) {
        switch (change) {
            case TokenChange.Given given -> {
                // those that nobody shows any more must not heap up
                held.values().removeIf(one -> nowNanos - one.untilNanos > 0);
                held.put(given.token(), new Held(given.user(), nowNanos + lifeNanos));
            }
            case TokenChange.UserGone gone -> held.values().removeIf(one -> one.user.equals(gone.user()));
            case TokenChange.AllGone _ -> held.clear();
        }
    }

    /** Whose a token is, or null where it is worth nothing; it then lives on from now. */
    public synchronized @Nullable String user(String token, long nowNanos) {
        Held one = held.get(token);
        if (one == null) {
            return null;
        }
        if (nowNanos - one.untilNanos > 0) {
            held.remove(token);
            return null;
        }
        held.put(token, new Held(one.user, nowNanos + lifeNanos));
        return one.user;
    }

    /**
     * The index of the entry before the one that gave a token, unsigned: so etcd numbers them. Null where the text is
     * no token.
     */
    public static @Nullable Long index(String token) {
        int dot = token.indexOf('.');
        if (dot < 0 || dot != token.lastIndexOf('.')) {
            return null;
        }
        try {
            return Long.parseUnsignedLong(token.substring(dot + 1));
        } catch (NumberFormatException none) {
            return null;
        }
    }
}
