package io.drawbore.launcher.internal;

import io.drawbore.api.ApiVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of the API a plug-in was written for.
 *
 * @param least the oldest
 * @param most the newest; null for every later one of the same major version
 */
record ApiRange(ApiVersion least, @Nullable ApiVersion most) {
    /** Reads {@code 1.0} or {@code 1.0-1.4}; empty where it is neither. */
    static Optional<ApiRange> of(final String text) {
        final int dash = text.indexOf('-');
        final Optional<ApiVersion> least = ApiVersion.of(dash < 0 ? text : text.substring(0, dash));
        if (dash < 0) {
            return least.map(version -> new ApiRange(version, null));
        }
        return least.flatMap(from -> ApiVersion.of(text.substring(dash + 1))
                .filter(to -> from.compareTo(to) <= 0)
                .map(to -> new ApiRange(from, to)));
    }

    /** What keeps it from running with an API; empty for nothing. */
    Optional<String> mistake(final ApiVersion here) {
        if (least.compareTo(here) > 0) {
            return Optional.of("it was written for API " + this + ", and this Drawbore has " + here
                    + ": take a newer Drawbore, or an older version of the plug-in");
        }
        final boolean tooOld = most == null ? least.major() < here.major() : most.compareTo(here) < 0;
        return tooOld
                ? Optional.of("it was written for API " + this + ", and this Drawbore has " + here
                        + ": take a newer version of the plug-in, or an older Drawbore")
                : Optional.empty();
    }

    @Override
    public String toString() {
        return most == null ? least.toString() : least + "-" + most;
    }
}
