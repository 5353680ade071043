package io.drawbore.api;

import java.util.Optional;

/**
 * A version of this module's interfaces. A minor one adds; a major one may take away.
 *
 * @param major from 1
 * @param minor from 0
 */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /** That of this release. */
    public static final ApiVersion CURRENT = new ApiVersion(1, 0);

    /** Reads {@code major.minor}; empty where it is none. */
    public static Optional<ApiVersion> of(String text) {
        return text.matches("[1-9][0-9]{0,5}\\.(0|[1-9][0-9]{0,5})")
                ? Optional.of(new ApiVersion(
                        Integer.parseInt(text.substring(0, text.indexOf('.'))),
                        Integer.parseInt(text.substring(text.indexOf('.') + 1))))
                : Optional.empty();
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major == other.major ? Integer.compare(minor, other.minor) : Integer.compare(major, other.major);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
