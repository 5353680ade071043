package io.drawbore.config.internal;

import io.drawbore.config.Invocation;
import io.drawbore.config.ServerConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the flags about users, judging them as etcd does. Belongs to the thread that parses. */
final class AuthReader {
    private static final int LEAST_COST = 4;
    private static final int MOST_COST = 31;

    private final Settings settings;
    private final Mistakes mistakes;
    private final List<Invocation.Notice> notices;

    AuthReader(final Settings settings, final Mistakes mistakes, final List<Invocation.Notice> notices) {
        this.settings = settings;
        this.mistakes = mistakes;
        this.notices = notices;
    }

    ServerConfig.Auth read() {
        final String[] parts = settings.text(Flag.AUTH_TOKEN).split(",", -1);
        final Map<String, String> options = options(parts);
        if (parts[0].isEmpty()) {
            mistakes.add("--auth-token must name what makes tokens, such as 'simple'");
        }
        if (parts[0].equals(ServerConfig.Auth.SIMPLE) && !options.isEmpty()) {
            mistakes.add("auth: invalid auth options: --auth-token=simple takes none (set to "
                    + settings.text(Flag.AUTH_TOKEN) + ")");
        }
        return new ServerConfig.Auth(parts[0], options, tokenLife(), passwordCost());
    }

    private Map<String, String> options(final String[] parts) {
        final var options = new LinkedHashMap<String, String>();
        for (int i = 1; i < parts.length; i++) {
            final int equals = parts[i].indexOf('=');
            if (equals < 1) {
                mistakes.add("auth: invalid auth options: --auth-token wants option=value, not \"" + parts[i] + "\"");
            } else if (options.putIfAbsent(parts[i].substring(0, equals), parts[i].substring(equals + 1)) != null) {
                mistakes.add("auth: invalid auth options: --auth-token says \"" + parts[i].substring(0, equals)
                        + "\" twice");
            }
        }
        return options;
    }

    /** None is the default. */
    private Duration tokenLife() {
        final long seconds = settings.number(Flag.AUTH_TOKEN_TTL);
        return Duration.ofSeconds(seconds == 0 ? Long.parseLong(Flag.AUTH_TOKEN_TTL.byDefault()) : seconds);
    }

    private int passwordCost() {
        final long cost = settings.number(Flag.BCRYPT_COST);
        if (cost < LEAST_COST || cost > MOST_COST) {
            notices.add(new Invocation.Notice(
                    "use default bcrypt cost instead of the invalid given cost (" + LEAST_COST + " to " + MOST_COST
                            + ")",
                    "given-cost",
                    Long.toString(cost)));
            return Integer.parseInt(Flag.BCRYPT_COST.byDefault());
        }
        return (int) cost;
    }
}
