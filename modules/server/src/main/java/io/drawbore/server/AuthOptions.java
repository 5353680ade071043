package io.drawbore.server;

import io.drawbore.api.TokenProvider.Tokens;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a member knows users.
 *
 * @param tokens makes and reads tokens; null for etcd's simple ones, which members keep in memory. Closed by who opened
 *     it
 * @param tokenLife how long a simple token lives that is not shown; more than 0
 * @param passwordCost logarithm of the rounds that a new password's hash takes, from 4 to 31
 */
public record AuthOptions(@Nullable Tokens tokens, Duration tokenLife, int passwordCost) {
    /** As in etcd: simple tokens of five minutes. */
    public static final AuthOptions DEFAULT = new AuthOptions(null, Duration.ofMinutes(5), 10);

    /** Refuses what makes no sense. */
    public AuthOptions {
        if (!tokenLife.isPositive() || passwordCost < 4 || passwordCost > 31) {
            throw new IllegalArgumentException("tokens live for " + tokenLife + ", passwords cost " + passwordCost);
        }
    }
}
